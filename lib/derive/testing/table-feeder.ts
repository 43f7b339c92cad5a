import type { ChildTable } from '../../columns/child-table.ts'
import { NO_CHILD } from '../../columns/child-table.ts'
import type { DomainTable } from '../../columns/domain-table.ts'
import { RowFlag } from '../../columns/domain-table.ts'
import type { WireEntity } from '../../metrics/wire-fields.ts'
import { WIRE_FIELDS } from '../../metrics/wire-fields.ts'
import type { ChildRecord, GroupRecord } from './records.ts'

interface Columns {
  readonly counters: Readonly<
    Record<string, { push(i: number, high: number, low: number): void; clear(i: number): void }>
  >
  readonly gauges: Readonly<Record<string, { set(i: number, value: number): void; clear(i: number): void }>>
}
type AnyChildren = ChildTable<'vcpu'> | ChildTable<'disk'> | ChildTable<'nic'>

/**
 * Writes records into a `DomainTable` with the guarantees of the ingest, and nothing of its machinery.
 *
 * @remarks Counters of a group, its sample times and its children move only with a complete record; a field that a
 * complete record leaves out becomes unknown; gauges of a partial record count.
 */
export function feedRecord(table: DomainTable, row: number, record: GroupRecord): void {
  writeCells('domain', table.wire, row, record, record.complete)
  for (const entity of ['vcpu', 'disk', 'nic'] as const) {
    if (WIRE_FIELDS.some((field) => field.entity === entity && field.group === record.group)) {
      feedChildren(childrenOf(table, entity), entity, row, record)
    }
  }
  if (!record.complete) return
  const times = table.times[record.group]!
  times.previous[row] = times.current[row]!
  times.current[row] = record.at
  times.suspect[row] = record.suspect ? 2 : Math.max(0, times.suspect[row]! - 1)
}

/** The row's domain runs in another process now, or in none. */
export function feedProcess(table: DomainTable, row: number, id: number): void {
  table.clearProcess(row)
  table.domainId[row] = id
  table.flags[row] = RowFlag.Restarted
}

function childrenOf(table: DomainTable, entity: 'vcpu' | 'disk' | 'nic'): AnyChildren {
  return entity === 'vcpu' ? table.vcpus : entity === 'disk' ? table.disks : table.nics
}

function feedChildren(children: AnyChildren, entity: 'vcpu' | 'disk' | 'nic', row: number, record: GroupRecord): void {
  const slots = new Map<string, number>()
  for (let slot = children.first[row]!; slot !== NO_CHILD; slot = children.next[slot]!) {
    slots.set(children.names[slot]!, slot)
  }
  if (record.complete) {
    const named = new Set(record.children.map((child) => child.identity))
    for (const [identity, slot] of slots) if (!named.has(identity)) children.remove(slot)
  }
  for (const child of record.children) {
    let slot = slots.get(child.identity)
    if (slot === undefined && record.complete) slot = children.add(row, child.ordinal, child.identity)
    if (slot === undefined) continue
    children.ordinal[slot] = child.ordinal
    writeCells(entity, children.wire, slot, { ...child, group: record.group }, record.complete)
  }
}

function writeCells(
  entity: WireEntity,
  wire: Columns,
  index: number,
  record: Pick<GroupRecord, 'group' | 'gauges' | 'counters'> | (ChildRecord & Pick<GroupRecord, 'group'>),
  complete: boolean,
): void {
  for (const { path, shape } of WIRE_FIELDS.filter((f) => f.entity === entity && f.group === record.group)) {
    if (shape === 'gauge') {
      const value = record.gauges[path]
      if (value !== undefined) wire.gauges[path]!.set(index, value)
      else if (complete) wire.gauges[path]!.clear(index)
    } else if (complete) {
      const value = record.counters[path]
      if (value === undefined) wire.counters[path]!.clear(index)
      else wire.counters[path]!.push(index, Number(value >> 32n), Number(value & 0xffffffffn))
    }
  }
}

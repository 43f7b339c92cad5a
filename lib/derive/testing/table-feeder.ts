import type { ChildTable } from '../../columns/child-table.ts'
import { NO_CHILD } from '../../columns/child-table.ts'
import type { DomainTable } from '../../columns/domain-table.ts'
import { RowFlag } from '../../columns/domain-table.ts'
import { Step } from '../../columns/group-times.ts'
import { StatGroup } from '../../metrics/types.ts'
import type { WireEntity } from '../../metrics/wire-fields.ts'
import { WIRE_FIELDS } from '../../metrics/wire-fields.ts'
import type { ChildRecord, GroupRecord } from './records.ts'

interface Columns {
  readonly counters: Readonly<
    Record<
      string,
      {
        push(i: number, high: number, low: number): void
        replace(i: number, high: number, low: number): void
        clear(i: number): void
      }
    >
  >
  readonly gauges: Readonly<Record<string, { set(i: number, value: number): void; clear(i: number): void }>>
}
type AnyChildren = ChildTable<'vcpu'> | ChildTable<'disk'> | ChildTable<'nic'>

/**
 * Writes records into a `DomainTable` with the guarantees of the ingest, and nothing of its machinery.
 *
 * @remarks Counters of a group, its sample times and its children move only with a complete record, counters and times
 * only as `GroupTimes.stepOf` says; a field that a complete record leaves out becomes unknown; gauges count in any case.
 */
export function feedRecord(table: DomainTable, row: number, record: GroupRecord, maxGapMs: number): void {
  const times = table.times[record.group]!
  const timed = record.group !== StatGroup.State && !record.jumped
  const step = timed ? times.stepOf(row, record.at, record.doubtMs, maxGapMs) : Step.Move
  writeCells('domain', table.wire, row, record, record.complete, step)
  for (const entity of ['vcpu', 'disk', 'nic'] as const) {
    if (WIRE_FIELDS.some((field) => field.entity === entity && field.group === record.group)) {
      feedChildren(childrenOf(table, entity), entity, row, record, step)
    }
  }
  if (record.complete && step !== Step.Hold) times.take(row, step, record.at, record.doubtMs, record.jumped)
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

function feedChildren(
  children: AnyChildren,
  entity: 'vcpu' | 'disk' | 'nic',
  row: number,
  record: GroupRecord,
  step: Step,
): void {
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
    writeCells(entity, children.wire, slot, { ...child, group: record.group }, record.complete, step)
  }
}

function writeCells(
  entity: WireEntity,
  wire: Columns,
  index: number,
  record: Pick<GroupRecord, 'group' | 'gauges' | 'counters'> | (ChildRecord & Pick<GroupRecord, 'group'>),
  complete: boolean,
  step: Step,
): void {
  for (const { path, shape } of WIRE_FIELDS.filter((f) => f.entity === entity && f.group === record.group)) {
    if (shape === 'gauge') {
      const value = record.gauges[path]
      if (value !== undefined) wire.gauges[path]!.set(index, value)
      else if (complete) wire.gauges[path]!.clear(index)
    } else if (complete) {
      const value = record.counters[path]
      const column = wire.counters[path]!
      if (value === undefined) column.clear(index)
      else if (step === Step.Move) column.push(index, Number(value >> 32n), Number(value & 0xffffffffn))
      else if (step === Step.Replace) column.replace(index, Number(value >> 32n), Number(value & 0xffffffffn))
    }
  }
}

import { NO_CHILD } from '../columns/child-table.ts'
import type { DomainTable } from '../columns/domain-table.ts'
import { StatGroup } from '../metrics/types.ts'
import { wireNumber } from './param-type.ts'
import { type RecordScan, textAt } from './record-scan.ts'
import { childTable, type Shape } from './shape.ts'
import { swap32 } from './swap.ts'

const { State, Balloon, Vcpu, Block } = StatGroup
const bit = (group: StatGroup): number => 1 << group
const NS_PER_MS = 1_000_000
/** Sample times are guesses within their calls, and clocks tick: what may be beyond the time between two of them. */
const SLACK_MS = 1_000
const SLACK_SHARE = 0.05
const ENTITIES = ['vcpu', 'disk', 'nic'] as const
const GROUP_OF = { vcpu: Vcpu, disk: Block, nic: StatGroup.Interface } as const

/** What a record says of the process that the row had before the connection was lost. */
export type Verdict =
  /** A counter is higher than a process that began since could have it, and nothing speaks against it. */
  | 'same'
  /** A counter went back or too far, other children, or nothing shows that it is the same. */
  | 'other'
  /** The record cannot tell. */
  | 'open'

/** A record at hand, scanned. */
export interface DoubtedRecord {
  readonly shape: Shape
  readonly scan: RecordScan
  readonly words: Uint32Array
  /** When its reply came, ms of the server's clock. */
  readonly answeredAt: number
}

/**
 * Domains whose connection was lost and came back: the same id is no proof that the same process has it (RA15).
 *
 * @remarks A daemon that starts goes on from the highest id that runs, so a guest that was stopped and started meanwhile
 * may get its id again.
 */
export class Continuity {
  private readonly table: DomainTable
  /** By host, then by row: online CPUs of the host, 0 when not known. */
  private readonly doubts = new Map<number, Map<number, number>>()

  constructor(table: DomainTable) {
    this.table = table
  }

  /** Rows of a host that are in doubt; undefined when there are none. */
  of(host: number): ReadonlyMap<number, number> | undefined {
    return this.doubts.get(host)
  }

  doubt(host: number, row: number, hostCpus: number): void {
    const rows = this.doubts.get(host) ?? new Map<number, number>()
    this.doubts.set(host, rows.set(row, hostCpus))
  }

  forget(row: number): void {
    const host = this.table.hostRow[row]!
    const rows = this.doubts.get(host)
    if (rows?.delete(row) === true && rows.size === 0) this.doubts.delete(host)
  }

  /** Judges by the next record of a row in doubt, before it is taken in. */
  judge(row: number, record: DoubtedRecord): Verdict {
    const { shape } = record
    const partial = partialOf(record)
    if (this.hasOtherChildren(row, record, partial)) return 'other'
    let isShown = false
    for (let i = 0; i < shape.counterFields.length; i++) {
      const group = shape.groups[shape.counterFields[i]!]! as StatGroup
      // The guest's own counters begin anew when it reboots.
      if (group === Balloon || (partial & bit(group)) !== 0) continue
      const verdict = this.judgeCounter(row, record, i, group)
      if (verdict === 'other') return verdict
      if (verdict === 'same') isShown = true
    }
    if (isShown) return 'same'
    const canTell = (shape.groupMask & bit(State)) === 0 && (partial & bit(Vcpu)) === 0
    return canTell ? 'other' : 'open'
  }

  private judgeCounter(row: number, record: DoubtedRecord, counter: number, group: StatGroup): Verdict {
    const { shape, scan, words, answeredAt } = record
    const child = shape.counterChild[counter]!
    const cell = child < 0 ? row : this.slotOf(row, record, child)
    const before = cell < 0 ? null : shape.counterColumns[counter]!.currentBigInt(cell)
    if (before === null) return 'open'
    const at = scan.valueAt[shape.counterFields[counter]!]!
    const now = (BigInt(swap32(words[at]!)) << 32n) | BigInt(swap32(words[at + 1]!))
    if (now < before) return 'other'
    const most = this.mostNs(row, shape.names[shape.counterFields[counter]!]!, group, answeredAt)
    if (most === null) return 'open'
    if (now - before > most) return 'other'
    return now > most ? 'same' : 'open'
  }

  /** What a CPU time may grow since the last sample, ns: all that a process born since then can have. */
  private mostNs(row: number, name: string, group: StatGroup, answeredAt: number): bigint | null {
    const last = this.table.times[group]!.current[row]!
    const cpus = name === 'cpu.time' ? (this.doubts.get(this.table.hostRow[row]!)?.get(row) ?? 0) : 1
    if (last === 0 || cpus === 0 || (name !== 'cpu.time' && !VCPU_TIME.test(name))) return null
    const ms = (answeredAt - last) * (1 + SLACK_SHARE) + SLACK_MS
    return BigInt(Math.ceil(ms * cpus)) * BigInt(NS_PER_MS)
  }

  private hasOtherChildren(row: number, record: DoubtedRecord, partial: number): boolean {
    const { shape } = record
    return ENTITIES.some((entity) => {
      if ((shape.groupMask & ~partial & bit(GROUP_OF[entity])) === 0) return false
      const named = new Set<number>()
      shape.children.forEach((child, i) => {
        if (child.entity === entity) named.add(this.slotOf(row, record, i))
      })
      const had = this.slots(row, entity)
      return had.length > 0 && (named.has(NO_CHILD) || had.some((slot) => !named.has(slot)))
    })
  }

  private slots(row: number, entity: (typeof ENTITIES)[number]): number[] {
    const { first, next } = childTable(this.table, entity)
    const slots: number[] = []
    for (let slot = first[row]!; slot !== NO_CHILD; slot = next[slot]!) slots.push(slot)
    return slots
  }

  /** Slot of a record's child by its identity; `NO_CHILD` for one that the row does not have. */
  private slotOf(row: number, { shape, scan, words }: DoubtedRecord, child: number): number {
    const { entity, ordinal, nameField } = shape.children[child]!
    const { names, ordinal: ordinals } = childTable(this.table, entity)
    const name = nameField < 0 ? `#${ordinal}` : textAt(words, scan.valueAt[nameField]!)
    const found = this.slots(row, entity).find((slot) =>
      entity === 'vcpu' ? ordinals[slot] === ordinal : names[slot] === name,
    )
    return found ?? NO_CHILD
  }
}

const VCPU_TIME = /^vcpu\.\d+\.time$/

/** Groups of which the record says itself that something is missing. */
function partialOf({ shape, scan, words }: DoubtedRecord): number {
  const count = (field: number) => wireNumber(scan.types[field]!, words, scan.valueAt[field]!)
  const { vcpuCurrentField: vcpus, blockCountField: disks } = shape
  const isVcpu = vcpus >= 0 && shape.vcpuEntries > 0 && count(vcpus) !== shape.vcpuEntries
  const isBlock = disks >= 0 && count(disks) !== shape.diskEntries
  return (isVcpu ? bit(Vcpu) : 0) | (isBlock ? bit(Block) : 0)
}

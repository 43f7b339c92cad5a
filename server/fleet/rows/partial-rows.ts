import { NO_CHILD } from '../../../lib/columns/child-table.ts'
import { type DomainTable, PARTIAL_MASK } from '../../../lib/columns/domain-table.ts'
import { settleThreads } from '../../../lib/ingest/one-thread.ts'
import { PartialCause } from '../../../lib/metrics/partial-cause.ts'
import { STAT_GROUP_COUNT, StatGroup } from '../../../lib/metrics/types.ts'
import { WIRE_FIELDS, type WireEntity } from '../../../lib/metrics/wire-fields.ts'
import type { ControlState } from '../fleet-writer.ts'
import type { RowSet } from './row-set.ts'

/** How long values from before are kept once the domain's monitor is free and its records are partial all the same. */
const KEEP_MS = 60_000
/** Rows named at a time. */
const MAX_NAMED = 50
/** What control info says: free, a job has the domain, the monitor is occupied, it is in error. */
const FREE = 0
const JOB = 1
const OCCUPIED = 2
const GROUPS = Object.values(StatGroup)
const NO_ROWS = new Int32Array(0)

const CAUSES: readonly PartialCause[] = [PartialCause.Incomplete, PartialCause.Job, PartialCause.Stuck]

interface Column {
  readonly valid: { get(row: number): boolean }
  clear(row: number): void
}

/** What is remembered of a row while its records are partial. */
interface Remembered {
  /** When control info first said that the monitor is free; null while it does not. */
  freeSince: number | null
  /** What control info said last, and since when that is so. */
  state: number
  since: number
  /** Groups that are partial without a break since then. */
  groups: number
  /** Cells that stand for their groups and whose values were given up, by group. */
  readonly lost: Map<StatGroup, readonly LostCell[]>
}

/** A cell by which ingest tells a partial record. */
interface LostCell {
  readonly column: Column
  readonly cell: number
  /** Of a child: it is the row's still. */
  readonly exists: () => boolean
}

/**
 * Rows whose records leave out what they had: how long their values from before are kept, and that the partial flag
 * outlives them.
 *
 * @remarks Ingest tells by the values a row has that a record leaves some out. Once they are given up it would call the
 * short record complete, so the flag is held here until the field that stands for its group is back.
 */
export class PartialRows {
  private readonly table: DomainTable
  private readonly rows = new Map<number, Remembered>()
  /** By group: its wire columns on the domain row, and on the children. */
  private readonly columns: readonly (readonly Column[])[]
  private readonly childColumns: readonly (readonly Column[])[]
  /** By group: the domain's field that ingest tells a partial record by. */
  private readonly marks: Partial<Readonly<Record<StatGroup, Column>>>
  private next = 0

  constructor(table: DomainTable) {
    this.table = table
    const { counters, gauges } = table.wire
    this.marks = { [StatGroup.Cpu]: counters['cpu.time'], [StatGroup.Balloon]: gauges['balloon.rss'] }
    const of = (group: number, child: boolean) =>
      WIRE_FIELDS.filter((field) => field.group === group && (field.entity !== 'domain') === child).map((field) =>
        columnOf(table, field.entity, field.path),
      )
    this.columns = Array.from({ length: STAT_GROUP_COUNT }, (_, group) => of(group, false))
    this.childColumns = Array.from({ length: STAT_GROUP_COUNT }, (_, group) => of(group, true))
  }

  /** Partial rows among those of a host; other ones each time when there are more than 50. */
  some({ rows, count }: RowSet): number[] {
    const named: number[] = []
    const start = count === 0 ? 0 : this.next % count
    let walked = 0
    for (; walked < count && named.length < MAX_NAMED; walked++) {
      const row = rows[(start + walked) % count]!
      if ((this.table.flags[row]! & PARTIAL_MASK) !== 0) named.push(row)
    }
    this.next = start + walked
    return named
  }

  /**
   * Control info of a row's domain: state 0 is a free monitor.
   *
   * @returns Whether the row is known from this to run all vCPUs in one thread.
   */
  control(row: number, { state, stateTimeMs }: ControlState, at: number): boolean {
    const isSettled = state === FREE && settleThreads(this.table, row)
    const partial = this.table.flags[row]! & PARTIAL_MASK
    if (partial === 0) return isSettled
    const known = this.rows.get(row) ?? { freeSince: null, state, since: at, groups: 0, lost: new Map() }
    const others = (partial & ~known.groups) !== 0
    known.freeSince = state === FREE ? (others ? at : (known.freeSince ?? at)) : null
    known.groups = partial
    known.state = state
    known.since = at - stateTimeMs
    this.rows.set(row, known)
    return isSettled
  }

  /** Why the records of a partial row are short, as far as control info has told. */
  causeOf(row: number): PartialCause {
    const state = this.rows.get(row)?.state ?? FREE
    return CAUSES[state] ?? PartialCause.MonitorError
  }

  /** Since when something has had hold of the monitor, monotonic ms; null when that is not known. */
  heldSince(row: number): number | null {
    const known = this.rows.get(row)
    return known !== undefined && (known.state === JOB || known.state === OCCUPIED) ? known.since : null
  }

  /** Forgets a row: its process changed, or it is gone. */
  forget(row: number): void {
    this.rows.delete(row)
  }

  /**
   * Gives up the values that were kept too long, of one host's rows and the groups in `mask`. Call before a reply about
   * these groups is taken in: what the reply does hold is then known again at once.
   *
   * @returns the rows that lost values.
   */
  expire(host: number, mask: number, now: number): Int32Array {
    if (this.rows.size === 0) return NO_ROWS
    const expired: number[] = []
    for (const [row, known] of this.rows) {
      if (this.table.hostRow[row] !== host) continue
      known.groups &= this.table.flags[row]!
      if (known.groups === 0) {
        this.rows.delete(row)
        continue
      }
      if (known.freeSince === null || now - known.freeSince < KEEP_MS) continue
      const due = GROUPS.filter((group) => (known.groups & mask & (1 << group)) !== 0 && !known.lost.has(group))
      for (const group of due) known.lost.set(group, this.clear(row, group))
      if (due.length > 0) expired.push(row)
    }
    return Int32Array.from(expired)
  }

  /** After the reply: rows stay partial without the values that were given up. */
  hold(host: number): void {
    for (const [row, known] of this.rows) {
      if (this.table.hostRow[row] !== host) continue
      for (const [group, cells] of known.lost) {
        if (cells.some(isLost)) this.table.flags[row]! |= 1 << group
        else if ((this.table.flags[row]! & (1 << group)) === 0) known.lost.delete(group)
      }
    }
  }

  /** Makes a group unknown; returns the cells that stood for it. */
  private clear(row: number, group: StatGroup): LostCell[] {
    const lost: LostCell[] = []
    const marks = this.marks[group]
    if (marks?.valid.get(row)) lost.push({ column: marks, cell: row, exists: () => true })
    for (const column of this.columns[group]!) column.clear(row)
    const children = this.childrenOf(group)
    if (children === null) return lost
    const { table, column: mark } = children
    for (let slot = table.first[row]!; slot !== NO_CHILD; slot = table.next[slot]!) {
      const cell = slot
      if (mark.valid.get(cell)) lost.push({ column: mark, cell, exists: () => table.parent[cell] === row })
      for (const column of this.childColumns[group]!) column.clear(cell)
    }
    return lost
  }

  private childrenOf(group: StatGroup) {
    const { vcpus, disks, nics } = this.table
    if (group === StatGroup.Vcpu) return { table: vcpus, column: vcpus.wire.counters['vcpu.*.time'] }
    if (group === StatGroup.Block) return { table: disks, column: disks.wire.counters['block.*.rd.reqs'] }
    if (group === StatGroup.Interface) return { table: nics, column: nics.wire.counters['net.*.rx.bytes'] }
    return null
  }
}

function isLost({ column, cell, exists }: LostCell): boolean {
  return exists() && !column.valid.get(cell)
}

function columnOf(table: DomainTable, entity: WireEntity, path: string): Column {
  const { wire } = { domain: table, vcpu: table.vcpus, disk: table.disks, nic: table.nics }[entity]
  const columns: Readonly<Record<string, Column>> = { ...wire.counters, ...wire.gauges }
  return columns[path]!
}

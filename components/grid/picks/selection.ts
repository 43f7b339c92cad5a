import type { LiveFleet } from '../../live/live-fleet.ts'
import type { RowMark } from './row-identity.ts'
import { findRows, isMarked, MISSING_MS, markRow } from './row-identity.ts'

/** Rows that the user picked. A row is dropped when its domain is gone, also when the slot has another domain by now. */
export class Selection {
  private readonly marks = new Map<number, RowMark>()
  /** Identities of picked rows that are missing, and since when. */
  private readonly missing = new Map<string, number>()
  /** Where a shift-click extends from. */
  private origin = -1
  /** Rows that the last extension added: the next one from the same origin may need fewer. */
  private extended: number[] = []

  get size(): number {
    return this.marks.size
  }

  has(row: number): boolean {
    return this.marks.has(row)
  }

  /** Who is picked, as `UUID@HOST`, in the order of picking; domains that are missing for now come last. */
  identities(): string[] {
    return [...[...this.marks.values()].map(({ identity }) => identity), ...this.missing.keys()]
  }

  toggle(row: number, fleet: LiveFleet): void {
    if (!this.marks.delete(row)) this.marks.set(row, markRow(fleet, row))
    this.startAt(row)
  }

  /** Picks nothing; what is extended next begins at this row. */
  startAt(row: number): void {
    this.origin = row
    this.extended = []
  }

  /** Something to extend from was named, and shows. */
  hasStart(places: Int32Array): boolean {
    return (places[this.origin] ?? -1) >= 0
  }

  /**
   * Adds the rows from the last one that was toggled to this one, both included, in the order that is shown. What the
   * extension before it added beyond that is dropped again.
   */
  extendTo(row: number, rows: Uint32Array, places: Int32Array, fleet: LiveFleet): void {
    const to = places[row] ?? -1
    if (to < 0) return
    const origin = places[this.origin] ?? -1
    const from = origin < 0 ? to : origin
    if (origin < 0) this.startAt(row)
    for (const one of this.extended) this.marks.delete(one)
    this.extended = []
    const step = to < from ? -1 : 1
    for (let i = from; i !== to + step; i += step) {
      const one = rows[i]
      if (one === undefined || this.marks.has(one)) continue
      this.marks.set(one, markRow(fleet, one))
      this.extended.push(one)
    }
  }

  /** Picks these and no others, wherever they are; those that are not there are waited for as {@link follow} says. */
  choose(identities: readonly string[], fleet: LiveFleet, now: number): void {
    const found = findRows(fleet, new Set(identities))
    this.clear()
    for (const identity of identities) {
      const row = found.get(identity)
      if (row === undefined) this.missing.set(identity, now)
      else this.marks.set(row, markRow(fleet, row))
    }
  }

  clear(): void {
    this.marks.clear()
    this.missing.clear()
    this.startAt(-1)
  }

  /**
   * Finds picked domains again whose row number went to another, as after a restart of the server; those that are gone
   * are not picked, and forgotten after {@link MISSING_MS}.
   */
  follow(fleet: LiveFleet, now: number): void {
    for (const [row, mark] of this.marks) {
      if (isMarked(fleet, row, mark)) continue
      this.marks.delete(row)
      this.missing.set(mark.identity, now)
      if (row === this.origin) this.startAt(-1)
    }
    if (this.missing.size === 0) return
    for (const [identity, row] of findRows(fleet, this.missing)) {
      this.marks.set(row, markRow(fleet, row))
      this.missing.delete(identity)
    }
    for (const [identity, since] of this.missing) if (now - since > MISSING_MS) this.missing.delete(identity)
  }

  /** The picked rows in the order that is shown; those that the filter hides come last. */
  inOrder(places: Int32Array): number[] {
    const place = (row: number): number => {
      const at = places[row] ?? -1
      return at < 0 ? Number.MAX_SAFE_INTEGER : at
    }
    return [...this.marks.keys()].sort((a, b) => place(a) - place(b))
  }
}

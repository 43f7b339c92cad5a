import type { CodeTable } from '../../lib/columns/code-table.ts'

/** Rows that the user picked. A row is dropped when its domain is gone, also when the slot has another domain by now. */
export class Selection {
  private readonly generations = new Map<number, number>()
  /** Where a shift-click extends from. */
  private origin = -1

  get size(): number {
    return this.generations.size
  }

  has(row: number): boolean {
    return this.generations.has(row)
  }

  toggle(row: number, table: CodeTable): void {
    if (!this.generations.delete(row)) this.generations.set(row, table.generation[row]!)
    this.origin = row
  }

  /** Adds the rows from the last one that was toggled to this one, both included, in the order that is shown. */
  extendTo(row: number, rows: Uint32Array, places: Int32Array, table: CodeTable): void {
    const to = places[row] ?? -1
    const origin = places[this.origin] ?? -1
    const from = origin < 0 ? to : origin
    for (let i = Math.min(from, to); i <= Math.max(from, to); i++) {
      const one = rows[i]
      if (one !== undefined) this.generations.set(one, table.generation[one]!)
    }
    if (origin < 0) this.origin = row
  }

  clear(): void {
    this.generations.clear()
    this.origin = -1
  }

  /** Forgets rows whose domain is gone. */
  prune(table: CodeTable): void {
    for (const [row, generation] of this.generations) {
      if (!table.isAlive(row) || table.generation[row] !== generation) this.generations.delete(row)
    }
  }

  /** The picked rows in the order that is shown; those that the filter hides come last. */
  inOrder(places: Int32Array): number[] {
    const place = (row: number): number => {
      const at = places[row] ?? -1
      return at < 0 ? Number.MAX_SAFE_INTEGER : at
    }
    return [...this.generations.keys()].sort((a, b) => place(a) - place(b))
  }
}

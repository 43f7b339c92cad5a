import type { CodeColumn } from '../columns/code-column.ts'
import type { CodeTable } from '../columns/code-table.ts'
import { decodeCell, decodeTable } from '../columns/encodings.ts'
import { SMOOTHING_MS } from './calm-order.ts'

/**
 * An exponential mean of one column by row number, to sort by while the cells show the raw values.
 *
 * @remarks An unknown value makes the mean unknown at once, and the first value after it starts a new mean: unknown rows
 * sort last, they do not sink slowly. A slot that was used again starts anew too.
 */
export class Smoother {
  values = new Float32Array(0)
  private generations = new Uint32Array(0)
  private updatedAt = Number.NaN

  /** Takes in the column's values at `now`, in ms of any monotonic clock. */
  update(column: CodeColumn, table: CodeTable, now: number): void {
    this.grow(table.capacity)
    const weight = Number.isNaN(this.updatedAt) ? 1 : 1 - Math.exp(-Math.max(0, now - this.updatedAt) / SMOOTHING_MS)
    this.updatedAt = now
    const decoded = decodeTable(column.encoding)
    const { codes } = column
    const { values, generations } = this
    for (let row = 0; row < table.rowLimit; row++) {
      const value = decoded === null ? decodeCell(column.encoding, codes[row]!) : decoded[codes[row]!]!
      const mean = values[row]!
      const fresh = generations[row] !== table.generation[row] || Number.isNaN(mean)
      generations[row] = table.generation[row]!
      values[row] = fresh ? value : mean + weight * (value - mean)
    }
  }

  /** Forgets everything: the next update starts new means. */
  clear(): void {
    this.values.fill(Number.NaN)
    this.updatedAt = Number.NaN
  }

  private grow(capacity: number): void {
    if (capacity <= this.values.length) return
    const values = new Float32Array(capacity).fill(Number.NaN)
    values.set(this.values)
    this.values = values
    const generations = new Uint32Array(capacity)
    generations.set(this.generations)
    this.generations = generations
  }
}

import type { CodeColumn } from '../../lib/columns/code-column.ts'
import { decodeCell } from '../../lib/columns/encodings.ts'

/** What changed, column by column, as JSON: rows and values side by side. */
export interface JsonFrame {
  readonly offset: number
  readonly columns: Record<string, { readonly rows: number[]; readonly values: number[] }>
}

/** Significant digits of a cell: about what the codes carry. */
const DIGITS = 4

/** The same changes as a frame's, or all cells, as values: what one would hand to `JSON.stringify`. */
export function jsonFrame(columns: readonly CodeColumn[], rowLimit: number, offset: number, all = false): JsonFrame {
  const frame: JsonFrame = { offset, columns: {} }
  for (const column of columns) {
    const rows: number[] = []
    const values: number[] = []
    for (let row = 0; row < rowLimit; row++) {
      if (!all && column.changedAt[row] !== offset) continue
      rows.push(row)
      values.push(Number(decodeCell(column.encoding, column.codes[row]!).toPrecision(DIGITS)))
    }
    frame.columns[column.id] = { rows, values }
  }
  return frame
}

/** The other end: values by column and row. */
export class JsonReplica {
  readonly columns = new Map<string, Float64Array>()
  private readonly rows: number

  constructor(rows: number) {
    this.rows = rows
  }

  receive(text: string): void {
    // The text is from `jsonFrame` above.
    const frame = JSON.parse(text) as JsonFrame
    for (const [id, { rows, values }] of Object.entries(frame.columns)) {
      let column = this.columns.get(id)
      if (column === undefined) {
        column = new Float64Array(this.rows).fill(Number.NaN)
        this.columns.set(id, column)
      }
      for (let i = 0; i < rows.length; i++) column[rows[i]!] = values[i]!
    }
  }
}

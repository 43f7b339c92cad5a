import { findMetric } from '../../../lib/metrics/catalogue.ts'
import { CellTexts } from '../../../lib/view/cell-text.ts'
import type { CellKind, GridColumn } from '../../../lib/view/grid-columns.ts'
import { AgeCell } from './age-cell.ts'
import type { Cell, ColumnSource } from './cell.ts'
import { CpuCell } from './cpu-cell.ts'
import { HostCell } from './host-cell.ts'
import { MemoryCell } from './memory-cell.ts'
import { NameCell } from './name-cell.ts'
import { NumberCell } from './number-cell.ts'
import { StateCell } from './state-cell.ts'
import { WordCell } from './word-cell.ts'

const KINDS: Readonly<Record<CellKind, (source: ColumnSource) => Cell>> = {
  state: () => new StateCell(),
  name: () => new NameCell(),
  word: (source) => new WordCell(source),
  host: () => new HostCell(),
  number: (source) => new NumberCell(source),
  cpu: (source) => new CpuCell(source),
  memory: (source) => new MemoryCell(source),
  age: () => new AgeCell(),
}

/** Makes one cell of a column. */
export function createCell(source: ColumnSource): Cell {
  return KINDS[source.column.kind](source)
}

/** What the cells of a column share. */
export function createSource(column: GridColumn): ColumnSource {
  const { metric, kind } = column
  const other = kind === 'memory' ? findMetric('rssKiB') : null
  return {
    column,
    texts: metric === null ? null : new CellTexts(metric, column.unit !== null),
    otherTexts: other === null ? null : new CellTexts(other, false),
    codes: null,
    otherCodes: null,
  }
}

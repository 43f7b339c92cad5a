import { displayText } from '../../lib/view/display-text.ts'
import { element, setData, setText } from './dom.ts'

interface PooledRow {
  readonly root: HTMLElement
  readonly cells: readonly HTMLElement[]
  readonly bar: HTMLElement
}

/** Rows of text that are made once and written again and again. */
export class RowList {
  readonly root = element('div', 'wall-rows')
  private readonly classes: readonly string[]
  private readonly rows: PooledRow[] = []
  private shown = 0

  /** @param classes - One for each cell of a row. */
  constructor(classes: readonly string[]) {
    this.classes = classes
  }

  /**
   * Writes a row. Texts come from outside and are shown as text only.
   *
   * @param level - For the colour; null for none.
   * @param share - Length of the bar behind the row, 0 to 1.
   */
  write(index: number, texts: readonly string[], level: string | null, share = 0): void {
    const row = this.rows[index] ?? this.make(index)
    for (const [at, cell] of row.cells.entries()) setText(cell, displayText(texts[at] ?? ''))
    setData(row.root, 'level', level)
    const scale = `scaleX(${Math.min(1, Math.max(0, share)).toFixed(3)})`
    if (row.bar.style.transform !== scale) row.bar.style.transform = scale
  }

  /** Shows the first `count` rows. */
  show(count: number): void {
    if (count === this.shown) return
    for (const [index, { root }] of this.rows.entries()) root.hidden = index >= count
    this.shown = count
  }

  private make(index: number): PooledRow {
    const root = element('div', 'wall-row')
    const bar = element('span', 'wall-bar')
    const cells = this.classes.map((name) => element('bdi', name))
    root.append(bar, ...cells)
    root.hidden = index >= this.shown
    this.root.append(root)
    const row = { root, cells, bar }
    this.rows[index] = row
    return row
  }
}

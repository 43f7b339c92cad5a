import type { CodeColumn } from '../../../lib/columns/code-column.ts'
import type { CellTexts } from '../../../lib/view/cell-text.ts'
import type { GridColumn } from '../../../lib/view/grid-columns.ts'
import type { LiveFleet } from '../../live/live-fleet.ts'
import type { Levels } from '../body/levels.ts'

/** What all cells of one column share. Codes are looked up again at each painting, because tables grow. */
export interface ColumnSource {
  readonly column: GridColumn
  readonly texts: CellTexts | null
  /** RSS, for the memory column; null elsewhere. */
  readonly otherTexts: CellTexts | null
  codes: CodeColumn | null
  otherCodes: CodeColumn | null
}

/** What is the same for all cells of one painting. */
export interface PaintMoment {
  readonly fleet: LiveFleet
  readonly now: number
  readonly levels: Levels
}

/**
 * One cell of the pool. It remembers what it wrote last and writes only what differs: text layout is the bill.
 */
export interface Cell {
  readonly element: HTMLElement
  paint(row: number, hostRow: number, moment: PaintMoment): unknown
}

const LEVEL_CLASSES = ['', ' stale', ' old'] as const
const PARTIAL_CLASS = ' partial'

/** Keeps a cell's class in step with the age and completeness of its value. */
export class CellMarks {
  private readonly element: HTMLElement
  private readonly base: string
  private written: string

  constructor(element: HTMLElement, base: string) {
    this.element = element
    this.base = base
    this.written = base
    element.className = base
  }

  /** @param more - A further class with a leading space, or nothing. */
  mark(level: 0 | 1 | 2, partial: boolean, more = ''): void {
    const className = this.base + LEVEL_CLASSES[level] + (partial ? PARTIAL_CLASS : '') + more
    if (className === this.written) return
    this.written = className
    this.element.className = className
  }
}

/** Makes an element of the grid. */
export function element(tag: 'div' | 'span' | 'bdi', className: string): HTMLElement {
  const made = document.createElement(tag)
  if (className !== '') made.className = className
  return made
}

/** A text node and what was written to it last: asking the node would make a string of its text each time. */
export interface WrittenText {
  readonly node: Text
  written: string
}

/** Appends an empty text node and returns it. */
export function textIn(parent: HTMLElement): WrittenText {
  return { node: parent.appendChild(document.createTextNode('')), written: '' }
}

/** Writes a text node if it differs. Nobody else may write to it. */
export function write(text: WrittenText, to: string): void {
  if (text.written === to) return
  text.written = to
  text.node.data = to
}

/** Whether the last record of one of these groups left out fields for this row. */
export function isPartial(moment: PaintMoment, row: number, groups: number): boolean {
  const exception = moment.fleet.exceptions.get(row)
  return exception !== undefined && (exception.partialGroups & groups) !== 0
}

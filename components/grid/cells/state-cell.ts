import { INACTIVE_READINGS } from '../../../lib/query/freshness.ts'
import { partialText } from '../../../lib/view/age-words.ts'
import { stateKind } from '../../../lib/view/state-kind.ts'
import type { LiveException } from '../../live/live-fleet.ts'
import { isInactive, stateOf, UNKNOWN_STATE } from '../row-facts.ts'
import type { Cell, PaintMoment, WrittenText } from './cell.ts'
import { element, textIn, write } from './cell.ts'

/** What a state is drawn as. */
const SHAPES = { running: 'run', paused: 'pause', off: 'off', crashed: 'crash', unknown: 'unknown' } as const

/** What is marked, as one number: partial groups, and above them the cause; or that the state itself is late. */
const CAUSE_SHIFT = 8
const GROUPS_MASK = 0xff
const STALE_MARK = -1

/** A shape and a word, never colour alone; and the mark of a partial row. */
export class StateCell implements Cell {
  readonly element = element('div', 'c state')
  private readonly shape = element('span', 'shape')
  private readonly word: WrittenText
  private readonly partial = element('span', 'partial-mark')
  private writtenState = ''
  private writtenMark = 0

  constructor() {
    this.shape.ariaHidden = 'true'
    this.element.append(this.shape)
    this.word = textIn(this.element)
    this.partial.hidden = true
    this.element.append(this.partial)
  }

  paint(row: number, hostRow: number, moment: PaintMoment): void {
    const { fleet, levels } = moment
    const state = stateOf(fleet, row)
    if (state !== this.writtenState) {
      this.writtenState = state
      const shape = SHAPES[stateKind(state)]
      this.shape.dataset.shape = shape
      this.element.dataset.shape = shape
      this.element.className = state === UNKNOWN_STATE ? 'c state none' : 'c state'
      write(this.word, state)
    }
    // A host out of reach tells for all its rows that they are old.
    const stale = state !== UNKNOWN_STATE && isInactive(fleet, row) && levels.of(row, hostRow, INACTIVE_READINGS) > 0
    const mark = stale ? STALE_MARK : partialMark(fleet.exceptions.get(row))
    if (mark !== this.writtenMark) this.mark(mark)
  }

  private mark(mark: number): void {
    this.writtenMark = mark
    this.partial.hidden = mark === 0
    if (mark === STALE_MARK) {
      this.partial.title = 'Stale: domains without a process are read every 10 s, and the last readings did not come.'
      this.partial.textContent = 'stale'
      return
    }
    this.partial.title = partialText(mark & GROUPS_MASK, mark >> CAUSE_SHIFT)
    this.partial.textContent = mark === 0 ? '' : 'partial'
  }
}

function partialMark(exception: LiveException | undefined): number {
  return exception === undefined ? 0 : exception.partialGroups | (exception.cause << CAUSE_SHIFT)
}

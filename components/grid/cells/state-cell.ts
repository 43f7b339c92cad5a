import { STAT_GROUP_NAMES } from '../../../lib/metrics/types.ts'
import { stateKind } from '../../../lib/view/state-kind.ts'
import { isInactive, stateOf, UNKNOWN_STATE } from '../row-facts.ts'
import type { Cell, PaintMoment, WrittenText } from './cell.ts'
import { element, textIn, write } from './cell.ts'

/** What a state is drawn as. */
const SHAPES = { running: 'run', paused: 'pause', off: 'off', crashed: 'crash', unknown: 'unknown' } as const

/** A shape and a word, never colour alone; and the mark of a partial row. */
export class StateCell implements Cell {
  readonly element = element('div', 'c state')
  private readonly shape = element('span', 'shape')
  private readonly word: WrittenText
  private readonly partial = element('span', 'partial-mark')
  private writtenState = ''
  private writtenGroups = 0
  private writtenInactive = false

  constructor() {
    this.shape.ariaHidden = 'true'
    this.element.append(this.shape)
    this.word = textIn(this.element)
    this.partial.hidden = true
    this.element.append(this.partial)
  }

  paint(row: number, _hostRow: number, moment: PaintMoment): void {
    const state = stateOf(moment.fleet, row)
    if (state !== this.writtenState) {
      this.writtenState = state
      const shape = SHAPES[stateKind(state)]
      this.shape.dataset.shape = shape
      this.element.dataset.shape = shape
      this.element.className = state === UNKNOWN_STATE ? 'c state none' : 'c state'
      write(this.word, state)
    }
    const groups = moment.fleet.exceptions.get(row)?.partialGroups ?? 0
    const inactive = groups !== 0 && isInactive(moment.fleet, row)
    if (groups !== this.writtenGroups || inactive !== this.writtenInactive) this.mark(groups, inactive)
  }

  private mark(groups: number, inactive: boolean): void {
    this.writtenGroups = groups
    this.writtenInactive = inactive
    this.partial.hidden = groups === 0
    if (inactive) {
      this.partial.title = 'Stale: domains without a process are read every 10 s, and the last readings did not come.'
      this.partial.textContent = 'stale'
      return
    }
    const names = STAT_GROUP_NAMES.filter((_, group) => (groups & (1 << group)) !== 0)
    this.partial.title = `Partial: the last reply left out fields of ${names.join(', ')}. Those values keep their age.`
    this.partial.textContent = groups === 0 ? '' : 'partial'
  }
}

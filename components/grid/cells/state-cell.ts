import { STAT_GROUP_NAMES } from '../../../lib/metrics/types.ts'
import { stateOf, UNKNOWN_STATE } from '../row-facts.ts'
import type { Cell, PaintMoment } from './cell.ts'
import { element, textIn, write } from './cell.ts'

/** What a state is drawn as; states that are not here are drawn as unknown. */
const SHAPES: Readonly<Record<string, string>> = {
  running: 'run',
  blocked: 'run',
  paused: 'pause',
  pmsuspended: 'pause',
  shutdown: 'off',
  shutoff: 'off',
  'shut off': 'off',
  crashed: 'crash',
}

/** A shape and a word, never colour alone; and the mark of a partial row. */
export class StateCell implements Cell {
  readonly element = element('div', 'c state')
  private readonly shape = element('span', 'shape')
  private readonly word: Text
  private readonly partial = element('span', 'partial-mark')
  private writtenState = ''
  private writtenGroups = 0

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
      this.shape.dataset.shape = SHAPES[state] ?? 'unknown'
      this.element.dataset.shape = SHAPES[state] ?? 'unknown'
      this.element.className = state === UNKNOWN_STATE ? 'c state none' : 'c state'
      write(this.word, state)
    }
    const groups = moment.fleet.exceptions.get(row)?.partialGroups ?? 0
    if (groups !== this.writtenGroups) this.markPartial(groups)
  }

  private markPartial(groups: number): void {
    this.writtenGroups = groups
    this.partial.hidden = groups === 0
    const names = STAT_GROUP_NAMES.filter((_, group) => (groups & (1 << group)) !== 0)
    this.partial.title = `Partial: the last reply left out fields of ${names.join(', ')}. Those values keep their age.`
    this.partial.textContent = groups === 0 ? '' : 'partial'
  }
}

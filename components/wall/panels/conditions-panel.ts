import { shownName } from '../../../lib/query/gather.ts'
import { hostRowOf } from '../../../lib/query/row-uuid.ts'
import type { Condition, Gravity } from '../../../lib/view/wall/condition-list.ts'
import { readConditions } from '../../../lib/view/wall/conditions.ts'
import type { LiveFleet } from '../../live/live-fleet.ts'
import { setData } from '../dom.ts'
import { RowList } from '../row-list.ts'
import type { Scene } from '../scene.ts'
import { hostName } from '../scene.ts'
import type { PanelSpace, PanelView } from './panel-view.ts'
import { PanelFrame } from './panel-view.ts'

/** From here on there is room for a domain's host beside its name. */
const WITH_HOSTS_EM = 28
/** Shape besides colour. */
const MARKS: Readonly<Record<Gravity, string>> = { wrong: '▲', look: '●', note: '·' }

/** What is wrong now, the worst first. */
export class ConditionsPanel implements PanelView {
  readonly root: HTMLElement
  private readonly frame = new PanelFrame('conditions', 'Conditions')
  private readonly list = new RowList(['wall-mark', 'wall-who', 'wall-what'])
  private readonly rows: number
  private readonly hasHosts: boolean

  constructor({ rows, widthEm }: PanelSpace) {
    this.hasHosts = widthEm >= WITH_HOSTS_EM
    this.root = this.frame.root
    this.root.append(this.list.root)
    this.rows = Math.max(1, rows)
  }

  paint(scene: Scene): void {
    const { fleet, now } = scene
    const { rows } = this
    const found = readConditions(fleet, scene, (row) => scene.hasHost(row), now, rows)
    const { total } = found
    this.frame.say(total === 0 ? '' : total.toLocaleString('en'))
    setData(this.root, 'gravity', found.gravity)
    if (total === 0) {
      this.list.write(0, ['✓', 'Nothing is wrong.', ''], 'well')
      this.list.show(1)
      return
    }
    // The last row tells of those that have none.
    const fits = total <= rows ? rows : rows - 1
    const shown = found.first(fits)
    for (const [index, condition] of shown.entries())
      this.list.write(
        index,
        [MARKS[condition.gravity], this.whoOf(fleet, condition), condition.words],
        condition.gravity,
      )
    const rest = found.restAfter(shown)
    if (rest !== '') this.list.write(shown.length, ['+', '', rest], 'rest')
    this.list.show(shown.length + (rest === '' ? 0 : 1))
  }

  private whoOf(fleet: LiveFleet, { subject }: Condition): string {
    if (subject === null) return ''
    if (subject.entity === 'host') return hostName(fleet, subject.row)
    const name = shownName(fleet.domains, subject.row)
    return this.hasHosts ? `${name} · ${hostName(fleet, hostRowOf(fleet.domains, subject.row))}` : name
  }
}

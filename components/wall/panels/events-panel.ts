import { RowList } from '../row-list.ts'
import type { Scene } from '../scene.ts'
import { clockText } from '../server-clock.ts'
import type { PanelSpace, PanelView } from './panel-view.ts'
import { PanelFrame } from './panel-view.ts'

/** What happened last, the newest first. */
export class EventsPanel implements PanelView {
  readonly root: HTMLElement
  private readonly frame = new PanelFrame('events', 'Events')
  private readonly list = new RowList(['wall-time', 'wall-who', 'wall-what'])
  private readonly rows: number

  constructor({ rows }: PanelSpace) {
    this.root = this.frame.root
    this.root.append(this.list.root)
    this.rows = Math.max(1, rows)
  }

  paint(scene: Scene): void {
    const { events } = scene
    let shown = 0
    for (let at = events.length - 1; at >= 0 && shown < this.rows; at--) {
      const event = events[at]!
      if (!scene.hasEvent(event)) continue
      const who = event.uuid === '' ? event.host : event.name
      this.list.write(shown++, [clockText(event.wall).slice(0, 5), who, event.text], null)
    }
    if (shown === 0) this.list.write(0, ['', '', 'Nothing was reported since this server watches.'], 'rest')
    this.list.show(Math.max(1, shown))
  }
}

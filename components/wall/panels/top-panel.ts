import type { CodeColumn } from '../../../lib/columns/code-column.ts'
import { decodeCell } from '../../../lib/columns/encodings.ts'
import { formatMetric } from '../../../lib/metrics/format.ts'
import type { Metric } from '../../../lib/metrics/types.ts'
import { gatherCodes, shownName } from '../../../lib/query/gather.ts'
import { createOrder } from '../../../lib/query/order.ts'
import { hostRowOf } from '../../../lib/query/row-uuid.ts'
import { RowList } from '../row-list.ts'
import type { Scene } from '../scene.ts'
import { hostName } from '../scene.ts'
import type { PanelSpace, PanelView } from './panel-view.ts'
import { PanelFrame } from './panel-view.ts'

/** The domains, or hosts, with the most of a metric; sorted anew at each painting. */
export class TopPanel implements PanelView {
  readonly root: HTMLElement
  private readonly frame: PanelFrame
  private readonly list: RowList
  private readonly metric: Metric
  private readonly most: number
  private readonly order = createOrder()
  private rows = new Uint32Array(0)

  constructor(metric: Metric, count: number | null, space: PanelSpace) {
    this.metric = metric
    this.most = Math.min(count ?? space.rows, space.rows)
    const title = metric.entity === 'host' ? `Hosts: ${metric.label}` : metric.label
    this.frame = new PanelFrame('top', title)
    this.frame.say(`top ${this.most}`)
    this.root = this.frame.root
    this.list = new RowList(['wall-who', 'wall-where', 'wall-value'])
    this.root.append(this.list.root)
  }

  paint(scene: Scene): void {
    const table = this.metric.entity === 'host' ? scene.fleet.hosts : scene.fleet.domains
    const column = table.column(this.metric.id)
    const count = column === null ? 0 : this.gather(scene)
    if (column !== null) this.order.sort(this.rows, count, [{ descending: true, gather: gatherCodes(column, table) }])
    const shown = this.write(scene, column, count)
    if (shown === 0) this.list.write(0, ['–', '', ''], 'rest')
    this.list.show(Math.max(1, shown))
  }

  /** The rows that compete; returns how many. */
  private gather(scene: Scene): number {
    const { fleet, current } = scene
    if (this.metric.entity !== 'host') {
      if (this.rows.length < current.count) this.rows = new Uint32Array(current.rows.length)
      this.rows.set(current.rows.subarray(0, current.count))
      return current.count
    }
    const { hosts, freshness } = fleet
    if (this.rows.length < hosts.rowLimit) this.rows = new Uint32Array(hosts.capacity)
    let count = 0
    for (let row = 0; row < hosts.rowLimit; row++)
      if (hosts.isAlive(row) && freshness[row]?.state !== 'unreachable' && scene.hasHost(row)) this.rows[count++] = row
    return count
  }

  /** Writes the first rows whose value is known; returns how many. */
  private write({ fleet }: Scene, column: CodeColumn | null, count: number): number {
    const { metric } = this
    let whole = metric.unit === '%' ? 100 : 0
    let shown = 0
    for (; column !== null && shown < Math.min(count, this.most); shown++) {
      const row = this.rows[shown]!
      const value = decodeCell(column.encoding, column.codes[row]!)
      // Unknown ones come last.
      if (Number.isNaN(value)) break
      if (whole === 0) whole = Math.max(value, Number.MIN_VALUE)
      const isHost = metric.entity === 'host'
      const who = isHost ? hostName(fleet, row) : shownName(fleet.domains, row)
      const where = isHost ? '' : hostName(fleet, hostRowOf(fleet.domains, row))
      this.list.write(shown, [who, where, formatMetric(metric, value)], null, value / whole)
    }
    return shown
  }
}

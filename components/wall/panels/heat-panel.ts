import { decodeCell, decodeTable } from '../../../lib/columns/encodings.ts'
import { formatMetric } from '../../../lib/metrics/format.ts'
import type { Metric } from '../../../lib/metrics/types.ts'
import { createOrder } from '../../../lib/query/order.ts'
import { hostRowOf } from '../../../lib/query/row-uuid.ts'
import { HeldScale } from '../../../lib/view/held-scale.ts'
import { COLOUR_STEPS, cividis, colourCells } from '../../../lib/view/strip-raster.ts'
import { heatShape } from '../../../lib/view/wall/heat-shape.ts'
import { element } from '../dom.ts'
import type { Scene } from '../scene.ts'
import type { PanelSpace, PanelView } from './panel-view.ts'
import { PanelFrame } from './panel-view.ts'

/** A domain whose value nobody knows: a grey through which the surface shows. */
const UNKNOWN_COLOUR = 0x8c80_8080 | 0
/** Between two hosts, and after the last: nothing. */
const NO_CELL = -1

/** One cell for each domain, coloured by a metric, host after host. The picture has one pixel a cell; the page stretches it. */
export class HeatPanel implements PanelView {
  readonly root: HTMLElement
  private readonly frame: PanelFrame
  private readonly canvas = element('canvas', 'wall-heat')
  private readonly metric: Metric
  private readonly space: PanelSpace
  private readonly colours = cividis()
  private readonly held: HeldScale
  private readonly order = createOrder()
  private arranged: { readonly version: number } | null = null
  private cells = new Int32Array(0)
  private values = new Float32Array(0)
  private image: ImageData | null = null

  constructor(metric: Metric, space: PanelSpace) {
    this.metric = metric
    this.space = space
    this.held = new HeldScale(metric)
    this.frame = new PanelFrame('heat', `${metric.label} map`)
    this.root = this.frame.root
    this.root.append(this.canvas)
    this.canvas.setAttribute('role', 'img')
    this.frame.beside(this.legend())
  }

  paint(scene: Scene): void {
    if (this.arranged?.version !== scene.version) this.arrange(scene)
    const greatest = this.read(scene)
    const top = this.metric.unit === '%' ? 100 : this.held.update(0, greatest, scene.now).top
    this.frame.say(`0 – ${formatMetric(this.metric, top)}`)
    this.canvas.setAttribute(
      'aria-label',
      `${this.metric.label} of ${scene.count} domains, 0 to ${formatMetric(this.metric, top)}`,
    )
    this.draw(top)
  }

  /** Gives each row its cell: the rows of one host beside each other, one empty cell between two hosts. */
  private arrange(scene: Scene): void {
    const { domains } = scene.fleet
    const rows = scene.rows.slice(0, scene.count)
    const gather = (given: Uint32Array, count: number, out: Float32Array): void => {
      for (let i = 0; i < count; i++) out[i] = hostRowOf(domains, given[i]!)
    }
    this.order.sort(rows, rows.length, [{ descending: false, gather }])
    const cells: number[] = []
    for (const [index, row] of rows.entries()) {
      if (index > 0 && hostRowOf(domains, row) !== hostRowOf(domains, rows[index - 1]!)) cells.push(NO_CELL)
      cells.push(row)
    }
    const shape = heatShape(cells.length, this.space.widthPx, this.space.heightPx)
    this.cells = new Int32Array(shape.columns * shape.rows).fill(NO_CELL)
    this.cells.set(cells)
    this.values = new Float32Array(this.cells.length)
    this.canvas.width = shape.columns
    this.canvas.height = shape.rows
    this.canvas.style.height = `${shape.heightPx}px`
    this.image = new ImageData(shape.columns, shape.rows)
    this.arranged = { version: scene.version }
  }

  /** Reads the value of each cell, and gives the greatest. */
  private read({ fleet: { domains, freshness } }: Scene): number {
    const column = domains.column(this.metric.id)
    const table = column === null ? null : decodeTable(column.encoding)
    let greatest = 0
    for (let i = 0; i < this.cells.length; i++) {
      const row = this.cells[i]!
      this.values[i] = Number.NaN
      if (row === NO_CELL || column === null) continue
      if (freshness[hostRowOf(domains, row)]?.state === 'unreachable') continue
      const code = column.codes[row]!
      const value = table === null ? decodeCell(column.encoding, code) : table[code]!
      this.values[i] = value
      if (value > greatest) greatest = value
    }
    return greatest
  }

  private draw(top: number): void {
    const { image } = this
    const context = this.canvas.getContext('2d')
    if (image === null || context === null) return
    const pixels = new Uint32Array(image.data.buffer)
    colourCells(this.values, top, this.colours, UNKNOWN_COLOUR, pixels)
    for (let i = 0; i < this.cells.length; i++) if (this.cells[i] === NO_CELL) pixels[i] = 0
    context.putImageData(image, 0, 0)
  }

  private legend(): HTMLCanvasElement {
    const scale = element('canvas', 'wall-scale')
    scale.width = COLOUR_STEPS
    scale.height = 1
    scale.setAttribute('aria-hidden', 'true')
    const image = new ImageData(COLOUR_STEPS, 1)
    new Uint32Array(image.data.buffer).set(this.colours)
    scale.getContext('2d')?.putImageData(image, 0, 0)
    return scale
  }
}

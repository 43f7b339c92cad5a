import { formatMetric, UNKNOWN_TEXT } from '../../lib/metrics/format.ts'
import { HeldScale } from '../../lib/view/held-scale.ts'
import { cividis, colourCells, rasterRow, rasterTime } from '../../lib/view/strip-raster.ts'
import type { DetailMark } from '../live/live-detail.ts'
import type { SeriesPart } from './chart-model.ts'
import type { StagePainter, TimeStretch } from './chart-stage.ts'
import type { PlotBox } from './series-painter.ts'
import type { MarkLines } from './strip-marks.ts'
import { markLines } from './strip-marks.ts'
import type { StripModel, StripRow } from './strip-model.ts'
import { fixedTop } from './strip-model.ts'
import { fillAway, isAway, watchedSince } from './strip-presence.ts'
import { textAt } from './value-text.ts'

/** What a painter asks of the stage that it is on. */
export interface StripSurroundings {
  readonly marks: () => readonly DetailMark[]
  /** A cursor in words. */
  readonly momentOf: (cursor: number) => string
}

/** Nodes that the painter writes to. */
export interface StripNodes {
  readonly canvas: HTMLCanvasElement
  readonly cursor: HTMLElement
  readonly brush: HTMLElement
  readonly row: HTMLElement
  /** Greatest value of the colour scale. */
  readonly top: Text
  readonly readout: Text
  readonly marks: Readonly<Record<keyof MarkLines, SVGPathElement>>
}

/** Width of a column, in pixels of the page. */
const COLUMN_PX = 2
/** Nothing: the surface shows through. */
const UNKNOWN_COLOUR = 0
/** A vCPU that was not there: a grey through which the surface shows. The legend has it too, in `charts.css`. */
const AWAY_COLOUR = 0x5a80_8080

/** Paints one row per vCPU, time on x, the value as colour. The picture has a pixel for each cell; the page stretches it. */
export class StripPainter implements StagePainter {
  private readonly model: StripModel
  private readonly around: StripSurroundings
  private readonly colours = cividis()
  private readonly held: HeldScale
  private nodes: StripNodes | null = null
  private box: PlotBox | null = null
  private cells = new Float32Array(0)
  private image: ImageData | null = null
  private row: number | null = null
  private time: TimeStretch = { from: 0, to: 1 }
  private cursor: number | null = null

  constructor(model: StripModel, around: StripSurroundings) {
    this.model = model
    this.around = around
    this.held = new HeldScale(model.metric)
  }

  get plot(): PlotBox | null {
    return this.box
  }

  /** The row under the pointer or the keyboard's cursor. */
  get currentRow(): number | null {
    return this.row
  }

  /** Of the vCPU that is pointed at. */
  get identity(): string | null {
    return this.row === null ? null : (this.model.rows[this.row]?.identity ?? null)
  }

  /** Points at a vCPU where there is such a row, else at none. */
  setIdentity(identity: string | null): void {
    const row = this.model.rows.findIndex((one) => one.identity === identity)
    this.setRow(row === -1 ? null : row)
  }

  setNodes(nodes: StripNodes | null, box: PlotBox | null): void {
    this.nodes = nodes
    this.box = box
  }

  draw(time: TimeStretch, now: number): void {
    const { nodes, box, model } = this
    this.time = time
    if (nodes === null || box === null || model.rows.length === 0) return
    const raster = rasterTime(time.from, time.to, Math.max(1, Math.floor(box.width / COLUMN_PX)))
    const { columns } = raster
    const image = this.imageFor(nodes.canvas, columns)
    model.rows.forEach(({ parts }, index) => {
      const at = index * columns
      const [first] = parts
      if (first === undefined) this.cells.fill(Number.NaN, at, at + columns)
      else if (parts.length === 1) rasterRow(first.track, highOf(first), raster, this.cells, at)
      else this.rasterParts(parts, raster, at)
    })
    const fixed = model.isStretched ? null : fixedTop(model.metric)
    const top = fixed ?? this.held.update(0, greatestOf(this.cells), now).top
    const pixels = new Uint32Array(image.data.buffer)
    colourCells(this.cells, top, this.colours, UNKNOWN_COLOUR, pixels)
    const watched = watchedSince(model.rows)
    model.rows.forEach(({ parts }, index) => {
      fillAway(parts, raster, pixels, index * columns, AWAY_COLOUR, watched)
    })
    nodes.canvas.getContext('2d')?.putImageData(image, 0, 0)
    const columnPx = box.width / (columns - 1)
    nodes.canvas.style.width = `${(columns * columnPx).toFixed(2)}px`
    nodes.canvas.style.transform = `translateX(${((-(time.from - raster.from) / raster.columnMs) * columnPx).toFixed(2)}px)`
    setText(nodes.top, formatMetric(model.metric, top))
    const lines = markLines(this.around.marks(), model, time, box.width)
    // A picture over the canvas costs a little with each tick, also an empty one.
    nodes.marks.edge.ownerSVGElement?.toggleAttribute('hidden', lines.edge === '')
    for (const kind of ['edge', 'event', 'reset', 'handover'] as const) {
      const path = nodes.marks[kind]
      if (path.getAttribute('d') !== lines[kind]) path.setAttribute('d', lines[kind])
    }
  }

  point(cursor: number | null, time: TimeStretch): void {
    this.cursor = cursor
    this.time = time
    const { nodes, box } = this
    if (nodes === null || box === null) return
    nodes.cursor.hidden = cursor === null
    if (cursor !== null) {
      nodes.cursor.style.transform = `translateX(${((1 + cursor / (time.to - time.from)) * box.width).toFixed(1)}px)`
    }
    this.showReadout()
  }

  showBrush(from: number, to: number | null): void {
    if (this.nodes === null || this.box === null) return
    const { style } = this.nodes.brush
    style.width = `${to === null ? 0 : Math.abs(to - from)}px`
    if (to !== null) style.transform = `translateX(${Math.min(from, to) - this.box.left}px)`
  }

  /** Points at a row; null points at none. */
  setRow(row: number | null): void {
    this.row = row
    if (this.nodes === null) return
    this.nodes.row.hidden = row === null
    if (row !== null) this.nodes.row.style.transform = `translateY(${row * this.model.rowPx}px)`
    this.showReadout()
  }

  /** The row at a height in the picture; null outside of it. */
  rowAt(y: number): number | null {
    const row = Math.floor((y - (this.box?.top ?? 0)) / this.model.rowPx)
    return row >= 0 && row < this.model.rows.length ? row : null
  }

  /** `vCPU 12: 45.2 %` of the row and moment that are pointed at; empty when no row is. */
  get valueText(): string {
    const row = this.row === null ? undefined : this.model.rows[this.row]
    if (row === undefined) return ''
    const at = this.time.to + (this.cursor ?? 0)
    const series = { key: '', label: '', colour: 1, metric: this.model.metric, parts: row.parts }
    const value = textAt(series, this.cursor === null ? at - this.lagOf(row) : at)
    if (value !== UNKNOWN_TEXT) return `vCPU ${row.identity}: ${value}`
    return `vCPU ${row.identity}: ${isAway(row.parts, at, watchedSince(this.model.rows)) ? 'offline' : 'not known'}`
  }

  /** How long ago the newest point ended: without a cursor the newest value is meant. */
  private lagOf({ parts }: StripRow): number {
    const newest = Math.max(
      ...parts.map(({ track }) => (track.count === 0 ? this.time.to : track.times[track.count - 1]!)),
    )
    return Math.max(0, Math.min(this.time.to - newest, 5000))
  }

  private showReadout(): void {
    if (this.nodes === null) return
    const value = this.valueText
    const moment = value === '' || this.cursor === null ? '' : `, ${this.around.momentOf(this.cursor)}`
    setText(this.nodes.readout, `${value}${moment}`)
  }

  private rasterParts(parts: readonly SeriesPart[], raster: Parameters<typeof rasterRow>[2], at: number): void {
    const one = new Float32Array(raster.columns)
    this.cells.fill(Number.NaN, at, at + raster.columns)
    for (const part of parts) {
      rasterRow(part.track, highOf(part), raster, one, 0)
      for (let column = 0; column < one.length; column++) {
        if (!Number.isNaN(one[column]!)) this.cells[at + column] = one[column]!
      }
    }
  }

  private imageFor(canvas: HTMLCanvasElement, columns: number): ImageData {
    const rows = this.model.rows.length
    if (this.image === null || this.image.width !== columns || canvas.width !== columns || canvas.height !== rows) {
      canvas.width = columns
      canvas.height = rows
      this.image = new ImageData(columns, rows)
      this.cells = new Float32Array(columns * rows)
    }
    return this.image
  }
}

function highOf({ track, index }: SeriesPart): Float64Array {
  return track.series[index]!.high
}

function greatestOf(cells: Float32Array): number {
  let greatest = Number.NaN
  for (let i = 0; i < cells.length; i++) {
    const value = cells[i]!
    if (value > greatest || (Number.isNaN(greatest) && !Number.isNaN(value))) greatest = value
  }
  return greatest
}

function setText(node: Text, text: string): void {
  if (node.data !== text) node.data = text
}

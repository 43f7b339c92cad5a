import type { HeldScale } from '../../lib/view/held-scale.ts'
import type { AxisScale } from '../../lib/view/nice-steps.ts'
import { seriesPath } from '../../lib/view/series-path.ts'
import type { DetailMark } from '../live/live-detail.ts'
import { isOfChart } from './chart-marks.ts'
import type { ChartSeries } from './chart-model.ts'
import type { StagePainter, TimeStretch } from './chart-stage.ts'
import type { Extent } from './series-extent.ts'
import { extentOf } from './series-extent.ts'
import { newestText, summaryTexts, textAt } from './value-text.ts'

/** Where Recharts put the axes, in pixels of the chart. */
export interface PlotBox {
  readonly left: number
  readonly top: number
  readonly width: number
  readonly height: number
}

/** Nodes of one line. */
interface SeriesNodes {
  line: SVGPathElement | null
  band: SVGPathElement | null
  value: Text | null
  /** Cells of the text alternative: now, least, greatest, mean. */
  cells: readonly Text[]
}

export type MarkNodes = Readonly<Record<DetailMark['kind'], SVGPathElement | null>>

/** The text alternative is for reading at leisure: it follows the values no faster than this. */
const SUMMARY_EVERY_MS = 5000

/** A value axis of this chart alone, or one that says itself what it has to show. */
export type ChartScale = HeldScale & { extent?(time: TimeStretch, now: number): Extent }

interface PainterOptions {
  readonly scale: ChartScale
  readonly marks: () => readonly DetailMark[]
  /** The value axis changed: React renders it. */
  readonly onScale: (scale: AxisScale) => void
  /** Whether there is nothing to draw. Called with each drawing. */
  readonly onEmpty: (empty: boolean) => void
}

/** Draws the series of one chart straight from the columns of its tracks into nodes that React made once. */
export class SeriesPainter implements StagePainter {
  private readonly options: PainterOptions
  private readonly nodes = new Map<string, SeriesNodes>()
  private series: readonly ChartSeries[] = []
  private hidden: ReadonlySet<string> = new Set()
  private box: PlotBox | null = null
  private cursorLine: SVGLineElement | null = null
  private brush: SVGRectElement | null = null
  private markNodes: MarkNodes = { event: null, reset: null, handover: null }
  private summedAt = Number.NEGATIVE_INFINITY
  /** The axis that React has been told of; another chart may have changed a common one meanwhile. */
  private toldScale: AxisScale

  constructor(options: PainterOptions) {
    this.options = options
    this.toldScale = options.scale.scale
  }

  /** Where the plot lies; null before the axes are there. */
  get plot(): PlotBox | null {
    return this.box
  }

  setSeries(series: readonly ChartSeries[], hidden: ReadonlySet<string>): void {
    this.series = series
    this.hidden = hidden
    this.summedAt = Number.NEGATIVE_INFINITY
  }

  setBox(box: PlotBox | null): void {
    this.box = box
  }

  setOverlay(marks: MarkNodes, cursor: SVGLineElement | null, brush: SVGRectElement | null): void {
    this.markNodes = marks
    this.cursorLine = cursor
    this.brush = brush
  }

  setPaths(key: string, line: SVGPathElement | null, band: SVGPathElement | null): void {
    Object.assign(this.nodesOf(key), { line, band })
  }

  setValue(key: string, element: Element | null): void {
    this.nodesOf(key).value = textOf(element)
  }

  setCells(key: string, elements: readonly Element[]): void {
    this.nodesOf(key).cells = elements.map(textOf).filter((text) => text !== null)
    this.summedAt = Number.NEGATIVE_INFINITY
  }

  draw(time: TimeStretch, now: number): void {
    this.summarize(time, now)
    const { box } = this
    if (box === null) return
    let drawn = false
    const scale = this.updateScale(time, now)
    const axes = { bottomValue: scale.bottom, topValue: scale.top }
    const frame = { ...time, ...box, ...axes }
    for (const { key, parts } of this.series) {
      let [line, band] = ['', '']
      if (!this.hidden.has(key)) {
        for (const { track, index } of parts) {
          const path = seriesPath(track, track.series[index]!, frame)
          line += path.line
          band += path.band
        }
        drawn ||= line !== ''
      }
      const nodes = this.nodes.get(key)
      nodes?.line?.setAttribute('d', line)
      // Most stretches have no band: an attribute that stays empty costs nothing.
      if (nodes?.band !== null && nodes?.band?.getAttribute('d') !== band) nodes?.band?.setAttribute('d', band)
    }
    this.options.onEmpty(!drawn)
    this.drawMarks(time, box)
    if (scale === this.toldScale) return
    this.toldScale = scale
    this.options.onScale(scale)
  }

  point(cursor: number | null, time: TimeStretch): void {
    const { box, cursorLine } = this
    if (cursorLine !== null && box !== null) {
      const x = cursor === null ? -10 : box.left + box.width + (cursor / (time.to - time.from)) * box.width
      setNumber(cursorLine, 'x1', x)
      setNumber(cursorLine, 'x2', x)
    }
    for (const series of this.series) {
      const value = this.nodes.get(series.key)?.value
      if (value === null || value === undefined) continue
      setText(value, cursor === null ? newestText(series, time) : textAt(series, time.to + cursor))
    }
  }

  /** Shows the stretch that is being chosen, in pixels of the chart; null hides it. */
  showBrush(from: number, to: number | null): void {
    if (this.brush === null) return
    const width = to === null ? 0 : Math.abs(to - from)
    setNumber(this.brush, 'x', to === null ? from : Math.min(from, to))
    setNumber(this.brush, 'width', width)
  }

  private nodesOf(key: string): SeriesNodes {
    const known = this.nodes.get(key)
    if (known !== undefined) return known
    const nodes: SeriesNodes = { line: null, band: null, value: null, cells: [] }
    this.nodes.set(key, nodes)
    return nodes
  }

  private updateScale(time: TimeStretch, now: number): AxisScale {
    const { scale } = this.options
    const visible = (): readonly ChartSeries[] => this.series.filter(({ key }) => !this.hidden.has(key))
    const [low, high] = scale.extent?.(time, now) ?? extentOf(visible(), time)
    return scale.update(low, high, now)
  }

  private drawMarks({ from, to }: TimeStretch, { left, top, width, height }: PlotBox): void {
    const paths = { event: '', reset: '', handover: '' }
    for (const mark of this.options.marks()) {
      const { at, kind } = mark
      if (at < from || at > to || !isOfChart(mark, this.series)) continue
      paths[kind] += `M${Math.round(left + ((at - from) / (to - from)) * width)} ${top}v${height}`
    }
    for (const kind of ['event', 'reset', 'handover'] as const) {
      const node = this.markNodes[kind]
      if (node !== null && node.getAttribute('d') !== paths[kind]) node.setAttribute('d', paths[kind])
    }
  }

  private summarize(time: TimeStretch, now: number): void {
    if (now - this.summedAt < SUMMARY_EVERY_MS) return
    this.summedAt = now
    for (const series of this.series) {
      const cells = this.nodes.get(series.key)?.cells ?? []
      const texts = [newestText(series, time), ...summaryTexts(series, time)]
      for (const [index, cell] of cells.entries()) setText(cell, texts[index] ?? '')
    }
  }
}

function textOf(element: Element | null): Text | null {
  const child = element?.firstChild
  return child instanceof Text ? child : null
}

function setText(node: Text, text: string): void {
  if (node.data !== text) node.data = text
}

function setNumber(element: SVGElement, name: string, value: number): void {
  const text = value.toFixed(1)
  if (element.getAttribute(name) !== text) element.setAttribute(name, text)
}

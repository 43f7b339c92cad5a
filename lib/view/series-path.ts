import type { PointTimes, PointValues } from './point-series.ts'
import { firstFrom, followsGap } from './point-series.ts'

/** How time and value become pixels: both ends of the axes and where they lie. */
export interface PlotFrame {
  readonly from: number
  readonly to: number
  readonly left: number
  readonly width: number
  readonly bottomValue: number
  readonly topValue: number
  readonly top: number
  readonly height: number
}

/** `d` of two SVG paths: the line, and the area between least and greatest where points stand for several samples. */
export interface SeriesPath {
  line: string
  band: string
}

/** Points narrower than a pixel are drawn as one: what they span is what shows. */
interface Pixel {
  x: number
  low: number
  high: number
  end: number
}

/**
 * Draws a series: a line through the middle of what each point spans, a band where it spans more than one value, and
 * nothing where nothing is known.
 *
 * @remarks Points that fall into one pixel become one, least to greatest, so that a spike of one sample shows however
 * long the stretch is. Pixels begin at whole multiples of their time, not at the edge: the picture moves, and does not
 * shimmer. A point that stands alone is a dot (the line needs round caps).
 */
export function seriesPath(points: PointTimes, values: PointValues, frame: PlotFrame): SeriesPath {
  const { from, to, left, width } = frame
  const perMs = width / (to - from)
  const pixelMs = (to - from) / width
  const out = new PathWriter(frame)
  const pixel: Pixel = { x: 0, low: 0, high: 0, end: Number.NaN }
  let open = false
  for (let i = firstFrom(points, from); i < points.count; i++) {
    const at = points.times[i]!
    if (at > to) break
    const high = values.high[i]!
    if (Number.isNaN(high) || followsGap(points, i)) {
      if (open) out.add(pixel)
      out.lift()
      open = false
      if (Number.isNaN(high)) continue
    }
    const end = Math.floor(at / pixelMs)
    if (open && end === pixel.end) {
      if (values.low[i]! < pixel.low) pixel.low = values.low[i]!
      if (high > pixel.high) pixel.high = high
      continue
    }
    if (open) out.add(pixel)
    pixel.x = left + (at - from) * perMs
    pixel.low = values.low[i]!
    pixel.high = high
    pixel.end = end
    open = true
  }
  if (open) out.add(pixel)
  out.lift()
  return out
}

/** Collects the texts; one band for each stretch without a gap. */
class PathWriter implements SeriesPath {
  line = ''
  band = ''
  private readonly perValue: number
  private readonly base: number
  private readonly top: number
  /** The stretch under way: x, upper and lower y of each point. */
  private readonly stretch: number[] = []
  private hasBand = false

  constructor({ bottomValue, topValue, top, height }: PlotFrame) {
    this.perValue = height / (topValue - bottomValue)
    this.base = top + height + bottomValue * this.perValue
    this.top = top
  }

  add({ x, low, high }: Pixel): void {
    const at = tenths(x)
    const upper = this.yOf(high)
    const lower = low === high ? upper : this.yOf(low)
    if (upper !== lower) this.hasBand = true
    this.line += `${this.stretch.length === 0 ? 'M' : 'L'}${at} ${upper === lower ? upper : tenths((upper + lower) / 2)}`
    this.stretch.push(at, upper, lower)
  }

  /** Ends the stretch. */
  lift(): void {
    const { stretch } = this
    if (stretch.length === 3) this.line += 'h0'
    if (this.hasBand) {
      let word = 'M'
      for (let i = 0; i < stretch.length; i += 3) {
        this.band += `${word}${stretch[i]} ${stretch[i + 1]}`
        word = 'L'
      }
      for (let i = stretch.length - 3; i >= 0; i -= 3) this.band += `L${stretch[i]} ${stretch[i + 2]}`
      this.band += 'Z'
    }
    stretch.length = 0
    this.hasBand = false
  }

  /** Values beyond the axis stay at its edge: the axis follows them with its next rendering. */
  private yOf(value: number): number {
    return tenths(Math.max(this.top, this.base - value * this.perValue))
  }
}

function tenths(value: number): number {
  return Math.round(value * 10) / 10
}

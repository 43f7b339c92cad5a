import { decodeTable } from '../../../lib/columns/encodings.ts'
import { SPARK_WIDTH } from '../cells/cpu-cell.ts'
import type { GridLayout } from '../grid-layout.ts'
import type { PoolRow } from './pool-row.ts'
import type { SparkRing } from './spark-ring.ts'
import { SPARK_POINTS } from './spark-ring.ts'

const CELL_PADDING = 8
const LINE_MARGIN = 5
/** The height of a sparkline stands for 100 %, or for the row's own maximum when that is more. */
const FULL_PERCENT = 100

/**
 * One canvas over the sparkline column, for all rows of the pool.
 *
 * @remarks It scrolls with the rows and is drawn again when they change or a second has passed. Names that stay at the
 * left must not be covered by it, so it is clipped where they are.
 */
export class SparkLayer {
  readonly element = document.createElement('canvas')
  private readonly ring: SparkRing
  private drawn = ''
  private colour = ''
  private left = 0

  constructor(ring: SparkRing) {
    this.ring = ring
    this.element.className = 'sparks'
    this.element.ariaHidden = 'true'
  }

  /** Reads the colour again: the theme changed. */
  restyle(): void {
    this.colour = ''
    this.drawn = ''
  }

  /** Draws the rows of the pool; `top` is the height of the first one in the body. */
  draw(
    rows: readonly PoolRow[],
    layout: GridLayout,
    first: number,
    end: number,
    top: number,
    scrollLeft: number,
  ): void {
    const index = layout.columns.findIndex((column) => column.kind === 'cpu')
    const shown = index >= layout.frozen && end > first
    this.element.hidden = !shown
    if (!shown) return
    this.left = layout.edges[index + 1]! - CELL_PADDING - SPARK_WIDTH
    this.clip(layout, scrollLeft)
    const key = `${this.ring.version} ${first} ${end} ${top} ${this.left} ${rows.map((row) => row.row).join()}`
    if (key === this.drawn) return
    this.drawn = key
    const context = this.resize((end - first) * layout.rowHeight, top)
    for (const row of rows) {
      if (row.index < first || row.index >= end) continue
      this.drawLine(context, row.row, (row.index - first) * layout.rowHeight, layout.rowHeight)
    }
    context.stroke()
  }

  /** Hides the part that lies under the frozen columns. */
  clip(layout: GridLayout, scrollLeft: number): void {
    const covered = Math.max(0, scrollLeft + layout.edges[layout.frozen]! - this.left)
    this.element.style.clipPath = covered === 0 ? '' : `inset(0 0 0 ${Math.min(covered, SPARK_WIDTH)}px)`
  }

  private resize(height: number, top: number): CanvasRenderingContext2D {
    const ratio = window.devicePixelRatio
    const canvas = this.element
    const width = Math.round(SPARK_WIDTH * ratio)
    const pixels = Math.round(height * ratio)
    if (canvas.width !== width) canvas.width = width
    if (canvas.height !== pixels) canvas.height = pixels
    canvas.style.width = `${SPARK_WIDTH}px`
    canvas.style.height = `${height}px`
    canvas.style.transform = `translate(${this.left}px, ${top}px)`
    const context = canvas.getContext('2d')!
    context.setTransform(ratio, 0, 0, ratio, 0, 0)
    context.clearRect(0, 0, SPARK_WIDTH, height)
    if (this.colour === '') this.colour = getComputedStyle(canvas).color
    context.strokeStyle = this.colour
    context.lineWidth = 1
    context.lineJoin = 'round'
    context.beginPath()
    return context
  }

  private drawLine(context: CanvasRenderingContext2D, row: number, y: number, rowHeight: number): void {
    const { steps, head } = this.ring
    const values = decodeTable('ufloat16')
    if (steps.length === 0 || values === null) return
    let max = FULL_PERCENT
    for (const step of steps) {
      const value = values[step[row]!]!
      if (value > max) max = value
    }
    const height = rowHeight - 2 * LINE_MARGIN
    const bottom = y + rowHeight - LINE_MARGIN
    const codeAt = (i: number): number => steps[(head + 1 + i) % SPARK_POINTS]![row]!
    let drawing = false
    let before = -1
    let code = codeAt(0)
    for (let i = 0; i < SPARK_POINTS; i++) {
      const next = i + 1 < SPARK_POINTS ? codeAt(i + 1) : -1
      const level = drawing && code === before && code === next
      before = code
      code = next
      // In the middle of a level stretch a point adds nothing to the line.
      if (level) continue
      const value = values[before]!
      if (Number.isNaN(value)) {
        drawing = false
        continue
      }
      const x = 0.5 + (i * (SPARK_WIDTH - 1)) / (SPARK_POINTS - 1)
      const at = bottom - (value / max) * height
      if (drawing) context.lineTo(x, at)
      else context.moveTo(x, at)
      drawing = true
    }
  }
}

import { encodeCell } from '../columns/encodings.ts'
import type { Layout } from './page/layout.ts'
import { isNumber, levelOf, RESET_LEVEL, UNKNOWN_LEVEL } from './page/levels.ts'
import { GAP_FLAG, heldGroups, rowFlags } from './page/row-flags.ts'

/** Length of the windows of which least, greatest and mean are kept, ms. They begin at whole multiples of it. */
export const WINDOW_MS = 10_000
const ALL_GROUPS = 0x7f

/** Bytes of a window over so many series and parts. */
export function windowBytes(series: number, parts: number): number {
  return series * (8 + 3 * 4) + parts * 4
}

/** The samples since the last full 10 s, summed up. */
export class CoarseWindow {
  private readonly layout: Layout
  private readonly sums: Float64Array
  private readonly lows: Int32Array
  private readonly highs: Int32Array
  private readonly counts: Int32Array
  /** By part: 1 when some series of it was reset. */
  private readonly resets: Int32Array
  samples = 0
  private number = 0
  /** Time of the last sample. */
  time = 0
  private gap = false
  private held = ALL_GROUPS

  /** @param buffer - Room for {@link windowBytes} from `at`, a multiple of 8. */
  constructor(layout: Layout, buffer: ArrayBuffer, at: number) {
    const { series, parts } = layout
    this.layout = layout
    this.sums = new Float64Array(buffer, at, series)
    this.lows = new Int32Array(buffer, at + series * 8, series)
    this.highs = new Int32Array(buffer, at + series * 12, series)
    this.counts = new Int32Array(buffer, at + series * 16, series)
    this.resets = new Int32Array(buffer, at + series * 20, parts.length)
  }

  /** Whether a sample of `time` belongs to a later window. */
  endsBefore(time: number): boolean {
    return this.samples > 0 && Math.floor(time / WINDOW_MS) !== this.number
  }

  add(time: number, flags: number, levels: Int32Array): void {
    const held = heldGroups(flags)
    this.number = Math.floor(time / WINDOW_MS)
    this.time = time
    this.samples++
    this.gap ||= (flags & GAP_FLAG) !== 0
    this.held &= held
    const { parts } = this.layout
    for (let p = 0; p < parts.length; p++) {
      const { kind, first } = parts[p]!
      const { tables, groups } = kind
      for (let i = 0; i < tables.length; i++) {
        if ((groups[i]! & held) !== 0) continue
        const level = levels[first + i]!
        if (isNumber(level)) {
          const table = tables[i]!
          this.addNumber(first + i, level, level < 0 ? -table[-level]! : table[level]!)
        } else if (level === RESET_LEVEL) this.resets[p] = 1
      }
    }
  }

  private addNumber(series: number, level: number, value: number): void {
    if (this.counts[series]!++ === 0) {
      this.sums[series] = value
      this.lows[series] = level
      this.highs[series] = level
      return
    }
    this.sums[series] = this.sums[series]! + value
    if (level < this.lows[series]!) this.lows[series] = level
    else if (level > this.highs[series]!) this.highs[series] = level
  }

  /** Flags of the window as a row. */
  get flags(): number {
    return rowFlags(this.gap, this.held)
  }

  /** Writes the window as a coarse row and begins the next. */
  take(row: Int32Array): void {
    const { layout, counts, lows, highs } = this
    const { series, parts } = layout
    for (let p = 0; p < parts.length; p++) {
      const { kind, first } = parts[p]!
      row[series * 3 + p] = this.resets[p]!
      for (let i = 0; i < kind.encodings.length; i++) {
        const at = first + i
        const known = counts[at]! > 0
        const encoding = kind.encodings[i]!
        const mean = known ? levelOf(encoding, encodeCell(encoding, this.sums[at]! / counts[at]!)) : UNKNOWN_LEVEL
        row[at] = mean
        row[series + at] = known ? highs[at]! - mean : 0
        row[series * 2 + at] = known ? mean - lows[at]! : 0
      }
    }
    this.clear()
  }

  private clear(): void {
    this.counts.fill(0)
    this.resets.fill(0)
    this.samples = 0
    this.gap = false
    this.held = ALL_GROUPS
  }
}

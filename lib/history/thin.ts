import { Buckets } from './buckets.ts'
import type { Layout, LayoutPart } from './layout.ts'
import { isNumber, RESET_LEVEL } from './levels.ts'
import { type DecodedPage, Tier } from './page.ts'
import { GAP_FLAG, heldGroups } from './row-flags.ts'
import { findPart, type Span } from './span.ts'

/**
 * Thins one series of a thing to the least and greatest values of `count` buckets between `from` and `to`.
 *
 * @remarks NaN where nothing is known, also where the thing was not there.
 */
export function thinSeries(
  span: Span,
  entity: string,
  identity: string,
  series: number,
  range: { readonly from: number; readonly to: number; readonly count: number },
): { low: Float32Array; high: Float32Array } {
  const buckets = new Buckets(range.from, range.to, range.count)
  let layout: Layout | null = null
  let part: LayoutPart | null = null
  let value: (level: number) => number = () => Number.NaN
  let time = Number.NEGATIVE_INFINITY
  for (const { page, rows } of span.pages) {
    // Pages share their layout as long as it is the same.
    if (page.layout !== layout) {
      layout = page.layout
      part = findPart(layout, entity, identity)
      value = part?.kind.values[series] ?? value
    }
    if (part === null || series >= part.kind.values.length) buckets.break()
    else time = addPage(buckets, page, rows, part, series, time)
  }
  return buckets.read(value)
}

function addPage(
  buckets: Buckets,
  { tier, layout, levels, rows: height, times, flags }: DecodedPage,
  rows: number,
  { kind, first }: LayoutPart,
  series: number,
  after: number,
): number {
  const groups = kind.groups[series]!
  const mean = (first + series) * height
  const up = tier === Tier.Exact ? -1 : mean + layout.series * height
  const down = mean + 2 * layout.series * height
  let time = after
  for (let row = 0; row < rows; row++) {
    const flag = flags[row]!
    if ((flag & GAP_FLAG) !== 0) buckets.break()
    if ((heldGroups(flag) & groups) !== 0) continue
    time = Math.max(time, times[row]!)
    const level = levels[mean + row]!
    if (!isNumber(level)) buckets.addUnknown(time)
    else if (up < 0) buckets.add(time, level, level)
    else buckets.add(time, level - levels[down + row]!, level + levels[up + row]!)
  }
  return time
}

/** Something that a line must not be drawn across. */
export interface Mark {
  readonly at: number
  readonly kind: 'reset' | 'gap'
}

/**
 * Marks of a thing within [from, to]: where counters began anew, and the last sample before each silence.
 */
export function marksOf(span: Span, entity: string, identity: string, from: number, to: number): Mark[] {
  const marks: Mark[] = []
  let before = Number.NaN
  let wasReset = false
  for (const { page, rows } of span.pages) {
    const part = findPart(page.layout, entity, identity)
    const index = part === null ? 0 : page.layout.parts.indexOf(part)
    for (let row = 0; row < rows; row++) {
      const time = page.times[row]!
      // Where samples begin, the last figure of 10 s has told of the first of them already.
      if (time <= before) continue
      const gapped = (page.flags[row]! & GAP_FLAG) !== 0
      if (gapped && before >= from && before <= to) marks.push({ at: before, kind: 'gap' })
      const reset = part !== null && isReset(page, row, part, index)
      if (reset && !wasReset && time >= from && time <= to) marks.push({ at: time, kind: 'reset' })
      wasReset = reset
      before = time
    }
  }
  return marks
}

function isReset(page: DecodedPage, row: number, part: LayoutPart, index: number): boolean {
  const { tier, layout, levels, rows } = page
  if (tier === Tier.Coarse) return levels[(layout.series * 3 + index) * rows + row] === 1
  const end = part.first + part.kind.values.length
  for (let i = part.first; i < end; i++) if (levels[i * rows + row] === RESET_LEVEL) return true
  return false
}

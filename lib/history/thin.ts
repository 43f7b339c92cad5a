import { Buckets } from './buckets.ts'
import { Means } from './means.ts'
import type { Layout, LayoutPart } from './page/layout.ts'
import { isNumber, RESET_LEVEL } from './page/levels.ts'
import { type DecodedPage, Tier } from './page/page.ts'
import { GAP_FLAG, heldGroups } from './page/row-flags.ts'
import { findPart, type Span } from './span.ts'

/** A stretch in buckets of equal width: from its begin to its end, so many. */
export interface BucketRange {
  readonly from: number
  readonly to: number
  readonly count: number
}

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
  { from, to, count }: BucketRange,
): { low: Float32Array; high: Float32Array } {
  const buckets = new Buckets(from, to, count)
  addSpan(buckets, span, entity, identity, series)
  return buckets.read(readerOf(span, entity, identity, series))
}

/** The means of the same buckets, each sample weighed by the time that it stands for (HI65). */
export function meanSeries(
  span: Span,
  entity: string,
  identity: string,
  series: number,
  { from, to, count }: BucketRange,
): Float32Array {
  const means = new Means(from, to, count)
  means.value = readerOf(span, entity, identity, series)
  addSpan(means, span, entity, identity, series)
  return means.read()
}

/** Takes the samples of one series, in the order of time. */
interface SampleSink {
  break(): void
  add(time: number, low: number, high: number, mean: number): void
  addUnknown(time: number): void
}

/** How levels of a series are read: pages of a stream agree on it. */
function readerOf({ pages }: Span, entity: string, identity: string, series: number): (level: number) => number {
  let layout: Layout | null = null
  for (const { page } of pages) {
    if (page.layout === layout) continue
    layout = page.layout
    const value = findPart(layout, entity, identity)?.kind.values[series]
    if (value !== undefined) return value
  }
  return () => Number.NaN
}

function addSpan(sink: SampleSink, span: Span, entity: string, identity: string, series: number): void {
  let layout: Layout | null = null
  let part: LayoutPart | null = null
  let time = Number.NEGATIVE_INFINITY
  for (const { page, rows } of span.pages) {
    // Pages share their layout as long as it is the same.
    if (page.layout !== layout) {
      layout = page.layout
      part = findPart(layout, entity, identity)
    }
    if (part === null || series >= part.kind.values.length) sink.break()
    else time = addPage(sink, page, rows, part, series, time)
  }
}

function addPage(
  sink: SampleSink,
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
    if ((flag & GAP_FLAG) !== 0) sink.break()
    if ((heldGroups(flag) & groups) !== 0) continue
    time = Math.max(time, times[row]!)
    const level = levels[mean + row]!
    if (!isNumber(level)) sink.addUnknown(time)
    else if (up < 0) sink.add(time, level, level, level)
    else sink.add(time, level - levels[down + row]!, level + levels[up + row]!, level)
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
  let layout: Layout | null = null
  let part: LayoutPart | null = null
  let index = 0
  for (const { page, rows } of span.pages) {
    if (page.layout !== layout) {
      layout = page.layout
      part = findPart(layout, entity, identity)
      index = part === null ? 0 : layout.parts.indexOf(part)
    }
    for (let row = 0; row < rows; row++) {
      const time = page.times[row]!
      // Where samples begin, the last figure of 10 s has told of the first of them already.
      if (time <= before) continue
      const gapped = (page.flags[row]! & GAP_FLAG) !== 0
      if (gapped && before >= from && before <= to) marks.push({ at: before, kind: 'gap' })
      const reset = part !== null && page.hasResets && isReset(page, row, part, index)
      if (reset && !wasReset && time >= from && time <= to) marks.push({ at: time, kind: 'reset' })
      wasReset = reset
      before = time
    }
  }
  return marks
}

/** Whether something of a part was reset in a row. */
export function isReset(page: DecodedPage, row: number, part: LayoutPart, index: number): boolean {
  const { tier, layout, levels, rows } = page
  if (tier === Tier.Coarse) return levels[(layout.series * 3 + index) * rows + row] === 1
  const end = part.first + part.kind.values.length
  for (let i = part.first; i < end; i++) if (levels[i * rows + row] === RESET_LEVEL) return true
  return false
}

import { Buckets } from './buckets.ts'
import type { LayoutPart } from './layout.ts'
import { isNumber, RESET_LEVEL } from './levels.ts'
import { type DecodedPage, Tier } from './page.ts'
import { GAP_FLAG, heldGroups } from './row-flags.ts'
import { findPart, type Span } from './span.ts'

/** Thins one series of a thing to `count` buckets between `from` and `to`. */
export function thinSeries(
  span: Span,
  entity: string,
  identity: string,
  series: number,
  range: { readonly from: number; readonly to: number; readonly count: number },
): Buckets {
  const buckets = new Buckets(range.from, range.to, range.count)
  let time = Number.NEGATIVE_INFINITY
  for (const { page, rows } of span.pages) {
    const part = findPart(page, entity, identity)
    if (part === null || series >= part.kind.values.length) buckets.break()
    else time = addPage(buckets, page, rows, part, series, time)
  }
  return buckets
}

function addPage(
  buckets: Buckets,
  page: DecodedPage,
  rows: number,
  part: LayoutPart,
  series: number,
  after: number,
): number {
  const groups = part.kind.groups[series]!
  let time = after
  for (let row = 0; row < rows; row++) {
    const flags = page.flags[row]!
    if ((flags & GAP_FLAG) !== 0) buckets.break()
    if ((heldGroups(flags) & groups) !== 0) continue
    time = Math.max(time, page.times[row]!)
    addRow(buckets, page, row, part, series, time)
  }
  return time
}

function addRow(
  buckets: Buckets,
  { tier, layout, levels, width }: DecodedPage,
  row: number,
  { kind, first }: LayoutPart,
  series: number,
  time: number,
): void {
  const value = kind.values[series]!
  const at = row * width + first + series
  const level = levels[at]!
  if (!isNumber(level)) buckets.add(time, Number.NaN, Number.NaN)
  else if (tier === Tier.Exact) buckets.add(time, value(level), value(level))
  else {
    const high = level + levels[at + layout.series]!
    const low = level - levels[at + 2 * layout.series]!
    buckets.add(time, value(low), value(high))
  }
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
    const part = findPart(page, entity, identity)
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

function isReset({ tier, layout, levels, width }: DecodedPage, row: number, part: LayoutPart, index: number): boolean {
  const at = row * width
  if (tier === Tier.Coarse) return levels[at + layout.series * 3 + index] === 1
  const end = at + part.first + part.kind.values.length
  for (let i = at + part.first; i < end; i++) if (levels[i] === RESET_LEVEL) return true
  return false
}

/** A tick of a time axis: ms before its right end, not positive. */
export interface TimeTick {
  readonly at: number
  readonly label: string
}

const SECOND = 1000
const MINUTE = 60 * SECOND
const HOUR = 60 * MINUTE
const DAY = 24 * HOUR

const STEPS = [
  ...[1, 2, 5, 10, 15, 30].map((count) => count * SECOND),
  ...[1, 2, 5, 10, 15, 30].map((count) => count * MINUTE),
  ...[1, 2, 3, 6, 12].map((count) => count * HOUR),
  ...[1, 2, 7].map((count) => count * DAY),
]
const LABEL_PX = 56
/** A wide picture does not need more: ticks are to be found again, not read one by one. */
const MOST_TICKS = 10
const MINUS = '\u2212'

function stepFor(spanMs: number, pixels: number): number {
  const least = Math.max((spanMs * LABEL_PX) / Math.max(pixels, LABEL_PX), spanMs / MOST_TICKS)
  return STEPS.find((step) => step >= least) ?? STEPS.at(-1)!
}

/** Ticks of an axis that ends now: `−5 min … −1 min, now`. They depend on the length alone, so they stay put. */
export function relativeTicks(spanMs: number, pixels: number): readonly TimeTick[] {
  const step = stepFor(spanMs, pixels)
  const [unit, word] = unitFor(step, spanMs)
  const ticks: TimeTick[] = []
  for (let at = step * Math.floor(spanMs / step); at > 0; at -= step) {
    ticks.push({ at: -at, label: `${MINUS}${at / unit} ${word}` })
  }
  return [...ticks, { at: 0, label: 'now' }]
}

/** The greatest unit in which ticks are wholes or, on a long axis, halves. */
function unitFor(step: number, spanMs: number): readonly [number, string] {
  if (step % DAY === 0) return [DAY, 'd']
  if (step % HOUR === 0) return [HOUR, 'h']
  if (step % MINUTE === 0 || (step % (MINUTE / 2) === 0 && spanMs > 2 * MINUTE)) return [MINUTE, 'min']
  return [SECOND, 's']
}

/**
 * Ticks of an axis that shows a closed stretch of time, at round times of the clock on the wall.
 *
 * @param fromWall - Wall clock ms of both ends.
 * @param zoneMs - What local time is ahead of UTC.
 */
export function wallTicks(fromWall: number, toWall: number, zoneMs: number, pixels: number): readonly TimeTick[] {
  const step = stepFor(toWall - fromWall, pixels)
  const ticks: TimeTick[] = []
  const first = Math.ceil((fromWall + zoneMs) / step) * step
  for (let local = first; local <= toWall + zoneMs; local += step) {
    ticks.push({ at: local - zoneMs - toWall, label: clockText(local, step < MINUTE) })
  }
  return ticks
}

/** `14:03:20`, or `14:03`, of a local time in ms. */
export function clockText(localMs: number, withSeconds = true): string {
  const inDay = ((localMs % DAY) + DAY) % DAY
  const two = (value: number): string => String(Math.floor(value)).padStart(2, '0')
  const text = `${two(inDay / HOUR)}:${two((inDay % HOUR) / MINUTE)}`
  return withSeconds ? `${text}:${two((inDay % MINUTE) / SECOND)}` : text
}

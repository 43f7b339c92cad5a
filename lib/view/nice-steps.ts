import type { Metric } from '../metrics/types.ts'

/** A value axis: its ends, and the values at which it has ticks. */
export interface AxisScale {
  readonly bottom: number
  readonly top: number
  readonly ticks: readonly number[]
}

const NOISE = 0.03
/** How many steps an axis has at most: as many as labels fit beside a low chart. */
const MAX_STEPS = 4
const DECIMAL = [1, 2, 5]
/** Percent reads best in halves and quarters of a hundred. */
const PERCENT = [1, 2, 2.5, 5]
/** Powers of two up to a half of the next unit: 512 KiB, then 1 MiB. */
const BINARY = [1, 2, 4, 8, 16, 32, 64, 128, 256, 512]

/** The least height of an axis, so that noise around zero is not drawn as mountains. In the unit of the metric. */
const LEAST_TOP: Readonly<Record<Metric['unit'], number>> = {
  '%': 4,
  cores: 0.1,
  KiB: 1024,
  'KiB/s': 4,
  '1/s': 4,
  'B/s': 4096,
  ns: 100_000,
  ms: 1,
  s: 4,
  B: 4096,
  requests: 0.4,
  ratio: 1,
  count: 4,
  word: 1,
}

/** Steps of an axis of a metric: what one unit of the ladder is worth, its base, and the multiples within one power. */
interface Ladder {
  readonly one: number
  readonly base: number
  readonly multiples: readonly number[]
}

function ladderOf({ unit, id }: Pick<Metric, 'unit' | 'id'>): Ladder {
  // Network rates are read in bits, in powers of ten: the steps must be round in what is shown.
  if (unit === 'B/s' && id.startsWith('net')) return { one: 1 / 8, base: 10, multiples: DECIMAL }
  if (unit === 'B' || unit === 'KiB' || unit === 'B/s' || unit === 'KiB/s')
    return { one: 1, base: 1024, multiples: BINARY }
  return { one: 1, base: 10, multiples: unit === '%' ? PERCENT : DECIMAL }
}

/**
 * The axis that shows everything from `low` to `high` with round steps, and always zero.
 *
 * @param low - Less than zero only for metrics that can be. What is less by no more than {@link NOISE} of the height
 * counts as zero, as anything above: clock ticks would double the axis, and so little shows below its line as it is.
 */
export function niceScale(low: number, high: number, metric: Pick<Metric, 'unit' | 'id'>): AxisScale {
  const top = Math.max(high, LEAST_TOP[metric.unit])
  const bottom = low < -NOISE * top ? low : 0
  const step = niceStep((top - bottom) / MAX_STEPS, ladderOf(metric), metric.unit === 'count')
  const first = Math.floor(bottom / step + 1e-9)
  const last = Math.ceil(top / step - 1e-9)
  const ticks = Array.from({ length: last - first + 1 }, (_, index) => (first + index) * step)
  return { bottom: first * step, top: last * step, ticks }
}

/** The least step of the ladder that is not below `least`. */
function niceStep(least: number, { one, base, multiples }: Ladder, whole: boolean): number {
  const wanted = whole ? Math.max(1, least) : least / one
  let power = base ** Math.floor(Math.log(wanted) / Math.log(base))
  if (power > wanted) power /= base
  const multiple = multiples.find((one) => one * power >= wanted * (1 - 1e-9))
  return (multiple === undefined ? base * power : multiple * power) * one
}

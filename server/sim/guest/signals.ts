import { mix, unit } from './seeded.ts'

/**
 * Load over time as integrals in closed form: what a counter holds at time `t` costs the same whether it was last asked a
 * second or a month ago, and does not depend on who asked before.
 */

/** Least share of a period that a burst lasts: bounds its height at `MAX_BURST_HEIGHT` times the mean. */
const MIN_BURST_WIDTH = 0.2
/** A burst's rate is at most this many times its mean rate. */
export const MAX_BURST_HEIGHT = 1 / MIN_BURST_WIDTH

/**
 * Integral from 0 to `t` of bursts: each period does `work` in one go, at a place and for a length of its own.
 *
 * @param t - seconds, at least 0.
 * @param period - seconds.
 * @param work - done in each period; an integer keeps long sums exact, hence monotonic.
 * @param hash - chooses place and length.
 */
export function burstIntegral(t: number, period: number, work: number, hash: number): number {
  if (work === 0) return 0
  const index = Math.floor(t / period)
  const random = mix(hash, index)
  const width = period * (MIN_BURST_WIDTH + 0.6 * ((random >>> 16) / 65536))
  const start = (period - width) * ((random & 0xffff) / 65536)
  const done = (t - index * period - start) / width
  return index * work + (done <= 0 ? 0 : done >= 1 ? work : done * work)
}

/**
 * Integral from 0 to `t` of a day curve whose mean is 1.
 *
 * @param omega - radians per second.
 * @param amplitude - 0 to below 1: the curve never reaches 0, so the integral always grows.
 */
export function dayIntegral(t: number, omega: number, amplitude: number, phase: number): number {
  return t + (amplitude / omega) * (Math.cos(phase) - Math.cos(omega * t + phase))
}

/** A value between 0 and 1 that moves smoothly from one random point to the next, one each `period` seconds. */
export function drift(t: number, period: number, hash: number): number {
  const index = Math.floor(t / period)
  const part = t / period - index
  const smooth = part * part * (3 - 2 * part)
  const from = unit(mix(hash, index))
  return from + (unit(mix(hash, index + 1)) - from) * smooth
}

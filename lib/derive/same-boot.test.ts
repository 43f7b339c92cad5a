import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { type BootSample, isSameBoot, standsStill } from './same-boot.ts'

const CPUS = 4
const MS = 1_000_000n

const stats = (fields: Readonly<Record<string, bigint | number>>) =>
  new Map(Object.entries(fields).map(([field, value]) => [field, BigInt(value)]))
/** A machine that was `up` ms when it was asked at `at`, and worked for a tenth of that. */
const sample = (at: number, up: number, over: Partial<BootSample> = {}): BootSample => {
  const all = BigInt(CPUS * up) * MS
  return { at, doubtMs: 2, stats: stats({ user: all / 20n, kernel: all / 20n, idle: all - all / 10n }), ...over }
}

describe('two answers of NODE_GET_CPU_STATS [RA60]', () => {
  it('are of one boot when one goes on from the other as far as the time between allows, in either order', () => {
    const [one, other] = [sample(1000, 50_000), sample(2000, 51_000)]
    expect(isSameBoot(one, other, CPUS)).toBe(true)
    expect(isSameBoot(other, one, CPUS)).toBe(true)
  })

  it.each([
    ['went back', sample(2000, 49_000)],
    ['gained more than there are CPUs for the time', sample(2000, 52_000)],
    ['were switched on a second apart', sample(1000, 51_000)],
    ['were switched on together, but did different things', sample(2000, 51_000, { stats: busier() })],
  ])('are of two boots when counters %s', (_, other) => {
    expect(isSameBoot(sample(1000, 50_000), other, CPUS)).toBe(false)
  })

  function busier() {
    const { stats: idle } = sample(2000, 51_000)
    const [moved, less] = [2_000n * MS, 100n * MS]
    return new Map([...idle].map(([field, value]) => [field, field === 'user' ? value - moved : value + less]))
  }

  it('allow for clock ticks, for time that the kernel takes back, and for calls that took time', () => {
    const later = sample(1000, 49_990)
    expect(isSameBoot(sample(1000, 50_000), later, CPUS)).toBe(true)
    const vague = { doubtMs: 100 }
    expect(isSameBoot(sample(1000, 50_000, vague), sample(1000, 50_090, vague), CPUS)).toBe(true)
    const wait = (idle: bigint, iowait: bigint) => stats({ user: 0, kernel: 0, idle: idle * MS, iowait: iowait * MS })
    const moved = { ...sample(1000, 0), stats: wait(1000n, 900n) }
    expect(isSameBoot(moved, { ...sample(1100, 0), stats: wait(1400n, 800n) }, CPUS)).toBe(true)
  })

  it.each([
    ['a field is missing', sample(2000, 51_000, { stats: stats({ user: 1, kernel: 1 }) }), CPUS],
    ['a call took too long to place its answer', sample(2000, 51_000, { doubtMs: 400 }), CPUS],
    ['they are too far apart', sample(20_000, 69_000), CPUS],
    ['the CPUs of the machine are not known', sample(2000, 51_000), 0],
  ])('show nothing when %s', (_, other, cpus) => {
    expect(isSameBoot(sample(1000, 50_000), other, cpus)).toBeNull()
  })

  it('of one machine are always found to be, whatever it does and however the calls lie in time', () => {
    const busy = fc.array(fc.tuple(fc.nat(1000), fc.nat(1000)), { minLength: 2, maxLength: 8 })
    fc.assert(
      fc.property(busy, fc.integer({ min: 1, max: 256 }), fc.nat(100), fc.nat(100), (steps, cpus, early, late) => {
        let [user, idle, at] = [10n ** 18n, 10n ** 18n, 0]
        const samples = steps.map(([ms, share]): BootSample => {
          const gained = BigInt(ms * cpus) * MS
          at += ms
          user += (gained * BigInt(share)) / 1000n
          idle += (gained * BigInt(1000 - share)) / 1000n
          const shift = ms % 2 === 0 ? early : -late
          return { at: at + shift, doubtMs: Math.max(early, late), stats: stats({ user, kernel: 7, idle }) }
        })
        for (let i = 1; i < samples.length; i++) {
          expect(isSameBoot(samples[i - 1]!, samples[i]!, cpus)).toBe(true)
        }
      }),
      { seed: 16, numRuns: 500 },
    )
  })
})

it('counters that never move are those of a machine on paper', () => {
  const { stats: one } = sample(1000, 50_000)
  expect(standsStill(one, new Map(one))).toBe(true)
  expect(standsStill(one, sample(2000, 51_000).stats)).toBe(false)
})

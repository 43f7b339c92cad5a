import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { deriveNodeCpu, deriveNodeMemory } from './derive-node.ts'

const stats = (fields: Readonly<Record<string, bigint | number>>) =>
  new Map(Object.entries(fields).map(([field, value]) => [field, BigInt(value)]))
const BEFORE = stats({ kernel: 1000, user: 1000, idle: 1000, iowait: 1000 })

describe('deriveNodeCpu', () => {
  it('counts idle time and I/O wait as not busy [RA52]', () => {
    const after = stats({ kernel: 1100, user: 1300, idle: 1500, iowait: 1100 })
    expect(deriveNodeCpu(BEFORE, after, 1000)).toEqual({ cpuPercent: 40, iowaitPercent: 10, reset: false })
  })

  it('never adds guest time or a percentage of use [RA52]', () => {
    const before = new Map([...BEFORE, ['guest', 0n], ['utilization', 3n]])
    const after = stats({ kernel: 1100, user: 1300, idle: 1500, iowait: 1100, guest: 300, utilization: 90 })
    expect(deriveNodeCpu(before, after, 1000).cpuPercent).toBe(40)
  })

  it('adds interrupts where the host has them [RA52]', () => {
    const before = new Map([...BEFORE, ['intr', 0n]])
    const after = stats({ kernel: 1100, user: 1300, idle: 1500, iowait: 1000, intr: 100 })
    expect(deriveNodeCpu(before, after, 1000).cpuPercent).toBe(50)
  })

  it('does not know I/O wait where the host has none [RA52]', () => {
    const before = stats({ kernel: 0, user: 0, idle: 0 })
    const after = stats({ kernel: 1, user: 2, idle: 1 })
    expect(deriveNodeCpu(before, after, 1000)).toEqual({ cpuPercent: 75, iowaitPercent: null, reset: false })
  })

  it('reads reset when a field went back [RA52]', () => {
    const after = stats({ kernel: 2000, user: 2000, idle: 2000, iowait: 999 })
    expect(deriveNodeCpu(BEFORE, after, 1000)).toEqual({ cpuPercent: null, iowaitPercent: null, reset: true })
  })

  it.each([
    ['the first answer', null, BEFORE, 1000],
    ['no time between the answers', BEFORE, stats({ kernel: 2000, user: 2000, idle: 2000, iowait: 2000 }), 0],
    ['a gap', BEFORE, stats({ kernel: 2000, user: 2000, idle: 2000, iowait: 2000 }), 5001],
    ['an answer without idle', BEFORE, stats({ kernel: 2000, user: 2000, iowait: 2000 }), 1000],
    ['a field that just came', BEFORE, stats({ kernel: 2000, user: 2000, idle: 2000, iowait: 2000, intr: 5 }), 1000],
    ['only a percentage', stats({ utilization: 5 }), stats({ utilization: 9 }), 1000],
    ['counters that stand still', BEFORE, BEFORE, 1000],
  ])('is unknown for %s [RA52]', (_, before, after, elapsed) => {
    expect(deriveNodeCpu(before, after, elapsed, 5000)).toEqual({ cpuPercent: null, iowaitPercent: null, reset: false })
  })

  it('agrees with exact fractions, also beyond 2^53 [RA52]', () => {
    const part = fc.bigInt({ min: 0n, max: 1n << 50n })
    const start = fc.bigInt({ min: 0n, max: 1n << 63n })
    fc.assert(
      fc.property(start, part, part, part, part, (base, kernel, user, idle, iowait) => {
        const total = kernel + user + idle + iowait
        fc.pre(total > 0n)
        const before = stats({ kernel: base, user: base, idle: base, iowait: base })
        const after = stats({ kernel: base + kernel, user: base + user, idle: base + idle, iowait: base + iowait })
        const { cpuPercent, iowaitPercent } = deriveNodeCpu(before, after, 1000)
        const perMillion = Number(((kernel + user) * 1_000_000n * 100n) / total) / 1_000_000
        expect(Math.abs(cpuPercent! - perMillion)).toBeLessThan(1e-5)
        expect(Math.abs(iowaitPercent! - Number((iowait * 100_000_000n) / total) / 1_000_000)).toBeLessThan(1e-5)
      }),
      { seed: 52 },
    )
  })
})

describe('deriveNodeMemory', () => {
  it('takes what the kernel calls available [RA53]', () => {
    const all = stats({ total: 1000, free: 100, buffers: 50, cached: 250, available: 500 })
    expect(deriveNodeMemory(all)).toEqual({ totalKiB: 1000, usedKiB: 500, usedPercent: 50 })
  })

  it('adds up free memory, buffers and cache on hosts without available [RA53]', () => {
    expect(deriveNodeMemory(stats({ total: 1000, free: 100, buffers: 50, cached: 250 }))).toEqual({
      totalKiB: 1000,
      usedKiB: 600,
      usedPercent: 60,
    })
  })

  it.each([
    ['without total', stats({ available: 5 }), null],
    ['without cache', stats({ total: 1000, free: 100, buffers: 50 }), 1000],
    ['with more free than there is', stats({ total: 1000, available: 1001 }), 1000],
    ['of size 0', stats({ total: 0, available: 0 }), null],
  ])('is unknown for a host %s [RA53]', (_, given, totalKiB) => {
    expect(deriveNodeMemory(given)).toEqual({ totalKiB, usedKiB: null, usedPercent: null })
  })
})

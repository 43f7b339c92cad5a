import { describe, expect, it } from 'vitest'
import { StatGroup } from '../metrics/types.ts'
import { guestMemoryOldAfterSeconds } from './derive-guest.ts'
import { balloon, OneDomain } from './testing/one-domain.ts'

const stamped = (stamp: number, swapIn: bigint, others = swapIn) =>
  balloon(
    { 'balloon.last-update': stamp },
    {
      'balloon.swap_in': swapIn,
      'balloon.swap_out': others,
      'balloon.major_fault': others,
      'balloon.minor_fault': others,
    },
  )

describe('memory', () => {
  it('counts what the guest cannot use, and says when the cache is in it [RA32] [RA33]', () => {
    const domain = new OneDomain()
    const guest = { 'balloon.available': 4_000_000, 'balloon.unused': 1_000_000 }
    domain.poll(1000, balloon({ ...guest, 'balloon.usable': 2_500_000 }))
    expect(domain.read('memoryUsedKiB')).toBe(1_500_000)
    expect(domain.read('memoryUsedPercent')).toBe(37.5)
    expect(domain.out.memoryIncludesCache.get(domain.row)).toBe(false)
    domain.poll(2000, balloon(guest))
    expect(domain.read('memoryUsedKiB')).toBe(3_000_000)
    expect(domain.out.memoryIncludesCache.get(domain.row)).toBe(true)
  })

  it('does not know the use of a guest that contradicts itself or sees no memory [RA32] [RA33]', () => {
    const domain = new OneDomain()
    domain.poll(1000, balloon({ 'balloon.available': 100, 'balloon.usable': 101 }))
    expect([domain.read('memoryUsedKiB'), domain.read('memoryUsedPercent')]).toEqual(['unknown', 'unknown'])
    domain.poll(2000, balloon({ 'balloon.available': 0, 'balloon.usable': 0 }))
    expect([domain.read('memoryUsedKiB'), domain.read('memoryUsedPercent')]).toEqual([0, 'unknown'])
  })

  it('reads unknown for a silent guest, never 0 and never 100 % [RA34]', () => {
    const domain = new OneDomain()
    domain.poll(1000, balloon({ 'balloon.current': 2048, 'balloon.rss': 900, 'balloon.last-update': 0 }))
    expect([domain.read('memoryUsedKiB'), domain.read('memoryUsedPercent')]).toEqual(['unknown', 'unknown'])
    expect([domain.read('memoryAllocatedKiB'), domain.read('rssKiB')]).toEqual([2048, 900])
    domain.poll(2000, balloon({ 'balloon.last-update': 0, 'balloon.available': 100, 'balloon.usable': 0 }))
    expect(domain.read('memoryUsedPercent')).toBe('unknown')
  })

  it('shows gauges as they are, and unknown when a complete record has none [RA35] [RA36]', () => {
    const domain = new OneDomain()
    domain.poll(1000, balloon({ 'balloon.maximum': 4096, 'balloon.disk_caches': 77, 'balloon.rss': 5 }))
    expect([domain.read('memoryMaximumKiB'), domain.read('memoryCacheKiB'), domain.read('rssKiB')]).toEqual([
      4096, 77, 5,
    ])
    domain.poll(2000, [StatGroup.Balloon, { complete: false, gauges: { 'balloon.maximum': 8192 } }])
    expect([domain.read('memoryMaximumKiB'), domain.read('rssKiB')]).toEqual([8192, 5])
    domain.poll(3000, balloon({ 'balloon.maximum': 8192 }))
    expect(domain.read('rssKiB')).toBe('unknown')
  })
})

describe('guest statistics', () => {
  it('counts their age from the sample in which the stamp changed, by our own clock [RA37]', () => {
    const domain = new OneDomain()
    domain.poll(1000, stamped(1_700_000_000, 0n))
    expect(domain.read('balloonAgeSeconds')).toBe('unknown')
    domain.poll(2000, stamped(1_700_000_010, 0n))
    expect(domain.read('balloonAgeSeconds')).toBe(0)
    domain.poll(5500, stamped(1_700_000_010, 0n))
    expect(domain.read('balloonAgeSeconds')).toBe(3.5)
    domain.poll(6000, [StatGroup.Balloon, { complete: false }])
    expect(domain.read('balloonAgeSeconds')).toBe(4)
  })

  it('calls guest memory old after three periods, at least 30 s [RA37]', () => {
    const domain = new OneDomain()
    expect(guestMemoryOldAfterSeconds(domain.out, domain.row)).toBe(30)
    domain.poll(1000, stamped(1000, 0n))
    domain.poll(2000, stamped(1020, 0n))
    expect(guestMemoryOldAfterSeconds(domain.out, domain.row)).toBe(60)
  })

  it('divides by the change of the stamp and holds the rate between stamps [RA38] [RA39] [RA40]', () => {
    const domain = new OneDomain()
    domain.poll(1000, stamped(1000, 500n))
    expect(domain.read('swapInKiBps')).toBe('unknown')
    for (let at = 2000; at <= 10_000; at += 1000) domain.poll(at, stamped(1000, 500n))
    domain.poll(11_000, stamped(1010, 700n, 510n))
    expect([domain.read('swapInKiBps'), domain.read('majorFaultsPerSecond')]).toEqual([20, 1])
    domain.poll(12_000, stamped(1010, 700n, 510n))
    expect([domain.read('swapInKiBps'), domain.read('swapOutKiBps')]).toEqual([20, 1])
  })

  it('takes no rate from a stamp that went back, and forgets a guest that fell silent [RA41]', () => {
    const domain = new OneDomain()
    domain.poll(1000, stamped(1000, 0n))
    domain.poll(2000, stamped(1010, 100n))
    domain.poll(3000, stamped(900, 200n))
    expect(domain.read('swapInKiBps')).toBe('unknown')
    domain.poll(4000, stamped(910, 300n))
    expect(domain.read('swapInKiBps')).toBe(10)
    domain.poll(5000, stamped(0, 300n))
    expect([domain.read('swapInKiBps'), domain.read('balloonAgeSeconds')]).toEqual(['unknown', 'unknown'])
  })

  it('reads reset for all four when one went back, until the next stamp [RA42]', () => {
    const domain = new OneDomain()
    domain.poll(1000, stamped(1000, 500n))
    domain.poll(2000, stamped(1010, 40n, 900n))
    expect([domain.read('swapInKiBps'), domain.read('minorFaultsPerSecond')]).toEqual(['reset', 'reset'])
    domain.poll(3000, stamped(1010, 40n, 900n))
    expect(domain.read('swapInKiBps')).toBe('reset')
    domain.poll(4000, stamped(1020, 50n, 910n))
    expect([domain.read('swapInKiBps'), domain.read('minorFaultsPerSecond')]).toEqual([1, 1])
  })

  it('takes no rate over a gap or a long silence of the guest [RA43] [RA44]', () => {
    const domain = new OneDomain()
    domain.poll(1000, stamped(1000, 0n))
    domain.poll(2000, stamped(1010, 100n))
    domain.poll(9000, stamped(1020, 200n))
    expect(domain.read('swapInKiBps')).toBe('unknown')
    domain.poll(10_000, stamped(1030, 300n))
    expect(domain.read('swapInKiBps')).toBe(10)
    domain.poll(11_000, stamped(1081, 900n))
    expect(domain.read('swapInKiBps')).toBe('unknown')
  })

  it('hides the rate where the clock jumped, and shows it again after that [RA45]', () => {
    const domain = new OneDomain()
    domain.poll(1000, stamped(1000, 0n))
    domain.poll(2000, stamped(1010, 100n))
    domain.poll(3000, [StatGroup.Balloon, { ...stamped(1010, 100n)[1], jumped: true }])
    expect(domain.read('swapInKiBps')).toBe('unknown')
    domain.poll(4000, stamped(1010, 100n))
    expect(domain.read('swapInKiBps')).toBe(10)
  })

  it('shows gauges of a reply whose time is in doubt at once, and holds the rates [RA7]', () => {
    const domain = new OneDomain()
    domain.poll(1000, stamped(1000, 0n))
    domain.poll(2000, stamped(1010, 100n))
    const [group, fields] = stamped(1020, 900n)
    domain.poll(3000, [group, { ...fields, gauges: { ...fields.gauges, 'balloon.rss': 77 }, doubtMs: 900 }])
    expect([domain.read('swapInKiBps'), domain.read('rssKiB')]).toEqual([10, 77])
    domain.poll(4000, stamped(1020, 900n))
    expect(domain.read('swapInKiBps')).toBe(80)
  })
})

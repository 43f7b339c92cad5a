import { describe, expect, it } from 'vitest'
import { StatGroup } from '../metrics/types.ts'
import { cpu, disks, OneDomain, vcpus } from './testing/one-domain.ts'

const MS = 1_000_000n
const reqs = (total: bigint, times = 0n) =>
  ({ rd: [total, total * 4096n, times], wr: [0n, 0n, 0n], fl: [0n, 0n] }) as const
const PAUSED = 3

describe('own CPU limits', () => {
  it('compares the busiest vCPU with its quota, and the process with the one for all [RA61]', () => {
    const domain = new OneDomain()
    domain.out.caps.set(domain.row, { vcpuCores: 0.3, processCores: 0, disks: [] })
    domain.poll(1000, cpu(0n), vcpus({ 0: [0n, 0n], 1: [0n, 0n] }))
    expect(domain.read('cpuCapPercent')).toBe('unknown')
    domain.poll(2000, cpu(500n * MS), vcpus({ 0: [294n * MS, 700n * MS], 1: [100n * MS, 0n] }))
    expect(domain.read('cpuCapPercent')).toBeCloseTo(98)
    domain.out.caps.set(domain.row, { vcpuCores: 0.3, processCores: 0.5, disks: [] })
    domain.poll(3000, cpu(1000n * MS), vcpus({ 0: [588n * MS, 0n], 1: [200n * MS, 0n] }))
    expect(domain.read('cpuCapPercent')).toBeCloseTo(100)
  })

  it('does not know without a quota [RA61]', () => {
    const domain = new OneDomain()
    domain.poll(1000, cpu(0n), vcpus({ 0: [0n, 0n] }))
    domain.poll(2000, cpu(500n * MS), vcpus({ 0: [294n * MS, 0n] }))
    expect(domain.read('cpuCapPercent')).toBe('unknown')
  })
})

describe('own disk limits', () => {
  it('take the rate that is closest to its limit; disks of a group share one [RA62]', () => {
    const domain = new OneDomain()
    const limits = [0, 0, 0, 20, 0, 0]
    domain.out.caps.set(domain.row, { vcpuCores: 0, processCores: 0, disks: [{ disks: ['vda'], limits }] })
    domain.poll(1000, disks(['vda', reqs(0n)], ['vdb', reqs(0n)]))
    domain.poll(3000, disks(['vda', reqs(39n)], ['vdb', reqs(4000n)]))
    expect(domain.read('diskCapPercent')).toBe(97.5)
    const shared = { disks: ['vda', 'vdb'], limits: [8192, 0, 0, 0, 0, 0] }
    domain.out.caps.set(domain.row, { vcpuCores: 0, processCores: 0, disks: [shared] })
    domain.poll(5000, disks(['vda', reqs(40n)], ['vdb', reqs(4001n)]))
    expect(domain.read('diskCapPercent')).toBe(50)
  })

  it('are unknown without a limit, and for disks that are not there [RA62]', () => {
    const domain = new OneDomain()
    const cap = { disks: ['vdz'], limits: [0, 0, 0, 20, 0, 0] }
    domain.out.caps.set(domain.row, { vcpuCores: 0, processCores: 0, disks: [cap] })
    domain.poll(1000, disks(['vda', reqs(0n)]))
    domain.poll(2000, disks(['vda', reqs(39n)]))
    expect(domain.read('diskCapPercent')).toBe('unknown')
  })
})

describe('stalls', () => {
  /** A domain with 100 requests a second until `until` s, polled every second. */
  function busyUntil(until: number) {
    const domain = new OneDomain()
    for (let s = 1; s <= until; s++) domain.poll(s * 1000, disks(['vda', reqs(BigInt(s) * 100n)]))
    const done = BigInt(until) * 100n
    const poll = (at: number, more = 0n, times = 0n) => {
      domain.poll(at, disks(['vda', reqs(done + more, times)]))
      return domain.read('ioStoppedSeconds')
    }
    return { domain, poll }
  }

  it('begin after 3 s and two samples without a finished request, and end with the next one [RA65]', () => {
    const { poll } = busyUntil(10)
    expect([poll(11_000), poll(12_000), poll(12_900), poll(13_000), poll(14_500)]).toEqual([0, 0, 0, 3, 4.5])
    expect(poll(15_000, 1n)).toBe(0)
    expect(poll(16_000, 1n)).toBe(0)
  })

  it('need two samples however far apart they are [RA65]', () => {
    const { poll } = busyUntil(10)
    expect([poll(14_000), poll(18_000)]).toEqual([0, 8])
  })

  it('need 300 requests in the 60 s before [RA66]', () => {
    expect(busyUntil(3).poll(6000)).toBe(0)
    const few = busyUntil(3)
    expect([few.poll(7000), few.poll(8000)]).toEqual([0, 0])
    const enough = busyUntil(4)
    expect([enough.poll(7000), enough.poll(8000)]).toEqual([0, 4])
    const slow = new OneDomain()
    for (let s = 1; s <= 120; s++) slow.poll(s * 1000, disks(['vda', reqs(BigInt(s) * 4n)]))
    for (let s = 121; s <= 130; s++) slow.poll(s * 1000, disks(['vda', reqs(480n)]))
    expect(slow.read('ioStoppedSeconds')).toBe(0)
  })

  it('are no stalls while the guest is paused, and have to be earned again after that [RA67]', () => {
    const { domain, poll } = busyUntil(10)
    poll(11_000)
    poll(14_000)
    domain.table.wire.gauges['state.state'].set(domain.row, PAUSED)
    domain.derive(14_500, 1 << StatGroup.State)
    expect(domain.read('ioStoppedSeconds')).toBe('unknown')
    expect(poll(15_000)).toBe('unknown')
    domain.table.wire.gauges['state.state'].set(domain.row, 1)
    expect([poll(16_000), poll(20_000), poll(24_000)]).toEqual([0, 0, 0])
  })

  it('are none after what the guest did before is over, also in an interval that began before that [RA67]', () => {
    const { domain, poll } = busyUntil(10)
    expect([poll(11_000), poll(13_000)]).toEqual([0, 3])
    domain.out.forgetStall(domain.row, 13_500)
    expect(domain.read('ioStoppedSeconds')).toBe('unknown')
    expect(poll(14_000, 5_000n)).toBe('unknown')
    expect([15_000, 16_000, 18_000, 20_000].map((at) => poll(at, 5_000n))).toEqual([0, 0, 0, 0])
  })

  it('are none when the busy disk was taken away [RA67]', () => {
    const domain = new OneDomain()
    for (let s = 1; s <= 10; s++) domain.poll(s * 1000, disks(['vda', reqs(BigInt(s) * 100n)], ['vdb', reqs(7n)]))
    const after = [11_000, 12_000, 14_000, 16_000].map((at) => {
      domain.poll(at, disks(['vdb', reqs(7n)]))
      return domain.read('ioStoppedSeconds')
    })
    expect(after).toEqual(['unknown', 0, 0, 0])
  })

  it('go on over a gap, which is no still sample [RA68]', () => {
    const { poll } = busyUntil(10)
    expect([poll(11_000), poll(20_000), poll(21_000)]).toEqual([0, 0, 11])
  })

  it('mark the first interval after them, whose queue depth holds them whole [RA69]', () => {
    const { domain, poll } = busyUntil(10)
    for (const at of [11_000, 12_000, 13_000, 14_000]) poll(at)
    const marked = () => domain.out.stall.justEnded.get(domain.row)
    expect(marked()).toBe(false)
    poll(15_000, 4n, 16_000n * MS)
    expect([marked(), domain.read('diskQueueDepth')]).toEqual([true, 16])
    poll(16_000, 8n, 16_004n * MS)
    expect(marked()).toBe(false)
  })

  it('are unknown of a domain without disks, and of a new process [RA65]', () => {
    const domain = new OneDomain()
    domain.poll(1000, disks())
    domain.poll(2000, disks())
    expect(domain.read('ioStoppedSeconds')).toBe('unknown')
    const other = busyUntil(10)
    other.domain.process(2)
    expect(other.poll(11_000)).toBe('unknown')
  })
})

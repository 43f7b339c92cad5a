import { describe, expect, it } from 'vitest'
import { groupBit, StatGroup } from '../metrics/types.ts'
import { cpu, OneDomain, vcpus } from './testing/one-domain.ts'

const S = 1_000_000_000n
const MS = 1_000_000n
const state = (value: number) => [StatGroup.State, { gauges: { 'state.state': value } }] as const

describe('CPU rates', () => {
  it('takes differences of counters beyond 2^53 exactly [RA1]', () => {
    const domain = new OneDomain()
    domain.poll(1000, cpu(9_007_199_254_740_992n))
    domain.poll(2000, cpu(9_007_199_254_740_993n))
    expect(domain.read('coresUsed')).toBe(1e-9)
    domain.poll(3000, cpu(18_446_744_073_709_551_605n))
    domain.poll(4000, cpu(18_446_744_073_709_551_615n))
    expect(domain.read('coresUsed')).toBe(1e-8)
  })

  it('knows no rate after one sample, and a rate after two [RA2] [RA22] [RA23]', () => {
    const domain = new OneDomain()
    domain.poll(1000, cpu(5n * S))
    expect(domain.read('coresUsed')).toBe('unknown')
    domain.poll(3000, cpu(5n * S + 3_200n * MS))
    expect(domain.read('coresUsed')).toBe(1.6)
    expect(domain.read('hostSharePercent')).toBe(2.5)
  })

  it('does not know the share of a host whose CPUs it does not know [RA23]', () => {
    const domain = new OneDomain()
    domain.hostCpus = 0
    domain.poll(1000, cpu(0n))
    domain.poll(2000, cpu(S))
    expect(domain.read('hostSharePercent')).toBe('unknown')
    expect(domain.read('coresUsed')).toBe(1)
  })

  it('leaves a metric unknown whose field the driver does not send [RA3]', () => {
    const domain = new OneDomain()
    domain.poll(1000, cpu(0n))
    domain.poll(2000, cpu(S))
    expect(domain.read('haltPollCores')).toBe('unknown')
  })

  it('needs both halt-poll counters [RA24]', () => {
    const domain = new OneDomain()
    const both = (a: bigint, b: bigint) =>
      [StatGroup.Cpu, { counters: { 'cpu.haltpoll.success.time': a, 'cpu.haltpoll.fail.time': b } }] as const
    domain.poll(1000, both(0n, 0n))
    domain.poll(2000, both(200n * MS, 50n * MS))
    expect(domain.read('haltPollCores')).toBe(0.25)
    domain.poll(3000, [StatGroup.Cpu, { counters: { 'cpu.haltpoll.success.time': S } }])
    expect(domain.read('haltPollCores')).toBe('unknown')
    domain.poll(4000, both(S, 60n * MS))
    domain.poll(5000, both(2n * S, 0n))
    expect(domain.read('haltPollCores')).toBe('reset')
  })

  it('calls an interval longer than five of the group a gap, and goes on after it [RA4]', () => {
    const domain = new OneDomain()
    domain.poll(10_000, cpu(0n))
    domain.poll(15_000, cpu(5n * S))
    expect(domain.read('coresUsed')).toBe(1)
    domain.poll(20_001, cpu(10n * S))
    expect(domain.read('coresUsed')).toBe('unknown')
    domain.poll(21_001, cpu(11n * S))
    expect(domain.read('coresUsed')).toBe(1)
  })

  it('reads reset when the counter went back, and a rate after that [RA5]', () => {
    const domain = new OneDomain()
    domain.poll(1000, cpu(50n * S))
    domain.poll(2000, cpu(S))
    expect(domain.read('coresUsed')).toBe('reset')
    expect(domain.read('hostSharePercent')).toBe('reset')
    domain.poll(3000, cpu(2n * S))
    expect(domain.read('coresUsed')).toBe(1)
  })

  it('reads reset until each group has two samples of the new process [RA6]', () => {
    const domain = new OneDomain()
    domain.poll(1000, cpu(0n), vcpus({ 0: [0n, 0n] }))
    domain.poll(2000, cpu(S), vcpus({ 0: [S, 0n] }))
    domain.process(2)
    domain.poll(3000, cpu(10n * S))
    expect([domain.read('coresUsed'), domain.read('cpuPercent'), domain.read('vcpuOnline')]).toEqual([
      'reset',
      'reset',
      'unknown',
    ])
    domain.poll(4000, cpu(10n * S + 100n * MS))
    expect([domain.read('coresUsed'), domain.read('cpuPercent')]).toEqual([0.1, 'reset'])
    domain.poll(5000, vcpus({ 0: [7n * S, 0n] }))
    expect(domain.read('cpuPercent')).toBe('reset')
    domain.poll(6000, vcpus({ 0: [7n * S + 500n * MS, 0n] }))
    expect(domain.read('cpuPercent')).toBe(50)
  })

  const doubtful = (time: bigint, doubtMs: number) =>
    [StatGroup.Cpu, { counters: { 'cpu.time': time }, doubtMs }] as const

  it('keeps a rate over a reply whose time is in doubt, and spans it with the next good one [RA7]', () => {
    const domain = new OneDomain()
    domain.poll(1000, cpu(0n))
    domain.poll(2000, cpu(S))
    domain.poll(3000, doubtful(9n * S, 260))
    expect([domain.read('coresUsed'), domain.table.times[StatGroup.Cpu]!.current[domain.row]]).toEqual([1, 2000])
    domain.poll(4000, doubtful(9n * S, 600))
    expect(domain.read('coresUsed')).toBe(1)
    domain.poll(5000, cpu(7n * S))
    expect(domain.read('coresUsed')).toBe(2)
    domain.poll(6000, doubtful(8n * S, 250))
    expect(domain.read('coresUsed')).toBe(1)
  })

  it('takes a better end for a sample that was slow to come, rather than wait for it [RA7]', () => {
    const domain = new OneDomain()
    domain.maxGapMs = 60_000
    domain.poll(1000, cpu(0n))
    domain.poll(21_000, doubtful(10n * S, 4000))
    expect(domain.read('coresUsed')).toBe(0.5)
    domain.poll(23_000, cpu(22n * S))
    expect(domain.read('coresUsed')).toBe(1)
    domain.poll(24_000, cpu(24n * S))
    expect(domain.read('coresUsed')).toBe(2)
  })

  it('begins with a better first sample, too [RA7]', () => {
    const domain = new OneDomain()
    domain.poll(1000, doubtful(0n, 900))
    domain.poll(2000, cpu(S))
    expect(domain.read('coresUsed')).toBe('unknown')
    domain.poll(3000, cpu(3n * S))
    expect(domain.read('coresUsed')).toBe(2)
  })

  it('knows no rate once nothing good came for a whole gap [RA4] [RA7]', () => {
    const domain = new OneDomain()
    domain.poll(1000, cpu(0n))
    domain.poll(2000, cpu(S))
    domain.poll(7000, doubtful(6n * S, 3000))
    expect(domain.read('coresUsed')).toBe(1)
    domain.poll(7500, doubtful(6n * S, 3000))
    expect(domain.read('coresUsed')).toBe('unknown')
    domain.poll(8500, cpu(8n * S))
    expect(domain.read('coresUsed')).toBe('unknown')
    domain.poll(9500, cpu(9n * S))
    expect(domain.read('coresUsed')).toBe(1)
  })

  it('knows no rate over a time in which the clock jumped, and the next one again [RA7]', () => {
    const domain = new OneDomain()
    domain.poll(1000, cpu(0n))
    domain.poll(2000, cpu(S))
    domain.poll(3000, [StatGroup.Cpu, { counters: { 'cpu.time': 900n * S }, jumped: true }])
    expect(domain.read('coresUsed')).toBe('unknown')
    domain.poll(4000, cpu(901n * S))
    expect(domain.read('coresUsed')).toBe(1)
  })

  it('keeps a rate over a partial record and spans it with the next complete one [RA8]', () => {
    const domain = new OneDomain()
    domain.poll(1000, cpu(0n))
    domain.poll(2000, cpu(S))
    domain.poll(3000, [StatGroup.Cpu, { complete: false }])
    expect(domain.read('coresUsed')).toBe(1)
    domain.poll(4000, cpu(4n * S))
    expect(domain.read('coresUsed')).toBe(1.5)
  })

  it('ignores the CPU time that libvirt reports for a domain without a process [RA9]', () => {
    const domain = new OneDomain()
    domain.poll(1000, cpu(0n))
    domain.poll(2000, cpu(S))
    domain.process(-1)
    domain.poll(3000, cpu(900n * S), state(5))
    domain.poll(4000, cpu(901n * S), state(5))
    expect(domain.read('coresUsed')).toBe('unknown')
  })

  it('never starts an interval with a sample of an inactive domain [RA9]', () => {
    const domain = new OneDomain()
    domain.poll(1000, state(5), cpu(900n * S))
    domain.poll(2000, state(1), cpu(901n * S))
    expect(domain.read('coresUsed')).toBe('unknown')
    domain.poll(3000, state(1), cpu(902n * S))
    expect(domain.read('coresUsed')).toBe(1)
  })

  it('does not clamp: emulator threads and clock ticks make more than 100 % [RA12]', () => {
    const domain = new OneDomain()
    domain.poll(1000, vcpus({ 0: [0n, 0n] }))
    domain.poll(2000, vcpus({ 0: [1_040n * MS, 0n] }))
    expect(domain.read('cpuPercent')).toBe(104)
  })

  it('shows the busiest vCPU beside the mean of all [RA20] [RA21]', () => {
    const domain = new OneDomain()
    domain.poll(1000, vcpus({ 0: [0n, 0n], 7: [0n, 0n] }))
    domain.poll(3000, vcpus({ 0: [1_500n * MS, 0n], 7: [500n * MS, 0n] }))
    expect(domain.read('cpuPercent')).toBe(50)
    expect(domain.read('cpuBusiestVcpuPercent')).toBe(75)
  })

  it('counts a vCPU plugged in during the interval neither as busy nor as idle [RA13] [RA20]', () => {
    const domain = new OneDomain()
    domain.poll(1000, vcpus({ 0: [0n, 0n], 4: [0n, 0n] }))
    domain.poll(2000, vcpus({ 1: [900n * S, 0n], 4: [S, 0n] }))
    expect(domain.read('cpuPercent')).toBe(100)
    expect(domain.read('vcpuOnline')).toBe(2)
    domain.poll(3000, vcpus({ 1: [900n * S, 0n], 4: [2n * S, 0n] }))
    expect(domain.read('cpuPercent')).toBe(50)
  })

  it('measures steal by the worst vCPU and by the mean [RA26] [RA27] [RA28]', () => {
    const domain = new OneDomain()
    domain.poll(1000, vcpus({ 0: [0n, 0n], 1: [0n, 0n] }))
    domain.poll(2000, vcpus({ 0: [0n, 230n * MS], 1: [0n, 30n * MS] }))
    expect(domain.read('stealWorstPercent')).toBe(23)
    expect(domain.read('stealMeanPercent')).toBe(13)
    expect(domain.out.waitingCores.get(domain.row)).toBe(0.26)
  })

  it('does not know denied CPU when the guest wanted less than 1 % [RA29]', () => {
    const domain = new OneDomain()
    domain.poll(1000, vcpus({ 0: [0n, 0n] }))
    domain.poll(2000, vcpus({ 0: [30n * MS, 10n * MS] }))
    expect(domain.read('cpuDeniedPercent')).toBe(25)
    domain.poll(3000, vcpus({ 0: [35n * MS, 14n * MS] }))
    expect(domain.read('cpuDeniedPercent')).toBe('unknown')
    domain.poll(4000, vcpus({ 0: [40n * MS, 19n * MS] }))
    expect(domain.read('cpuDeniedPercent')).toBe(50)
  })

  it('sums exits of the vCPUs that report them [RA10] [RA30]', () => {
    const domain = new OneDomain()
    const exits = (...list: readonly (bigint | null)[]) => {
      const children = list.map((value, i) => ({
        identity: String(i),
        ordinal: i,
        gauges: {},
        counters: value === null ? ({} as Record<string, bigint>) : { 'vcpu.*.exits.sum': value },
      }))
      return [StatGroup.Vcpu, { children }] as const
    }
    domain.poll(1000, exits(0n, 0n, null))
    domain.poll(1500, exits(100n, 25n, null))
    expect(domain.read('exitsPerSecond')).toBe(250)
    domain.poll(2000, exits(1n, 1n, null))
    expect(domain.read('exitsPerSecond')).toBe('reset')
  })
})

describe('overheadCores', () => {
  const PROCESS = [1_060n, 990n, 1_050n, 1_000n, 1_050n]

  function polled(domain: OneDomain, process: readonly bigint[]): OneDomain {
    let time = 0n
    domain.poll(1000, cpu(0n), vcpus({ 0: [0n, 0n] }))
    process.forEach((ms, i) => {
      time += ms * MS
      domain.poll(2000 + 1000 * i, cpu(time), vcpus({ 0: [BigInt(i + 1) * S, 0n] }))
    })
    return domain
  }

  it('is the mean over at least 5 s, and holds until the next mean is full [RA25]', () => {
    expect(polled(new OneDomain(), PROCESS.slice(0, 4)).read('overheadCores')).toBe('unknown')
    expect(polled(new OneDomain(), PROCESS).read('overheadCores')).toBeCloseTo(0.03, 12)
    const domain = polled(new OneDomain(), [...PROCESS, 5_000n])
    expect(domain.read('overheadCores')).toBeCloseTo(0.03, 12)
  })

  it('may be slightly negative [RA12] [RA25]', () => {
    expect(polled(new OneDomain(), [1_000n, 990n, 1_000n, 1_000n, 1_000n]).read('overheadCores')).toBeCloseTo(
      -0.002,
      12,
    )
  })

  it('is unknown when both groups are not from the same two replies [RA11]', () => {
    const domain = polled(new OneDomain(), PROCESS)
    domain.poll(7000, cpu(99n * S))
    expect(domain.read('overheadCores')).toBe('unknown')
  })

  it('is unknown when the sample times of the groups differ [RA11]', () => {
    const domain = polled(new OneDomain(), PROCESS)
    domain.feed(7000, cpu(99n * S))
    domain.feed(7500, vcpus({ 0: [6n * S, 0n] }))
    domain.derive(7500, groupBit(StatGroup.Cpu) | groupBit(StatGroup.Vcpu))
    expect(domain.read('overheadCores')).toBe('unknown')
  })

  it('does not take the time of a vCPU that came or went for overhead [RA25]', () => {
    const domain = polled(new OneDomain(), PROCESS)
    domain.poll(7000, cpu(7n * S), vcpus({ 0: [6n * S, 0n], 3: [400n * MS, 0n] }))
    expect(domain.read('overheadCores')).toBe('unknown')
    domain.poll(8000, cpu(8n * S), vcpus({ 0: [7n * S, 0n] }))
    expect(domain.read('overheadCores')).toBe('unknown')
    for (let i = 1n; i <= 5n; i++) {
      domain.poll(8000 + 1000 * Number(i), cpu(8n * S + i * (S + 100n * MS)), vcpus({ 0: [(7n + i) * S, 0n] }))
    }
    expect(domain.read('overheadCores')).toBeCloseTo(0.1, 12)
  })
})

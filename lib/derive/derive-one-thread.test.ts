import { describe, expect, it } from 'vitest'
import { RowFlag } from '../columns/domain-table.ts'
import { StatGroup } from '../metrics/types.ts'
import { cpu, OneDomain } from './testing/one-domain.ts'

const S = 1_000_000_000n
const threads = (current: number) => [StatGroup.Vcpu, { gauges: { 'vcpu.current': current } }] as const

function setUp(): OneDomain {
  const domain = new OneDomain()
  domain.poll(1000, cpu(5n * S), threads(4))
  domain.table.flags[domain.row]! |= RowFlag.OneThread
  return domain
}

describe('CPU use of a domain whose vCPUs share a thread [RA19]', () => {
  it('is the time of the process over its vCPUs', () => {
    const domain = setUp()
    domain.poll(3000, cpu(7n * S), threads(4))
    expect([domain.read('coresUsed'), domain.read('cpuPercent')]).toEqual([1, 25])
    domain.poll(4000, cpu(8n * S), threads(2))
    expect(domain.read('cpuPercent')).toBe(50)
  })

  it('has nothing of single vCPUs, nor of what a vCPU waits for', () => {
    const domain = setUp()
    domain.poll(3000, cpu(7n * S), threads(4))
    for (const id of ['cpuBusiestVcpuPercent', 'stealWorstPercent', 'overheadCores'] as const)
      expect(domain.read(id)).toBe('unknown')
  })

  it('is unknown or reset where the time of the process is', () => {
    const domain = setUp()
    expect(domain.read('cpuPercent')).toBe('unknown')
    domain.poll(2000, cpu(1n * S), threads(4))
    expect(domain.read('cpuPercent')).toBe('reset')
    domain.poll(3000, cpu(2n * S), threads(0))
    expect(domain.read('cpuPercent')).toBe('unknown')
  })
})

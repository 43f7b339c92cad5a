import { describe, expect, it } from 'vitest'
import { StatGroup } from '../metrics/types.ts'
import { disks, OneDomain } from './testing/one-domain.ts'

const MS = 1_000_000n
const NONE = { rd: [0n, 0n, 0n], wr: [0n, 0n, 0n], fl: [0n, 0n] } as const

describe('disk rates', () => {
  it('adds up the disks and reads and writes [RA46] [RA48] [RA49]', () => {
    const domain = new OneDomain()
    domain.poll(1000, disks(['vda', NONE], ['vdb', NONE]))
    domain.poll(
      3000,
      disks(
        ['vda', { rd: [100n, 8192n, 4_000n * MS], wr: [10n, 2048n, 2_000n * MS], fl: [4n, 8n * MS] }],
        ['vdb', { rd: [50n, 0n, 0n], wr: [0n, 0n, 0n], fl: [0n, 0n] }],
      ),
    )
    expect(domain.read('diskReadIops')).toBe(75)
    expect(domain.read('diskWriteIops')).toBe(5)
    expect(domain.read('diskIops')).toBe(80)
    expect(domain.read('diskFlushIops')).toBe(2)
    expect([domain.read('diskReadBps'), domain.read('diskWriteBps'), domain.read('diskBps')]).toEqual([
      4096, 1024, 5120,
    ])
    expect(domain.read('diskQueueDepth')).toBe(3)
    expect(domain.read('diskFlushLatencyNs')).toBe(2e6)
    expect(domain.read('diskRequestBytes')).toBe(64)
  })

  it('weighs latency by requests, not by disks [RA47]', () => {
    const domain = new OneDomain()
    domain.poll(1000, disks(['vda', NONE], ['vdb', NONE]))
    domain.poll(
      2000,
      disks(['vda', { ...NONE, rd: [90n, 0n, 90n * MS] }], ['vdb', { ...NONE, rd: [10n, 0n, 410n * MS] }]),
    )
    expect(domain.read('diskReadLatencyNs')).toBe(5e6)
    expect(domain.read('diskLatencyNs')).toBe(5e6)
  })

  it('does not know latency and request size when no request finished [RA47] [RA49]', () => {
    const domain = new OneDomain()
    domain.poll(1000, disks(['vda', NONE]))
    domain.poll(2000, disks(['vda', NONE]))
    expect(domain.read('diskIops')).toBe(0)
    expect([domain.read('diskLatencyNs'), domain.read('diskFlushLatencyNs')]).toEqual(['unknown', 'unknown'])
    expect(domain.read('diskRequestBytes')).toBe('unknown')
  })

  it('follows disks by name when a hot-plug shifts their positions [RA13]', () => {
    const domain = new OneDomain()
    const big = { ...NONE, rd: [1_000_000n, 0n, 0n] } as const
    domain.poll(1000, disks(['vda', NONE], ['vdc', big]))
    domain.poll(
      2000,
      disks(['vda', NONE], ['vdb', { ...NONE, rd: [7n, 0n, 0n] }], ['vdc', { ...NONE, rd: [1_000_005n, 0n, 0n] }]),
    )
    expect(domain.read('diskReadIops')).toBe(5)
    domain.poll(3000, disks(['vdb', { ...NONE, rd: [10n, 0n, 0n] }]))
    expect(domain.read('diskReadIops')).toBe(3)
  })

  it('takes a disk of which any counter went back as a whole for reset [RA5] [RA10]', () => {
    const domain = new OneDomain()
    domain.poll(1000, disks(['vda', { ...NONE, rd: [900n, 4096n, 0n] }]))
    domain.poll(2000, disks(['vda', { ...NONE, rd: [40n, 81_920n, 0n] }]))
    expect([domain.read('diskReadIops'), domain.read('diskReadBps'), domain.read('diskLatencyNs')]).toEqual([
      'reset',
      'reset',
      'reset',
    ])
    domain.poll(3000, disks(['vda', { ...NONE, rd: [41n, 81_920n, 0n] }], ['vdb', NONE]))
    domain.poll(4000, disks(['vda', { ...NONE, rd: [1n, 0n, 0n] }], ['vdb', { ...NONE, rd: [6n, 0n, 0n] }]))
    expect(domain.read('diskReadIops')).toBe(6)
  })

  it('leaves a disk without write counters out of what combines reads and writes [RA10]', () => {
    const domain = new OneDomain()
    domain.poll(1000, disks(['vda', NONE], ['cd', { rd: [0n, 0n, 0n] }]))
    domain.poll(2000, disks(['vda', { ...NONE, wr: [3n, 0n, 0n] }], ['cd', { rd: [9n, 0n, 0n] }]))
    expect([domain.read('diskReadIops'), domain.read('diskIops')]).toEqual([9, 3])
  })

  it('has unknown disk rates for a domain without disks [RA10]', () => {
    const domain = new OneDomain()
    domain.poll(1000, disks())
    domain.poll(2000, disks())
    expect(domain.read('diskIops')).toBe('unknown')
  })
})

describe('network rates', () => {
  const nic = (identity: string, rx: bigint, drops: bigint) => ({
    identity,
    ordinal: 0,
    gauges: {},
    counters: { 'net.*.rx.bytes': rx, 'net.*.rx.drop': drops },
  })
  const nics = (...children: readonly ReturnType<typeof nic>[]) => [StatGroup.Interface, { children }] as const

  it('adds up the interfaces that have counters [RA51]', () => {
    const domain = new OneDomain()
    domain.poll(1000, nics(nic('vnet3', 100n, 0n), nic('vnet9', 5n, 0n)))
    domain.poll(1500, nics(nic('vnet3', 1100n, 1n), nic('vnet9', 505n, 0n)))
    expect([domain.read('netRxBps'), domain.read('netRxDropsPerSecond')]).toEqual([3000, 2])
    expect(domain.read('netTxBps')).toBe('unknown')
  })

  it('has unknown rates when the only interface has no counters [RA51]', () => {
    const domain = new OneDomain()
    const userMode = [StatGroup.Interface, { gauges: { 'net.count': 1 } }] as const
    domain.poll(1000, userMode)
    domain.poll(2000, userMode)
    expect(domain.read('netRxBps')).toBe('unknown')
  })
})

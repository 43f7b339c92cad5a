import { describe, expect, it } from 'vitest'
import { VCPU_METRICS } from '../../../lib/metrics/child-metrics.ts'
import type { DetailTrack } from '../../live/live-detail.ts'
import { orderVcpus } from './vcpu-order.ts'

const NOW = 10_000
const USE = VCPU_METRICS[0]

function track(identity: string, value: number, until: number | null = null): DetailTrack {
  const values = Float64Array.of(value)
  return {
    entity: 'vcpu',
    identity,
    host: 'kvm-01',
    count: 1,
    times: Float64Array.of(NOW - 100),
    spans: Float64Array.of(1000),
    series: [{ metric: USE, low: values, high: values }],
    since: null,
    until,
  }
}

const vcpus = new Map<string, readonly DetailTrack[]>([
  ['0', [track('0', 5)]],
  ['1', [track('1', 80)]],
  ['2', [track('2', Number.NaN)]],
  ['9', [track('9', 5)]],
  ['10', [track('10', 40, 9000)]],
])
const identities = [...vcpus.keys()]
const known = { vcpus, stateOf: (id: string) => (id === '9' ? 'blocked' : 'running'), now: NOW }

describe('order of vCPUs', () => {
  it('is that of ids, by number, either way', () => {
    expect(orderVcpus(identities, { key: 'id', isDown: false }, known)).toEqual(identities)
    expect(orderVcpus(identities, { key: 'id', isDown: true }, known)).toEqual(['10', '9', '2', '1', '0'])
  })

  it('is that of the newest values; what is equal keeps the order of ids, what is not known is last either way', () => {
    const key = { series: USE.id }
    expect(orderVcpus(identities, { key, isDown: true }, known)).toEqual(['1', '10', '0', '9', '2'])
    expect(orderVcpus(identities, { key, isDown: false }, known)).toEqual(['0', '9', '10', '1', '2'])
  })

  it('is by state, or by when a vCPU came or went', () => {
    expect(orderVcpus(identities, { key: 'state', isDown: false }, known)[0]).toBe('9')
    expect(orderVcpus(identities, { key: 'online', isDown: true }, known)[0]).toBe('10')
  })
})

import { describe, expect, test } from 'vitest'
import { RESET_VALUE } from '../../../lib/columns/derived-column.ts'
import { VCPU_METRICS } from '../../../lib/metrics/child-metrics.ts'
import { Lane } from '../../fleet/fleet-writer.ts'
import type { SampleReader } from '../../fleet/sample-reader.ts'
import { KEPT_SAMPLES, OpenDomain } from './open-domain.ts'

const PATH = 'raw:vcpu.*.exits.sum'

/** A domain with one vCPU, 5, that is sampled every second. */
function setUp() {
  const now = { at: 1000, use: 10, counter: 100, identity: '5' }
  const samples = {
    sampledAt: () => now.at,
    spanMs: () => 1000,
    maxGapMs: () => 5000,
    domain: () => {},
    firstChild: (_row: number, entity: string) => (entity === 'vcpu' ? 0 : -1),
    nextChild: () => -1,
    childIdentity: () => now.identity,
    isOnline: () => true,
    child: (_entity: string, _slot: number, into: Float64Array, at: number) => {
      into[at] = now.use
      into[at + 1] = 0
    },
    rawWords: (_row: number, _name: string, into: Uint32Array) => {
      into[0] = 0
      into[1] = now.counter
      return 'unsigned'
    },
  } as unknown as SampleReader
  const domain = new OpenDomain(samples, 0, 'kvm-01')
  const take = (use: number, counter: number) => {
    Object.assign(now, { at: now.at + 1000, use, counter })
    domain.take(Lane.Monitor)
    const sample = domain.sample(domain.taken - 1)!
    const i = sample.tracks.findIndex(({ kind }) => kind.entity === 'vcpu')
    return sample.values[sample.at[i]! + VCPU_METRICS.length]!
  }
  const become = (identity: string) => Object.assign(now, { identity })
  return { domain, take, become }
}

describe('an open domain', () => {
  test('[DT2] gives series beyond the catalogue to all its clients together, up to 128; the next is unknown', () => {
    const { domain } = setUp()
    const ids = Array.from({ length: 140 }, (_, i) => `raw:vcpu.*.made_up_${i}`)
    const own = VCPU_METRICS.length
    expect([...domain.vcpuPlaces(ids)].slice(own, own + 3)).toEqual([own, own + 1, own + 2])
    expect([...domain.vcpuPlaces(ids)].filter((place) => place < 0)).toHaveLength(12)
    expect(domain.vcpuPlaces(['raw:vcpu.*.another'])[own]).toBe(-1)
    expect(domain.vcpuPlaces([ids[127]!])[own]).toBe(own + 127)
    expect(domain.vcpuPlaces(['raw:disk.*.x', 'vcpuPercent'])[own]).toBe(-1)
  })

  test('says of such a series what it says of the vCPU itself: no rate, or begun anew', () => {
    const { domain, take } = setUp()
    domain.vcpuPlaces([PATH])
    expect(take(10, 100)).toBeNaN()
    expect(take(10, 107)).toBe(7)
    expect(take(Number.NaN, 110)).toBeNaN()
    expect(take(10, 115)).toBe(5)
    expect(take(RESET_VALUE, 116)).toBe(RESET_VALUE)
    expect(take(10, 118)).toBe(2)
  })

  test('[DT31] keeps the last 32 samples and no more', () => {
    const { domain, take } = setUp()
    for (let i = 0; i < 40; i++) take(10, i)
    expect([domain.taken, KEPT_SAMPLES]).toEqual([40, 32])
    expect([domain.keeps(7), domain.keeps(8)]).toEqual([false, true])
    expect([domain.sample(7), domain.sample(8)?.ends[0]]).toEqual([undefined, 10_000])
  })

  test('forgets the oldest of 256 children that ended, however many come and go while somebody looks', () => {
    const { domain, take, become } = setUp()
    for (let i = 0; i < 400; i++) {
      become(String(i))
      take(10, 1)
    }
    const vcpus = domain.tracks.filter(({ kind }) => kind.entity === 'vcpu')
    expect([vcpus.length, vcpus[0]?.identity, vcpus.at(-1)?.identity]).toEqual([257, '143', '399'])
    become('0')
    take(10, 1)
    expect(domain.tracks.at(-1)).toMatchObject({ identity: '0', until: null })
  })

  test('takes a sample once, though several replies speak of it', () => {
    const { domain, take } = setUp()
    take(10, 1)
    domain.take(Lane.Monitor)
    domain.take(Lane.Monitor)
    expect(domain.taken).toBe(1)
  })
})

import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { HistoryMemory } from './history-memory.ts'
import { HistoryStore } from './history-store.ts'
import { domainOnly } from './page/layout.ts'
import { recordingOf } from './recording.ts'
import { readSpan } from './span.ts'
import { NaiveHistory } from './testing/naive-history.ts'
import { layoutOf, SCHEMA } from './testing/schema.ts'
import { thinSeries } from './thin.ts'

const KiB = 1024
/** A page of 128 vCPUs fits in. */
const SLAB_BYTES = 16 * KiB
const count = (length: number) => Array.from({ length }, (_, i) => i)

/** Domains that are sampled each second, each with so many vCPUs. */
class Estate {
  readonly store: HistoryStore
  readonly naive = new Map<string, NaiveHistory>()
  time = 1_000_000
  private readonly domains = new Map<string, number>()

  constructor(budgetBytes: number) {
    this.store = new HistoryStore([SCHEMA], new HistoryMemory(budgetBytes, SLAB_BYTES))
  }

  add(uuid: string, vcpus: number): void {
    this.domains.set(uuid, vcpus)
    this.naive.set(uuid, new NaiveHistory())
  }

  remove(uuid: string): void {
    this.domains.delete(uuid)
  }

  run(seconds: number): void {
    for (let i = 0; i < seconds; i++) {
      this.time += 1000
      let place = 0
      for (const [uuid, vcpus] of this.domains) this.sample(uuid, vcpus, place++)
      if (i % 10 === 9) this.store.sweep(this.time)
      expect(this.store.memory.bytes).toBeLessThanOrEqual(this.store.memory.budgetBytes)
    }
  }

  private sample(uuid: string, vcpus: number, place: number): void {
    const stream = this.store.stream('kvm-01', uuid, 0)
    const layout = layoutOf(count(vcpus), [])
    if (stream.wanted?.series !== layout.series) this.store.describe(stream, layout)
    const levels = new Int32Array(layout.series)
    for (let i = 0; i < levels.length; i++)
      levels[i] = 400 + ((Math.imul(this.time, (i + 3) * (place + 7)) >>> 13) % 50)
    const taken = this.store.append(stream, this.time, false, 0, levels)
    if (taken) this.naive.get(uuid)!.append(this.time, false, 0, layout, levels)
  }

  /** By domain: what is recorded of it. */
  recorded(): Record<string, string> {
    return Object.fromEntries([...this.domains.keys()].map((uuid) => [uuid, recordingOf(this.store.streamsOf(uuid))]))
  }

  /** Compares a domain's own series with the naive store. */
  compareOwn(uuid: string): void {
    const naive = this.naive.get(uuid)!
    const { from, to, count: buckets } = naive.range()
    const [stream] = this.store.streamsOf(uuid)
    const span = readSpan(this.store, stream!, from, to)
    for (const series of domainOnly(layoutOf([], [])).parts[0]!.kind.metrics.keys()) {
      const real = thinSeries(span, 'domain', '', series, { from, to, count: buckets })
      expect([...real.high]).toEqual(naive.thin('domain', '', series, from, to, buckets).high)
    }
  }
}

describe('[HI44] a budget that does not hold everything', () => {
  test('leaves out the children of the domain with the most, whoever came first, and keeps its own series without a gap', () => {
    const estate = new Estate(512 * KiB)
    estate.add('huge', 128)
    estate.run(20)
    expect(estate.recorded()).toEqual({ huge: 'all' })
    for (const i of count(48)) estate.add(`small ${i}`, 2)
    estate.run(40)
    const { huge, ...small } = estate.recorded()
    expect(huge).toBe('domain')
    expect(new Set(Object.values(small))).toEqual(new Set(['all']))
    expect(estate.store.shortage).toEqual({ withoutChildren: 1, notRecorded: 0 })
    expect(estate.store.counts.refused).toBe(0)
    estate.compareOwn('huge')
  })

  test('gives children back, to domains with few first, when there is room again for a minute', () => {
    const estate = new Estate(512 * KiB)
    estate.add('huge', 64)
    estate.run(20)
    for (const i of count(60)) estate.add(`small ${i}`, 8)
    estate.run(40)
    expect(estate.recorded().huge).toBe('domain')
    for (const i of count(60)) estate.remove(`small ${i}`)
    // Silent streams are sealed after five and a half minutes.
    estate.run(300)
    expect(estate.recorded()).toEqual({ huge: 'domain' })
    estate.run(120)
    expect(estate.recorded()).toEqual({ huge: 'all' })
    estate.compareOwn('huge')
  })

  test('has the own series of every domain before children of any (seed 67)', () => {
    let whole = 0
    let lean = 0
    let none = 0
    const property = fc.property(
      fc.array(fc.nat(40), { minLength: 10, maxLength: 80 }),
      fc.integer({ min: 96, max: 700 }),
      (sizes, kib) => {
        const estate = new Estate(kib * KiB)
        for (const [i, vcpus] of sizes.entries()) {
          estate.add(`d${i}`, vcpus)
          if (i % 7 === 0) estate.run(3)
        }
        estate.run(20)
        const recorded = Object.entries(estate.recorded())
        const isOf = (what: string) => recorded.filter(([, has]) => has === what)
        const withChildren = isOf('all').filter(([uuid]) => sizes[Number(uuid.slice(1))]! > 0)
        whole += withChildren.length
        lean += isOf('domain').length
        none += isOf('nothing').length
        if (isOf('nothing').length > 0) expect(withChildren).toEqual([])
      },
    )
    fc.assert(property, { seed: 67, numRuns: 40 })
    // All three happened.
    expect(Math.min(whole, lean, none)).toBeGreaterThan(20)
  })
})

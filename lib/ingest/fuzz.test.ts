import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { DomscopeError } from '../errors/domscope-error.ts'
import { readRaw } from './raw-reader.ts'
import { capturedReplies, naiveRecords } from './testing/capture.ts'
import { createBench } from './testing/ingest-bench.ts'

describe('[T-F1] hostile replies', () => {
  it('only ever gives a typed error, and a good reply is read right after it (seed 3)', () => {
    const good = capturedReplies().find((reply) => reply.groups === 63)!.words
    const names = naiveRecords(good)
    const bench = createBench()
    bench.ingest(good, 0)
    const mutation = fc.record({
      at: fc.nat(good.length - 1),
      value: fc.oneof(fc.constantFrom(0, 1, 0xffffffff, 0x7fffffff, 0x80000000, 7 << 24, 8 << 24), fc.nat(0xffffffff)),
      cut: fc.oneof(fc.constant(good.length), fc.nat(good.length)),
    })
    fc.assert(
      fc.property(fc.array(mutation, { minLength: 1, maxLength: 3 }), (mutations) => {
        const words = good.slice()
        for (const { at, value } of mutations) words[at] = value
        const samples = bench.ingest(words.slice(0, Math.min(...mutations.map((m) => m.cut))), 0)
        if (samples.error !== null) expect(samples.error).toBeInstanceOf(DomscopeError)
        expect(samples.count).toBeLessThanOrEqual(samples.records)
      }),
      { seed: 3, numRuns: 3000 },
    )
    bench.now += 60_000
    expect(bench.ingest(good, 0).error).toBeNull()
    for (const record of names) {
      const raw = new Map(readRaw(bench.stats, bench.rowOf(record.uuid)).map((value) => [value.name, value.value]))
      for (const param of record.params) expect(raw.get(param.name)).toBe(param.value)
    }
  })
})

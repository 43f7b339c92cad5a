import { describe, expect, it } from 'vitest'
import { readRaw } from './raw-reader.ts'
import { capturedReplies, naiveRecords, RECORDINGS } from './testing/capture.ts'
import { createBench } from './testing/ingest-bench.ts'

describe('ingest of recorded replies', () => {
  it.each(RECORDINGS)(
    '[RA9] keeps every typed parameter of every active record exactly, and the state of others, reply after reply: %s',
    (recording) => {
      const replies = capturedReplies(recording).filter(({ groups }) => groups === 63)
      expect(replies.length).toBeGreaterThan(1)
      const bench = createBench()
      for (const reply of replies) {
        const samples = bench.ingest(reply.words, 0)
        expect(samples.error).toBeNull()
        for (const record of naiveRecords(reply.words)) {
          const row = bench.rowOf(record.uuid)
          const raw = new Map(readRaw(bench.stats, row).map((value) => [value.name, `${value.type} ${value.value}`]))
          const kept = record.params.filter(({ name }) => record.id !== -1 || name.startsWith('state.'))
          for (const param of kept) expect(raw.get(param.name), param.name).toBe(`${param.type} ${param.value}`)
          if (record.id === -1) expect(raw.size).toBe(kept.length)
        }
      }
    },
  )

  it.each(RECORDINGS)('knows what every field of the polled groups is: %s', (recording) => {
    const bench = createBench()
    const polled = capturedReplies(recording).filter(({ groups }) => groups === 63)
    for (const { words } of polled) {
      const { rows, count } = bench.ingest(words, 0)
      expect([...bench.stats.unknownPaths(rows, count)]).toEqual([])
    }
  })

  it('takes the fast path for a repeated reply and never allocates a second shape for it', () => {
    const bench = createBench()
    const reply = capturedReplies().find((candidate) => candidate.groups === 63)!
    bench.ingest(reply.words, 0)
    const shapes = bench.stats.shapes.count
    for (let i = 0; i < 5; i++) bench.ingest(reply.words, 0)
    expect(bench.stats.shapes.count).toBe(shapes)
    expect(bench.births).toBe(naiveRecords(reply.words).length)
  })

  it('still knows which rows a reply named after 2^31 replies: four months of a hundred hosts', () => {
    const bench = createBench()
    const reply = capturedReplies().find((candidate) => candidate.groups === 63)!
    const row = () => bench.rowOf(naiveRecords(reply.words)[0]!.uuid)
    // Nobody waits four months for a test: the count of replies is set forward.
    Object.assign(bench.stats, { replyNumber: 2 ** 31 - 2 })
    for (let i = 0; i < 3; i++) {
      bench.ingest(reply.words, 0)
      expect(bench.stats.wasSeen(0, row())).toBe(true)
    }
  })

  it('[V-10] a reply cut at any word leaves whole records and an error, never a half-written one', () => {
    const reply = capturedReplies().find((candidate) => candidate.groups === 63)!
    const records = naiveRecords(reply.words)
    for (let cut = 0; cut < reply.words.length; cut += 7) {
      const bench = createBench()
      const samples = bench.ingest(reply.words.slice(0, cut), 0)
      expect(samples.error).not.toBeNull()
      for (let i = 0; i < samples.records; i++) {
        const raw = readRaw(bench.stats, bench.rowOf(records[i]!.uuid))
        expect(raw.length).toBe(records[i]!.id === -1 ? 2 : records[i]!.params.length)
      }
    }
  })

  it('does not depend on the reply after it was taken in', () => {
    const bench = createBench()
    const reply = capturedReplies().find((candidate) => candidate.groups === 63)!
    const words = reply.words.slice()
    bench.ingest(words, 0)
    const row = bench.rowOf(naiveRecords(reply.words)[0]!.uuid)
    const before = readRaw(bench.stats, row)
    words.fill(0xffffffff)
    expect(readRaw(bench.stats, row)).toEqual(before)
    expect(bench.stats.names.text(row)).toBe(naiveRecords(reply.words)[0]!.name)
  })
})

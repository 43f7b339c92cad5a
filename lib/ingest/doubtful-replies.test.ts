import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { DOUBT_SHARE } from '../columns/group-times.ts'
import { StatGroup } from '../metrics/types.ts'
import { createBench, type IngestBench } from './testing/ingest-bench.ts'
import { buildReply, monitorParams, type RecordSpec, uuidOf } from './testing/record-builder.ts'

const MONITOR = 1
const GUESTS = 9

function recordOf(number: number, tick: number, vcpus = 2): RecordSpec {
  const params = monitorParams({ tick, vcpus: Array.from({ length: vcpus }, (_, id) => id), disks: ['vda'] })
  return { name: `guest-${number}`, uuid: number, id: number + 1, params }
}

const replyOf = (tick: number, vcpus?: number) =>
  buildReply(Array.from({ length: GUESTS }, (_, number) => recordOf(number, tick, vcpus)))

/** The two samples of a row's CPU counter, as ticks; and their times. */
function samplesOf(bench: IngestBench, number: number) {
  const row = bench.rowOf(uuidOf(number))
  const time = bench.table.wire.counters['cpu.time']
  const { current, previous } = bench.table.times[StatGroup.Cpu]!
  const newest = Number(time.currentBigInt(row)) / 1000
  return {
    newest,
    before: time.hasDelta(row) ? newest - time.delta(row) / 1000 : null,
    at: current[row],
    begin: previous[row],
  }
}

describe('replies whose sample times are in doubt [RA7]', () => {
  it('leave counters and times as they are, and tell which groups were held', () => {
    const bench = createBench()
    for (let tick = 1; tick <= 4; tick++) expect(bench.ingest(replyOf(tick), MONITOR).heldGroups).toBe(0)
    const good = samplesOf(bench, 3)
    bench.span = 900
    expect(bench.ingest(replyOf(5), MONITOR).heldGroups).toBe(0b101110)
    expect(samplesOf(bench, 3)).toEqual(good)
    bench.span = 10
    expect(bench.ingest(replyOf(6), MONITOR).heldGroups).toBe(0)
    expect(samplesOf(bench, 3)).toMatchObject({ newest: 6, before: 4, begin: good.at })
  })

  it('write their gauges at once', () => {
    const bench = createBench()
    for (let tick = 1; tick <= 4; tick++) bench.ingest(replyOf(tick), MONITOR)
    const rss = () => bench.table.wire.gauges['balloon.rss'].get(bench.rowOf(uuidOf(3)))
    const before = rss()
    bench.span = 900
    bench.ingest(replyOf(5), MONITOR)
    expect(rss()).not.toBe(before)
  })

  it('add and remove children, which begin with the next good sample', () => {
    const bench = createBench()
    for (let tick = 1; tick <= 4; tick++) bench.ingest(replyOf(tick), MONITOR)
    bench.span = 900
    bench.ingest(replyOf(5, 3), MONITOR)
    bench.span = 10
    const { vcpus } = bench.table
    const third = () => {
      const first = vcpus.first[bench.rowOf(uuidOf(3))]!
      const slot = vcpus.next[vcpus.next[first]!]!
      const time = vcpus.wire.counters['vcpu.*.time']
      return [vcpus.ordinal[slot], time.currentBigInt(slot) !== null, time.hasDelta(slot)]
    }
    expect(third()).toEqual([2, false, false])
    for (const hasDelta of [false, true, true]) {
      bench.ingest(replyOf(6 + Number(hasDelta), 3), MONITOR)
      expect(third()).toEqual([2, true, hasDelta])
    }
  })

  it('tell of a jump of the clock by a begin without a length', () => {
    const bench = createBench()
    for (let tick = 1; tick <= 4; tick++) bench.ingest(replyOf(tick), MONITOR)
    const { at } = samplesOf(bench, 3)
    bench.jumped = true
    bench.ingest(replyOf(5), MONITOR)
    expect(samplesOf(bench, 3).begin).toBe(-at!)
  })

  it('of any lengths leave every row with two samples that belong together, as reckoned by hand (seed 12)', () => {
    const poll = fc.record({
      after: fc.integer({ min: 20, max: 3000 }),
      span: fc.oneof(fc.integer({ min: 1, max: 40 }), fc.integer({ min: 1, max: 3000 })),
      vcpus: fc.constantFrom(2, 2, 2, 3),
    })
    let [holds, replacements] = [0, 0]
    fc.assert(
      fc.property(fc.array(poll, { minLength: 6, maxLength: 30 }), (polls) => {
        const bench = createBench()
        const expected = Array.from({ length: GUESTS }, () => [] as { tick: number; at: number; doubtMs: number }[])
        bench.maxGapMs.fill(Number.POSITIVE_INFINITY)
        let start = 1000
        polls.forEach(({ after, span, vcpus }, index) => {
          start += after
          bench.stats.ingest(0, MONITOR, replyOf(index + 1, vcpus), { ...bench.time, start, span })
          start += span
          expected.forEach((list, number) => {
            const share = (number + 0.5) / GUESTS
            const sample = {
              tick: index + 1,
              at: start - span + span * share,
              doubtMs: span * Math.max(share, 1 - share),
            }
            const last = list.at(-1)
            if (last === undefined || last.doubtMs + sample.doubtMs <= DOUBT_SHARE * (sample.at - last.at))
              list.push(sample)
            else if (sample.at + sample.doubtMs / DOUBT_SHARE < last.at + last.doubtMs / DOUBT_SHARE) {
              list.splice(-1, 1, sample)
              replacements++
            } else holds++
            const [newest, before] = [list.at(-1)!, list.at(-2)]
            expect(samplesOf(bench, number)).toEqual({
              ...{ newest: newest.tick, before: before?.tick ?? null },
              ...{ at: newest.at, begin: before?.at ?? 0 },
            })
          })
        })
      }),
      { seed: 12, numRuns: 100 },
    )
    expect(Math.min(holds, replacements)).toBeGreaterThan(200)
  })
})

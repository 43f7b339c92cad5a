import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { NO_CHILD } from '../columns/child-table.ts'
import { StatGroup } from '../metrics/types.ts'
import { readRaw } from './raw-reader.ts'
import { type NaiveRecord, naiveRecords } from './testing/capture.ts'
import { createBench, type IngestBench } from './testing/ingest-bench.ts'
import { buildReply, monitorParams, type RecordSpec, uuidOf } from './testing/record-builder.ts'

interface Guest {
  readonly vcpus: number
  readonly disks: number
}

const DISKS = ['vda', 'vdb', 'vdc']
/** More than one block holds. */
const MANY = 200

function recordOf(guest: Guest, number: number, tick: number): RecordSpec {
  const params = monitorParams({
    tick: tick * 1000 + number,
    vcpus: Array.from({ length: guest.vcpus }, (_, id) => id),
    disks: DISKS.slice(0, guest.disks),
  })
  return { name: `guest-${number}`, uuid: number, id: number + 1, params }
}

/** What the columns hold of one row: domain, vCPUs, disks. */
function valuesOf(bench: IngestBench, number: number) {
  const row = bench.rowOf(uuidOf(number))
  const { wire, vcpus, disks } = bench.table
  const cells = (first: Int32Array, next: Int32Array) => {
    const slots: number[] = []
    for (let slot = first[row]!; slot !== NO_CHILD; slot = next[slot]!) slots.push(slot)
    return slots
  }
  const both = (column: (typeof wire.counters)['cpu.time'], cell: number) => [
    column.currentBigInt(cell),
    column.hasDelta(cell) ? column.delta(cell) : null,
  ]
  return {
    cpu: both(wire.counters['cpu.time'], row),
    rss: wire.gauges['balloon.rss'].get(row),
    vcpus: cells(vcpus.first, vcpus.next).map((slot) => both(vcpus.wire.counters['vcpu.*.time'], slot)),
    disks: cells(disks.first, disks.next).map((slot) => both(disks.wire.counters['block.*.rd.reqs'], slot)),
  }
}

describe('records that repeat their shape', () => {
  it('end in the columns as if each were written alone, whatever shapes stand between them (seed 5)', () => {
    const guest = fc.record({ vcpus: fc.integer({ min: 1, max: 3 }), disks: fc.integer({ min: 0, max: 3 }) })
    fc.assert(
      fc.property(fc.array(guest, { minLength: MANY, maxLength: MANY }), (guests) => {
        const together = createBench()
        const alone = createBench()
        for (let tick = 1; tick <= 5; tick++) {
          const records = guests.map((one, number) => recordOf(one, number, tick))
          expect(together.ingest(buildReply(records), 0).count).toBe(MANY)
          for (const record of records) alone.ingest(buildReply([record]), 0)
        }
        for (let number = 0; number < MANY; number++) {
          const { vcpus, disks } = guests[number]!
          const values = valuesOf(together, number)
          expect(values).toEqual(valuesOf(alone, number))
          expect(values.cpu).toEqual([BigInt(1000 * (5000 + number)), 1_000_000])
          expect([values.vcpus.length, values.disks.length]).toEqual([vcpus, disks])
        }
      }),
      { seed: 5, numRuns: 10 },
    )
  })

  it('keep the first sample when one reply names a row twice: nobody knows how far apart the two are [RA7]', () => {
    const bench = createBench()
    const guest = { vcpus: 2, disks: 1 }
    for (let tick = 1; tick <= 4; tick++) bench.ingest(buildReply([recordOf(guest, 7, tick)]), 0)
    bench.ingest(buildReply([recordOf(guest, 7, 5), recordOf(guest, 7, 9)]), 0)
    expect(valuesOf(bench, 7).cpu).toEqual([BigInt(1000 * 5007), 1_000_000])
  })

  it('are kept when a later record of the reply is malformed', () => {
    const bench = createBench()
    const guest = { vcpus: 1, disks: 1 }
    const reply = (tick: number) => buildReply([recordOf(guest, 1, tick), recordOf(guest, 2, tick)])
    for (let tick = 1; tick <= 4; tick++) bench.ingest(reply(tick), 0)
    const cut = reply(5)
    const samples = bench.ingest(cut.slice(0, cut.length - 3), 0)
    expect([samples.records, samples.error?.radius]).toEqual([1, 'reply'])
    expect(valuesOf(bench, 1).cpu).toEqual([BigInt(1000 * 5001), 1_000_000])
    expect(valuesOf(bench, 2).cpu).toEqual([BigInt(1000 * 4002), 1_000_000])
  })

  it('follow a row that the same reply first names with another shape', () => {
    const bench = createBench()
    for (let tick = 1; tick <= 4; tick++) bench.ingest(buildReply([recordOf({ vcpus: 2, disks: 1 }, 3, tick)]), 0)
    bench.ingest(buildReply([recordOf({ vcpus: 2, disks: 1 }, 3, 5), recordOf({ vcpus: 3, disks: 1 }, 3, 6)]), 0)
    const { cpu, vcpus } = valuesOf(bench, 3)
    expect(cpu).toEqual([BigInt(1000 * 5003), 1_000_000])
    expect(vcpus.map(([, delta]) => delta)).toEqual([100_000, 100_000, null])
  })

  it('have the sample times of their places in the reply, and how far these may be off [RA7]', () => {
    const bench = createBench()
    const guests = Array.from({ length: MANY }, (_, number) => ({ vcpus: 1 + (number % 3), disks: number % 2 }))
    const replyOf = (tick: number) => buildReply(guests.map((guest, number) => recordOf(guest, number, tick)))
    for (let tick = 1; tick <= 5; tick++) bench.ingest(replyOf(tick), 0)
    for (const { current, previous, doubtMs } of [StatGroup.Cpu, StatGroup.Block].map(
      (group) => bench.table.times[group]!,
    )) {
      guests.forEach((_, number) => {
        const row = bench.rowOf(uuidOf(number))
        const [now, before] = [timeOf(5000, number), timeOf(4000, number)]
        expect([current[row], previous[row]]).toEqual([now, before])
        expect(doubtMs[row]).toBeCloseTo(Math.max(now - 5000, 5000 + SPAN_MS - now), 5)
      })
    }
  })

  it('are told from others wherever a reply is changed or cut: all read what a naive decoder reads (seed 6)', () => {
    const guests = Array.from({ length: 9 }, (_, number) => ({ vcpus: 1 + (number % 3), disks: number % 4 }))
    const good = buildReply(guests.map((guest, number) => recordOf(guest, number, 9)))
    const change = fc.record({ at: fc.nat(good.length - 1), by: fc.constantFrom(1, 1 << 8, 1 << 24, 0x0101_0000) })
    fc.assert(
      fc.property(fc.array(change, { maxLength: 2 }), fc.option(fc.nat(good.length)), (changes, cut) => {
        const bench = createBench()
        for (let tick = 1; tick <= 4; tick++) {
          bench.ingest(buildReply(guests.map((guest, number) => recordOf(guest, number, tick))), 0)
        }
        const words = good.slice()
        for (const { at, by } of changes) words[at]! ^= by
        const reply = words.slice(0, cut ?? words.length)
        const strangers = createBench()
        const slow = strangers.ingest(reply, 0)
        const fast = bench.ingest(reply, 0)
        expect([fast.records, fast.error?.code]).toEqual([slow.records, slow.error?.code])
        const partial = fast.partialRecords > 0
        if (fast.error === null) for (const record of naiveRecords(reply)) expectRaw(bench, record, partial)
      }),
      { seed: 6, numRuns: 500 },
    )
  })
})

const SPAN_MS = 10
const timeOf = (start: number, number: number) => start + (SPAN_MS * (number + 0.5)) / MANY

/** A row holds what the naive decoder read; of a partial record, the numbers that the row knows. */
function expectRaw(bench: IngestBench, { uuid, params }: NaiveRecord, partial: boolean): void {
  const raw = readRaw(bench.stats, bench.rowOf(uuid))
  const values = new Map(raw.map(({ name, type, value }) => [`${type} ${name}`, value]))
  const read = params.filter(({ name, type }) => values.has(`${type} ${name}`))
  expect(read.length).toBeGreaterThan(params.length - 3)
  for (const { name, type, value } of read) {
    if (partial && type === 'string') continue
    expect(values.get(`${type} ${name}`), name).toBe(value)
  }
}

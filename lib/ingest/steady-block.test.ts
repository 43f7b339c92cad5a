import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { NO_CHILD } from '../columns/child-table.ts'
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

  it('keep both samples when one reply names a row twice', () => {
    const bench = createBench()
    const guest = { vcpus: 2, disks: 1 }
    for (let tick = 1; tick <= 4; tick++) bench.ingest(buildReply([recordOf(guest, 7, tick)]), 0)
    bench.ingest(buildReply([recordOf(guest, 7, 5), recordOf(guest, 7, 9)]), 0)
    expect(valuesOf(bench, 7).cpu).toEqual([BigInt(1000 * 9007), 4_000_000])
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
    expect(cpu).toEqual([BigInt(1000 * 6003), 1_000_000])
    expect(vcpus.map(([, delta]) => delta)).toEqual([100_000, 100_000, null])
  })
})

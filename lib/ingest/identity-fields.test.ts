import { describe, expect, it } from 'vitest'
import { readIdentity, readStat } from './raw-reader.ts'
import { createBench } from './testing/ingest-bench.ts'
import { buildReply, type Param, text, uint, ullong, uuidOf } from './testing/record-builder.ts'

const MONITOR = 1

/** A record of one disk that has no path, as one on the network, and of one thread for all vCPUs. */
const params = (tick: number, over: Readonly<Record<string, number>> = {}): Param[] => {
  const value = (name: string, usual: number) => over[name] ?? usual
  return [
    ullong('cpu.time', 1000 * tick),
    ullong('balloon.maximum', value('balloon.maximum', 4096)),
    uint('vcpu.maximum', value('vcpu.maximum', 4)),
    uint('block.count', 1),
    text('block.0.name', 'vda'),
    uint('block.0.backingIndex', value('block.0.backingIndex', 1)),
    ullong('block.0.rd.reqs', 10 * tick),
  ]
}

function setUp() {
  const bench = createBench()
  let tick = 0
  const send = (over: Readonly<Record<string, number>> = {}) => {
    const record = { name: 'web', uuid: 1, id: 7, params: params(++tick, over) }
    expect(bench.ingest(buildReply([record]), MONITOR)).toMatchObject({ error: null, partialRecords: 0 })
    return bench.unrepeated.splice(0).length
  }
  return { bench, send, row: () => bench.rowOf(uuidOf(1)) }
}

describe('numbers that the XML has too', () => {
  it('are compared with those of the last record, and nothing is said while they repeat', () => {
    const { send } = setUp()
    expect([send(), send(), send(), send(), send()]).toEqual([1, 0, 0, 0, 0])
  })

  it.each(['block.0.backingIndex', 'vcpu.maximum', 'balloon.maximum'])('%s: another one is noticed, once', (name) => {
    const { bench, send, row } = setUp()
    for (let i = 0; i < 4; i++) send()
    const before = readIdentity(bench.stats, row())
    const other = { [name]: 2 ** 32 * Number(name.startsWith('balloon')) + 3 }
    expect([send(other), send(other), send(other)]).toEqual([1, 0, 0])
    expect(readStat(bench.stats, row(), name)?.value).toBe(String(other[name]))
    expect(readIdentity(bench.stats, row())).not.toEqual(before)
  })

  it('cost no counter its history when they change', () => {
    const { bench, send, row } = setUp()
    for (let i = 0; i < 4; i++) send()
    send({ 'block.0.backingIndex': 3 })
    const reads = bench.table.disks.wire.counters['block.*.rd.reqs']
    const slot = bench.table.disks.first[row()]!
    expect([reads.hasDelta(slot), reads.delta(slot)]).toEqual([true, 10])
    expect(bench.table.wire.counters['cpu.time'].delta(row())).toBe(1000)
  })

  it('are told as a text for each lane, an empty one before the first record', () => {
    const { bench, send, row } = setUp()
    send()
    expect(readIdentity(bench.stats, row())).toEqual([
      '',
      'balloon.maximum=4096\nvcpu.maximum=4\nblock.count=1\nblock.0.name=vda\nblock.0.backingIndex=1',
      '',
    ])
    expect(readIdentity(bench.stats, row() + 1)).toEqual(['', '', ''])
  })
})

import { describe, expect, it } from 'vitest'
import { type DomainTable, RowFlag } from '../columns/domain-table.ts'
import { StatGroup } from '../metrics/types.ts'
import { readStat } from './raw-reader.ts'
import { createBench, type IngestBench } from './testing/ingest-bench.ts'
import { buildReply, monitorParams, text, uint, ullong, uuidOf } from './testing/record-builder.ts'

const MONITOR = 1

function send(bench: IngestBench, options: Parameters<typeof monitorParams>[0], id = 7, name = 'web'): number {
  const samples = bench.ingest(buildReply([{ name, uuid: 1, id, params: monitorParams(options) }]), MONITOR)
  expect(samples.error).toBeNull()
  return bench.rowOf(uuidOf(1))
}

function vcpuTimes(table: DomainTable, row: number): Map<number, [bigint | null, boolean]> {
  const found = new Map<number, [bigint | null, boolean]>()
  const time = table.vcpus.wire.counters['vcpu.*.time']
  for (let slot = table.vcpus.first[row]!; slot >= 0; slot = table.vcpus.next[slot]!) {
    found.set(table.vcpus.ordinal[slot]!, [time.currentBigInt(slot), time.hasDelta(slot)])
  }
  return found
}

function diskReads(table: DomainTable, row: number): Map<string, [bigint | null, number | null]> {
  const found = new Map<string, [bigint | null, number | null]>()
  const reads = table.disks.wire.counters['block.*.rd.reqs']
  for (let slot = table.disks.first[row]!; slot >= 0; slot = table.disks.next[slot]!) {
    found.set(table.disks.names[slot]!, [reads.currentBigInt(slot), reads.hasDelta(slot) ? reads.delta(slot) : null])
  }
  return found
}

describe('hot-plug', () => {
  it('keeps the history of vCPUs that stay when one is added, also with sparse ids', () => {
    const bench = createBench()
    send(bench, { tick: 1, vcpus: [0, 2] })
    send(bench, { tick: 2, vcpus: [0, 2] })
    const row = send(bench, { tick: 3, vcpus: [0, 2, 5] })
    expect(vcpuTimes(bench.table, row)).toEqual(
      new Map([
        [0, [300n, true]],
        [2, [302n, true]],
        [5, [305n, false]],
      ]),
    )
  })

  it('drops an unplugged vCPU and does not give its history to one that comes later', () => {
    const bench = createBench()
    send(bench, { tick: 1, vcpus: [0, 1] })
    send(bench, { tick: 2, vcpus: [0] })
    const row = send(bench, { tick: 3, vcpus: [0, 1] })
    expect(vcpuTimes(bench.table, row).get(1)).toEqual([301n, false])
    expect(vcpuTimes(bench.table, row).get(0)).toEqual([300n, true])
  })

  it('follows a disk by its name when its position shifts', () => {
    const bench = createBench()
    send(bench, { tick: 1, disks: ['vda', 'vdb'] })
    const row = send(bench, { tick: 2, disks: ['sda', 'vda', 'vdb'] })
    const reads = diskReads(bench.table, row)
    expect(reads.get('vda')).toEqual([107n, 5])
    expect(reads.get('vdb')).toEqual([108n, 5])
    expect(reads.get('sda')?.[1]).toBeNull()
  })

  it('gives two disks of one name a place each', () => {
    const bench = createBench()
    send(bench, { tick: 1, disks: ['vda', 'vda'] })
    const row = send(bench, { tick: 2, disks: ['vda', 'vda'] })
    let disks = 0
    for (let slot = bench.table.disks.first[row]!; slot >= 0; slot = bench.table.disks.next[slot]!) disks++
    expect(disks).toBe(2)
  })

  it('takes a changed image path as the same disk', () => {
    const bench = createBench()
    send(bench, { tick: 1 })
    const params = monitorParams({ tick: 2 }).map((param) =>
      param[0] === 'block.0.path' ? text('block.0.path', '/images/overlay.qcow2') : param,
    )
    bench.ingest(buildReply([{ name: 'web', uuid: 1, id: 7, params }]), MONITOR)
    const row = bench.rowOf(uuidOf(1))
    expect(diskReads(bench.table, row).get('vda')?.[1]).toBe(5)
    expect(readStat(bench.stats, row, 'block.0.path')?.value).toBe('/images/overlay.qcow2')
  })
})

describe('partial records', () => {
  it('keeps vCPUs, their counters and their sample time when the daemon leaves them out', () => {
    const bench = createBench()
    send(bench, { tick: 1 })
    const row = send(bench, { tick: 2 })
    const sampled = bench.table.times[StatGroup.Vcpu]!.current[row]
    send(bench, { tick: 3, vcpuEntries: false })
    expect(bench.table.flags[row]! & RowFlag.PartialVcpu).toBe(RowFlag.PartialVcpu)
    expect(vcpuTimes(bench.table, row).get(0)).toEqual([200n, true])
    expect(bench.table.times[StatGroup.Vcpu]!.current[row]).toBe(sampled)
    expect(bench.table.times[StatGroup.Cpu]!.current[row]).toBeGreaterThan(sampled!)
    expect(readStat(bench.stats, row, 'vcpu.1.time')?.value).toBe('201')
    expect(readStat(bench.stats, row, 'cpu.time')?.value).toBe('3000')
  })

  it('takes the difference over the whole time once the record is complete again', () => {
    const bench = createBench()
    send(bench, { tick: 1 })
    send(bench, { tick: 2 })
    send(bench, { tick: 3, vcpuEntries: false, rss: false, diskCounters: false })
    const row = send(bench, { tick: 4 })
    expect(bench.table.flags[row]).toBe(0)
    expect(diskReads(bench.table, row).get('vda')?.[1]).toBe(10)
    const { current, previous } = bench.table.times[StatGroup.Block]!
    expect(current[row]! - previous[row]!).toBe(2000)
  })

  it('marks balloon and block partial when RSS or the counters of a disk are missing', () => {
    const bench = createBench()
    send(bench, { tick: 1 })
    const row = send(bench, { tick: 2, rss: false, diskCounters: false })
    expect(bench.table.flags[row]).toBe(RowFlag.PartialBalloon | RowFlag.PartialBlock)
    expect(bench.table.wire.gauges['balloon.rss'].get(row)).toBe(40_001)
    expect(diskReads(bench.table, row).get('vda')?.[0]).toBe(102n)
  })

  it('says partial from the first record on when the record contradicts itself', () => {
    const bench = createBench()
    const row = send(bench, { tick: 1, vcpuEntries: false, rss: false, diskCounters: false })
    send(bench, { tick: 2, vcpuEntries: false, rss: false, diskCounters: false })
    expect(bench.table.flags[row]! & RowFlag.PartialVcpu).toBe(RowFlag.PartialVcpu)
  })

  it('survives a hot-plug in one group while another is partial', () => {
    const bench = createBench()
    send(bench, { tick: 1 })
    send(bench, { tick: 2, vcpuEntries: false, disks: ['vda', 'vdb'] })
    const row = send(bench, { tick: 3, disks: ['vda', 'vdb'] })
    expect(vcpuTimes(bench.table, row).get(1)).toEqual([301n, true])
    expect(diskReads(bench.table, row).get('vdb')?.[1]).toBe(5)
    expect(bench.table.flags[row]).toBe(0)
  })
})

describe('domain processes', () => {
  it('[V-11] forgets counters, children and sample times when the domain id changes', () => {
    const bench = createBench()
    send(bench, { tick: 5 })
    send(bench, { tick: 6 })
    const row = send(bench, { tick: 1 }, 8)
    expect(bench.table.wire.counters['cpu.time'].hasDelta(row)).toBe(false)
    expect(bench.table.times[StatGroup.Cpu]!.previous[row]).toBe(0)
    expect(bench.table.flags[row]! & RowFlag.Restarted).toBe(RowFlag.Restarted)
    expect(bench.processChanges.at(-1)).toEqual([row, 8])
  })

  it('does not believe a late reply about the process before', () => {
    const bench = createBench()
    send(bench, { tick: 1 }, 7)
    const late = buildReply([{ name: 'web', uuid: 1, id: 7, params: monitorParams({ tick: 2 }) }])
    send(bench, { tick: 1 }, 8)
    bench.stats.ingest(0, MONITOR, late, { ...bench.time, start: 10, span: 5 })
    const row = bench.rowOf(uuidOf(1))
    expect(bench.table.domainId[row]).toBe(8)
  })

  it('follows a rename without losing anything', () => {
    const bench = createBench()
    send(bench, { tick: 1 })
    const row = send(bench, { tick: 2 }, 7, 'web-renamed')
    expect(bench.stats.names.text(row)).toBe('web-renamed')
    expect(bench.table.wire.counters['cpu.time'].delta(row)).toBe(1000)
  })

  it('forgets a field that a complete record no longer has', () => {
    const bench = createBench()
    const extra = [...monitorParams({ tick: 1 }), ullong('balloon.usable', 5)]
    bench.ingest(buildReply([{ name: 'web', uuid: 1, id: 7, params: extra }]), MONITOR)
    const row = send(bench, { tick: 2 })
    expect(bench.table.wire.gauges['balloon.usable'].get(row)).toBeNull()
  })

  it('takes key order as it comes: another order is another shape of the same columns', () => {
    const bench = createBench()
    send(bench, { tick: 1 })
    const reversed = monitorParams({ tick: 2 }).toReversed()
    bench.ingest(buildReply([{ name: 'web', uuid: 1, id: 7, params: reversed }]), MONITOR)
    const row = bench.rowOf(uuidOf(1))
    expect(bench.table.wire.counters['cpu.time'].delta(row)).toBe(1000)
    expect(bench.stats.shapes.count).toBe(2)
  })
})

describe('interfaces', () => {
  const nics = (tick: number, names: readonly string[]) => [
    uint('net.count', names.length),
    ...names.flatMap((name, at) => [text(`net.${at}.name`, name), ullong(`net.${at}.rx.bytes`, tick)]),
  ]
  const FAST = 0
  const sendNics = (bench: IngestBench, tick: number, names: readonly string[]): number => {
    bench.ingest(buildReply([{ name: 'web', uuid: 1, id: 7, params: nics(tick, names) }]), FAST)
    return bench.rowOf(uuidOf(1))
  }

  it('believes that a NIC is gone only when two records in a row say so', () => {
    const bench = createBench()
    sendNics(bench, 1, ['tap0', 'tap1'])
    const row = sendNics(bench, 2, ['tap0'])
    expect(bench.table.nics.count).toBe(2)
    expect(bench.table.flags[row]! & RowFlag.PartialInterface).toBe(RowFlag.PartialInterface)
    sendNics(bench, 3, ['tap0'])
    expect(bench.table.nics.count).toBe(1)
    expect(bench.table.flags[row]! & RowFlag.PartialInterface).toBe(0)
  })
})

import { describe, expect, it } from 'vitest'
import { RowFlag } from '../columns/domain-table.ts'
import { createBench } from './testing/ingest-bench.ts'
import { buildReply, type Param, text, uint, ullong, uuidOf } from './testing/record-builder.ts'

const [FAST, MONITOR] = [0, 1]
const S = 1_000_000_000
const CPUS = 4

interface Counters {
  readonly cpu: number
  readonly vcpus?: readonly number[]
  readonly reads?: number
  readonly disk?: string
}

/** Seconds of CPU time, of the process and of each vCPU. */
function monitor({ cpu, vcpus = [], reads = 0, disk = 'vda' }: Counters): Param[] {
  return [
    ...[ullong('cpu.time', cpu * S), uint('vcpu.current', vcpus.length || 1), uint('vcpu.maximum', 8)],
    ...vcpus.map((used, i) => ullong(`vcpu.${i}.time`, used * S)),
    ...[uint('block.count', 1), text('block.0.name', disk), ullong('block.0.rd.reqs', reads)],
  ]
}

/** A domain that is sampled, loses its connection, and is sampled again `awayS` later. */
function afterReconnect(before: Param[], after: Param[], { awayS = 5, cpus = CPUS, lane = MONITOR } = {}) {
  const bench = createBench()
  const send = (params: Param[]) => {
    const reply = buildReply([{ name: 'web', uuid: 1, id: 7, params }])
    expect(bench.ingest(reply, lane).error).toBeNull()
  }
  for (let i = 0; i < 3; i++) send(before)
  const row = bench.rowOf(uuidOf(1))
  const changes = bench.processChanges.length
  bench.stats.doubtProcesses(0, Int32Array.of(row), 1, cpus)
  bench.now += awayS * 1000 - 1000
  send(after)
  const isAnew = bench.processChanges.length > changes
  return { bench, row, send, isAnew, goesOn: bench.table.wire.counters['cpu.time'].hasDelta(row) }
}

const guest = { cpu: 100, vcpus: [60, 30], reads: 5_000 }

describe('[RA15] the same id after a reconnect', () => {
  it('is the same process when a vCPU has more time than one that began since can have', () => {
    const { isAnew, goesOn } = afterReconnect(monitor(guest), monitor({ ...guest, cpu: 102, vcpus: [61, 30] }))
    expect([isAnew, goesOn]).toEqual([false, true])
  })

  it.each([
    ['a counter went back', { ...guest, cpu: 102, vcpus: [61, 30], reads: 4_999 }],
    ['a vCPU used more than the time there was', { ...guest, cpu: 110, vcpus: [67, 30] }],
    ['the process used more than all CPUs have', { ...guest, cpu: 126, vcpus: [61, 30] }],
    ['it has other disks', { ...guest, cpu: 102, vcpus: [61, 30], disk: 'sda' }],
    ['it has other vCPUs', { ...guest, cpu: 102, vcpus: [61, 30, 0] }],
  ])('is another one when %s', (_why, after) => {
    const { bench, row, isAnew, goesOn } = afterReconnect(monitor(guest), monitor(after))
    expect([isAnew, goesOn]).toEqual([true, false])
    expect(bench.table.flags[row]! & RowFlag.Restarted).toBe(RowFlag.Restarted)
  })

  it('is another one when no counter is lower and none high enough to show that it is not', () => {
    const young = { cpu: 2, vcpus: [1], reads: 10 }
    expect(afterReconnect(monitor(young), monitor({ cpu: 3, vcpus: [2], reads: 12 })).isAnew).toBe(true)
  })

  it('is judged by the time of the process where vCPUs have none of their own', () => {
    const after = monitor({ cpu: 101 })
    expect(afterReconnect(monitor({ cpu: 100 }), after).isAnew).toBe(false)
    expect(afterReconnect(monitor({ cpu: 100 }), after, { awayS: 60 }).isAnew).toBe(true)
    expect(afterReconnect(monitor({ cpu: 100 }), after, { cpus: 0 }).isAnew).toBe(true)
  })

  it('stays in doubt while the record is partial, and is settled by the next whole one', () => {
    const partial = [
      ullong('cpu.time', 5 * S),
      uint('vcpu.current', 2),
      uint('vcpu.maximum', 8),
      ullong('vcpu.0.time', S),
    ]
    const { bench, isAnew, send } = afterReconnect(monitor({ cpu: 4, vcpus: [1, 1] }), partial)
    expect(isAnew).toBe(false)
    const changes = bench.processChanges.length
    send(monitor({ cpu: 6, vcpus: [2, 2] }))
    expect(bench.processChanges.length).toBe(changes + 1)
    send(monitor({ cpu: 7, vcpus: [3, 3] }))
    expect(bench.processChanges.length).toBe(changes + 1)
  })

  it('is another one when its NICs have other names, and keeps the state', () => {
    const fast = (tap: string): Param[] => [
      ...[['state.state', 1, 3] as const, ['state.reason', 1, 1] as const],
      ...[uint('net.count', 1), text('net.0.name', tap), ullong('net.0.rx.bytes', 9)],
    ]
    expect(afterReconnect(fast('vnet0'), fast('vnet0'), { lane: FAST }).isAnew).toBe(false)
    const { bench, row, isAnew } = afterReconnect(fast('vnet0'), fast('vnet1'), { lane: FAST })
    expect([isAnew, bench.table.wire.gauges['state.state'].get(row)]).toEqual([true, 3])
  })

  it('costs one look: once settled, records repeat their shape again', () => {
    const { bench, row, send } = afterReconnect(monitor(guest), monitor({ ...guest, cpu: 101 }))
    for (let i = 2; i < 6; i++) send(monitor({ ...guest, cpu: 100 + i }))
    expect(bench.stats.lanes[MONITOR]!.steady[row]).toBe(2)
  })
})

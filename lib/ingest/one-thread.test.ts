import { describe, expect, it } from 'vitest'
import { RowFlag } from '../columns/domain-table.ts'
import { StatGroup } from '../metrics/types.ts'
import { settleThreads } from './one-thread.ts'
import { capturedReplies, naiveRecords, RECORDINGS } from './testing/capture.ts'
import { createBench } from './testing/ingest-bench.ts'
import { buildReply, monitorParams, type Param, uint, ullong, uuidOf } from './testing/record-builder.ts'

const MONITOR = 1
const { OneThread, PartialVcpu } = RowFlag

/** One running guest; `flags` of its row after each record, as far as vCPUs are concerned. */
function setUp() {
  const bench = createBench()
  const row = () => bench.rowOf(uuidOf(1))
  const sendParams = (params: readonly Param[], id = 7) => {
    const samples = bench.ingest(buildReply([{ name: 'web', uuid: 1, id, params }]), MONITOR)
    expect(samples.error).toBeNull()
    return bench.table.flags[row()]! & (OneThread | PartialVcpu)
  }
  let tick = 0
  const send = (options: Partial<Parameters<typeof monitorParams>[0]> = {}, id = 7) =>
    sendParams(monitorParams({ tick: ++tick, ...options }), id)
  const sampledAt = () => bench.table.times[StatGroup.Vcpu]!.current[row()]!
  return { bench, row, send, sendParams, sampledAt }
}

const NONE = { vcpuEntries: false } as const
/** What libvirt sends of a domain that it could not get hold of. */
const LOST = { vcpuEntries: false, rss: false, diskCounters: false } as const

describe('a record without any vCPU [RA19]', () => {
  it('is whole from the first on, when libvirt held the domain: its emulator has one thread for all', () => {
    const { bench, send, sampledAt } = setUp()
    for (let i = 0; i < 5; i++) {
      expect(send(NONE)).toBe(OneThread)
      expect(sampledAt()).toBe(bench.now + 5)
      expect(bench.stats.samples.partialRecords).toBe(0)
    }
    expect(bench.cpuSourceChanges).toBe(1)
  })

  it.each([
    ['the RSS', { vcpuEntries: false, disks: [] }],
    ['the counters of a disk', { vcpuEntries: false, rss: false }],
  ])('is told from a partial one by %s', (_, options) => {
    expect(setUp().send(options)).toBe(OneThread)
  })

  it('is partial when nothing shows that libvirt held the domain, and whole when a later record does', () => {
    const { send } = setUp()
    expect([send(LOST), send(LOST), send(NONE), send(LOST), send(NONE)]).toEqual([
      PartialVcpu,
      PartialVcpu,
      OneThread,
      OneThread,
      OneThread,
    ])
  })

  it('is partial when the process has shown vCPUs before', () => {
    const { send } = setUp()
    expect([send(), send(NONE), send(NONE), send()]).toEqual([0, PartialVcpu, PartialVcpu, 0])
  })

  it('says nothing of the next process, nor of a domain without one', () => {
    const { bench, send } = setUp()
    expect([send(NONE), send(LOST, 8), send({}, 8)]).toEqual([OneThread, PartialVcpu, 0])
    expect(send(NONE, 9)).toBe(OneThread)
    expect(send(NONE, -1)).toBe(0)
    expect(bench.processChanges.map(([, id]) => id)).toEqual([7, 8, 9, -1])
  })

  it('was taken too early for whole when vCPUs come after all', () => {
    const { bench, send } = setUp()
    expect([send(NONE), send(NONE), send(), send(), send(NONE)]).toEqual([OneThread, OneThread, 0, 0, PartialVcpu])
    expect(bench.cpuSourceChanges).toBe(2)
  })

  it('stays whole when vCPUs are plugged in, and is partial when it names fewer than there are', () => {
    const { bench, row, send } = setUp()
    send({ ...NONE, vcpus: [0, 1] })
    expect(send({ ...NONE, vcpus: [0, 1, 2, 3] })).toBe(OneThread)
    expect(bench.table.wire.gauges['vcpu.current'].get(row())).toBe(4)
    const params = monitorParams({ tick: 9, vcpus: [0] }).map((param) =>
      param[0] === 'vcpu.current' ? uint('vcpu.current', 4) : param,
    )
    expect(setUp().sendParams(params)).toBe(PartialVcpu)
  })
})

describe('a domain without balloon and disks [RA19]', () => {
  const bare = [ullong('cpu.time', 5), uint('vcpu.current', 2), uint('vcpu.maximum', 2)]

  it('has one thread when its monitor is free and no vCPU was ever there', () => {
    const { bench, row, sendParams } = setUp()
    expect(sendParams(bare)).toBe(PartialVcpu)
    expect(settleThreads(bench.table, row())).toBe(true)
    expect([sendParams(bare), sendParams(bare)]).toEqual([OneThread, OneThread])
    expect(bench.stats.samples.partialRecords).toBe(0)
    expect(settleThreads(bench.table, row())).toBe(false)
  })

  it('is still partial when it has lost its vCPUs', () => {
    const { bench, row, send } = setUp()
    send()
    send(NONE)
    expect(settleThreads(bench.table, row())).toBe(false)
    expect(bench.table.flags[row()]! & PartialVcpu).toBe(PartialVcpu)
  })
})

describe('a domain of a driver without bulk statistics [RA19]', () => {
  it.each([
    ['LXC', [ullong('cpu.time', 5), ullong('balloon.rss', 700), uint('vcpu.current', 2)]],
    ['Xen', [ullong('cpu.time', 5), ullong('balloon.current', 700), uint('vcpu.current', 2)]],
    ['one that tells next to nothing', [uint('vcpu.current', 1)]],
  ])('is whole though nothing shows that its monitor answered: it has none (%s)', (_driver, params) => {
    const { bench, sendParams } = setUp()
    expect([sendParams(params), sendParams(params)]).toEqual([OneThread, OneThread])
    expect(bench.stats.samples.partialRecords).toBe(0)
  })
})

describe.each(RECORDINGS)('the guests of the recording %s [RA19]', (recording) => {
  it('have one thread where they run and no record names a vCPU, and lack none', () => {
    const bench = createBench()
    const [reply] = capturedReplies(recording)
    expect(bench.ingest(reply!.words, MONITOR).error).toBeNull()
    const found = naiveRecords(reply!.words).map(({ uuid, id, params }) => {
      const flags = bench.table.flags[bench.rowOf(uuid)]! & (OneThread | PartialVcpu)
      const isBare = id !== -1 && !params.some(({ name }) => name.startsWith('vcpu.0.'))
      return { flags, isBare }
    })
    expect(found.map(({ flags }) => flags)).toEqual(found.map(({ isBare }) => (isBare ? OneThread : 0)))
    expect(found.some(({ isBare }) => isBare)).toBe(recording !== 'qemu-lifecycle')
  })
})

import { describe, expect, it } from 'vitest'
import { HistoryMemory } from '../../lib/history/history-memory.ts'
import { HistoryStore } from '../../lib/history/history-store.ts'
import { buildReply, monitorParams, type Param, ullong } from '../../lib/ingest/testing/record-builder.ts'
import type { DetailCopy } from '../../lib/sync/detail/detail-copy.ts'
import type { Clock } from '../clock.ts'
import { Lane } from '../fleet/fleet-writer.ts'
import { HistoryRecorder } from '../history/history-recorder.ts'
import { LANE_SCHEMAS } from '../history/lane-schemas.ts'
import { StoreReader } from '../history/store-reader.ts'
import { DetailClient, DetailWorld, PAGE_AHEAD_MS } from '../hub/testing/detail-world.ts'

const S = 1_000_000_000
const DISKS = ['vda', 'vdb', 'vdc']

/** What the counters of a domain say: seconds of its two vCPUs, and reads of its three disks. */
interface Counters {
  readonly vcpus: readonly [number, number]
  readonly reads: readonly [number, number, number]
  readonly id?: number
}

/** A fleet with real history, and a hub over both. */
class MarkedWorld {
  readonly world: DetailWorld

  constructor() {
    const store = new HistoryStore(LANE_SCHEMAS, new HistoryMemory(64 << 20))
    const clock: Clock = {
      now: () => this.world.clock.now(),
      wall: () => this.world.clock.wall(),
      after: (ms, callback) => this.world.clock.after(ms, callback),
    }
    this.world = new DetailWorld(new StoreReader(store, clock))
    const { fleet } = this.world
    const recorder = new HistoryRecorder({ store, fleet, samples: fleet.samples, onLayout: () => {} })
    fleet.samples.onSamples((lane, rows, count) => recorder.record(lane, rows, count))
  }

  /** A second later, the domain is sampled. Returns when, on the page's clock. */
  sample({ vcpus, reads, id = 3 }: Counters): number {
    const { world } = this
    world.clock.advance(900)
    const now = world.clock.now()
    const params: Param[] = [
      ...monitorParams({ tick: 1, vcpus: [0, 1], vcpuEntries: false, disks: DISKS, diskCounters: false }),
      ...vcpus.flatMap((used, i) => [ullong(`vcpu.${i}.time`, Math.round(used * S)), ullong(`vcpu.${i}.delay`, 0)]),
      ...reads.map((count, i) => ullong(`block.${i}.rd.reqs`, count)),
    ]
    const timing = { sentAt: now, firstByteAt: now, endAt: now, suspect: false }
    const reply = buildReply([{ name: 'vm-7', uuid: 7, id, params }])
    expect(world.fleet.ingest(world.hosts[0]!, Lane.Monitor, reply, timing, true).error).toBeNull()
    world.commit()
    return now + PAGE_AHEAD_MS
  }
}

const resets = ({ marks }: DetailCopy) =>
  marks.filter(({ kind }) => kind === 'reset').map(({ at, label, of }) => ({ at: Math.round(at), label, of }))

/** A story: vdb begins anew, then vCPU 1, then the whole domain. */
function tell(world: MarkedWorld) {
  world.sample({ vcpus: [1, 1], reads: [100, 100, 100] })
  for (let i = 2; i < 9; i++) world.sample({ vcpus: [i, i], reads: [i * 100, i * 100, i * 100] })
  const disk = world.sample({ vcpus: [9, 9], reads: [900, 5, 900] })
  for (let i = 10; i < 19; i++) world.sample({ vcpus: [i, i], reads: [i * 100, i * 10, i * 100] })
  const vcpu = world.sample({ vcpus: [19, 0.5], reads: [1900, 1900, 1900] })
  for (let i = 20; i < 29; i++) world.sample({ vcpus: [i, i - 10], reads: [i * 100, i * 100, i * 100] })
  const all = world.sample({ vcpus: [0.1, 0.1], reads: [1, 1, 1], id: 4 })
  for (let i = 1; i < 9; i++) world.sample({ vcpus: [i, i], reads: [i * 100, i * 100, i * 100], id: 4 })
  return [
    { at: disk, label: 'counters of disk vdb began anew', of: { entity: 'disk', identity: 'vdb' } },
    { at: vcpu, label: 'counters of vCPU 1 began anew', of: { entity: 'vcpu', identity: '1' } },
    { at: all, label: 'counters began anew', of: undefined },
  ]
}

describe('[DT12] [HI63] resets of one of several disks or vCPUs', () => {
  it('are told of that one alone, from the past', () => {
    const marked = new MarkedWorld()
    const expected = tell(marked)
    expect(resets(new DetailClient(marked.world).open(1))).toEqual(expected)
    expect(marked.world.failures).toEqual([])
  })

  it('are told of that one alone as they happen, and not again after the past was asked for once more', () => {
    const marked = new MarkedWorld()
    marked.sample({ vcpus: [0, 0], reads: [0, 0, 0] })
    const client = new DetailClient(marked.world)
    const copy = client.open(1)
    const expected = tell(marked)
    expect(resets(copy)).toEqual(expected)
    client.close(1)
    copy.begin(true)
    client.copies.set(2, copy)
    client.ask(2)
    expect(resets(copy)).toEqual(expected)
    expect(marked.world.failures).toEqual([])
  })
})

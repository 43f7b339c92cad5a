import { describe, expect, it } from 'vitest'
import { buildReply, monitorParams, type Param, text, uint, ullong } from '../../lib/ingest/testing/record-builder.ts'
import type { Clock } from '../clock.ts'
import { Fleet } from '../fleet/fleet.ts'
import { LANE_GROUPS, Lane } from '../fleet/fleet-writer.ts'
import type { HistoryTrack } from '../fleet/history-reader.ts'
import { createLog } from '../log.ts'
import { createHistory } from './create-history.ts'
import { LANE_SCHEMAS } from './lane-schemas.ts'

const S = 1_000_000_000
const UUID = '5a5a5a5a-5a5a-5a5a-5a5a-5a5a5a5a5a07'
const MiB = 1024 * 1024
/** So many vCPUs do not fit into a budget of 1 MiB; the rest of a domain does. */
const MANY_VCPUS = 3500

/** A fleet of one domain whose history is recorded, driven by hand. */
class RecordedFleet {
  now = 100_000
  readonly timers: (() => void)[] = []
  readonly lines: string[] = []
  readonly logged: string[] = []
  readonly clock: Clock = {
    now: () => this.now,
    wall: () => 0,
    after: (_ms, callback) => {
      this.timers.push(callback)
      return () => {}
    },
  }
  readonly fleet = new Fleet({ clock: this.clock, simulated: false })
  readonly history
  readonly hosts = ['kvm-01', 'kvm-02'].map((name) => this.fleet.addHost(name, `qemu+ssh://${name}/system`))

  constructor(budgetBytes: number | null = 64 * MiB) {
    this.history = createHistory({
      fleet: this.fleet,
      samples: this.fleet.samples,
      clock: this.clock,
      log: createLog(
        (line) => this.logged.push(line),
        () => 0,
      ),
      intervalMs: 1000,
      budgetBytes,
      machineBytes: 8 * 1024 * MiB,
      announce: (line) => this.lines.push(line),
    })
  }

  poll(afterMs: number, lane: Lane, params: readonly Param[], options: { id?: number; host?: number } = {}): void {
    const { id = 3, host = 0 } = options
    this.now += afterMs
    const timing = { sentAt: this.now, firstByteAt: this.now, endAt: this.now, suspect: false }
    const reply = buildReply([{ name: 'vm', uuid: 7, id, params }])
    const { error } = this.fleet.ingest(this.hosts[host]!, lane, reply, timing, true)
    expect(error).toBeNull()
  }

  get reader() {
    return this.history.reader
  }

  track(entity: string, identity = '', host = 'kvm-01'): HistoryTrack {
    const lane = entity === 'nic' ? Lane.Fast : Lane.Monitor
    const found = this.reader
      .tracksOf(UUID)
      .find(
        (track) => track.entity === entity && track.identity === identity && track.host === host && track.lane === lane,
      )
    if (found === undefined) throw new Error(`nothing of ${entity} ${identity} on ${host}`)
    return found
  }

  /** Greatest values by second from the first poll on. */
  line(entity: string, identity: string, metric: string, seconds: number, from = 100_000): (number | null)[] {
    const track = this.track(entity, identity)
    const series = track.series.findIndex(({ id }) => id === metric)
    const { low, high } = this.reader.read(track, series, from, from + seconds * 1000, seconds)
    expect(low.length).toBe(seconds)
    return Array.from(high, (value) => (Number.isNaN(value) ? null : value))
  }
}

/** Two vCPUs that used so many seconds of CPU so far, and a disk with so many reads. */
const load = (first: number, second: number, reads: number, disk = 'vda'): Param[] => [
  ...monitorParams({ tick: 1, vcpuEntries: false, disks: [disk], diskCounters: false }),
  ullong('vcpu.0.time', Math.round(first * S)),
  ullong('vcpu.0.delay', 0),
  ullong('vcpu.1.time', Math.round(second * S)),
  ullong('vcpu.1.delay', Math.round((second * S) / 10)),
  ullong('block.0.rd.reqs', reads),
]

describe('what is recorded', () => {
  it('[HI2] is every metric of every lane, once', () => {
    const ids = LANE_SCHEMAS.flatMap((schema) => schema?.domain?.metrics.map(({ id }) => id) ?? [])
    expect(new Set(ids).size).toBe(ids.length)
    expect(ids).toEqual(expect.arrayContaining(['cpuPercent', 'overheadCores', 'netRxBps', 'diskIops', 'rssKiB']))
    expect(LANE_SCHEMAS.map((schema) => schema !== null)).toEqual(LANE_GROUPS.map((_, lane) => lane !== Lane.Roster))
  })

  it('[HI1] is the domain, each vCPU and each disk, with the numbers of each sample', () => {
    const made = new RecordedFleet()
    made.poll(0, Lane.Monitor, load(0, 0, 0))
    made.poll(1000, Lane.Monitor, load(0.5, 1, 100))
    made.poll(1000, Lane.Monitor, load(1, 1.25, 100))
    expect(made.line('vcpu', '0', 'vcpuPercent', 2)).toEqual([50, 50])
    expect(made.line('vcpu', '1', 'vcpuPercent', 2)).toEqual([100, 25])
    expect(made.line('vcpu', '1', 'vcpuStealPercent', 2)).toEqual([10, 2.5])
    expect(made.line('domain', '', 'cpuPercent', 2)).toEqual([75, 37.5])
    expect(made.line('disk', 'vda', 'diskReadIops', 2)).toEqual([100, 0])
  })

  it('is the NICs too, which come with the other lane', () => {
    const made = new RecordedFleet()
    const nic = (bytes: number): Param[] => [
      ['state.state', 1, 1],
      ['state.reason', 1, 1],
      uint('net.count', 1),
      text('net.0.name', 'vnet4'),
      ullong('net.0.rx.bytes', bytes),
    ]
    made.poll(0, Lane.Fast, nic(0))
    made.poll(1000, Lane.Fast, nic(4096))
    expect(made.line('nic', 'vnet4', 'netRxBps', 1)).toEqual([4096])
    const own = made.reader.tracksOf(UUID).find(({ entity }) => entity === 'domain')!
    expect(own.series.map(({ id }) => id)).toContain('netRxBps')
  })

  it('[HI62] holds the value of a slow lane over the interval that it is the mean of', () => {
    const made = new RecordedFleet()
    made.fleet.polling(made.hosts[0]!, { ...POLLING, monitorIntervalMs: 5000 })
    made.poll(0, Lane.Monitor, load(0, 0, 0))
    made.poll(5000, Lane.Monitor, load(5, 0, 0))
    expect(made.line('vcpu', '0', 'vcpuPercent', 6)).toEqual([100, 100, 100, 100, 100, null])
  })
})

describe('what happens to a domain', () => {
  it('[HI7, HI63] a silence is a gap with a mark where it began', () => {
    const made = new RecordedFleet()
    for (const [after, used] of [
      [0, 0],
      [1000, 1],
      [9000, 2],
      [1000, 3],
    ] as const) {
      made.poll(after, Lane.Monitor, load(used, 0, 0))
    }
    expect(made.line('vcpu', '0', 'vcpuPercent', 11)).toEqual([100, ...Array(9).fill(null), 100])
    expect(made.reader.marks(made.track('vcpu', '0'), 100_000, 111_000)).toEqual([{ at: 101_000, kind: 'gap' }])
  })

  it('[HI63] a restart is a reset mark, and the same track goes on', () => {
    const made = new RecordedFleet()
    made.poll(0, Lane.Monitor, load(4, 0, 0))
    made.poll(1000, Lane.Monitor, load(5, 0, 0))
    made.poll(1000, Lane.Monitor, load(0.25, 0, 0), { id: 4 })
    made.poll(1000, Lane.Monitor, load(0.75, 0, 0), { id: 4 })
    expect(made.line('vcpu', '0', 'vcpuPercent', 3)).toEqual([100, null, 50])
    expect(made.reader.marks(made.track('vcpu', '0'), 100_000, 104_000)).toEqual([{ at: 102_000, kind: 'reset' }])
  })

  it('[HI9] a disk that goes and one that comes are told by when they were there', () => {
    const made = new RecordedFleet()
    for (let i = 0; i < 4; i++) made.poll(1000, Lane.Monitor, load(i, 0, i * 10))
    for (let i = 4; i < 8; i++) made.poll(1000, Lane.Monitor, load(i, 0, i * 10, 'vdb'))
    expect(made.track('disk', 'vda')).toMatchObject({ from: 101_000, to: 104_000 })
    expect(made.track('disk', 'vdb')).toMatchObject({ from: 105_000, to: 108_000 })
    expect(made.track('vcpu', '0')).toMatchObject({ from: 101_000, to: 108_000 })
    expect(made.line('disk', 'vda', 'diskReadIops', 8)).toEqual([null, 10, 10, 10, null, null, null, null])
    expect(made.line('vcpu', '0', 'vcpuPercent', 8)).toEqual([null, 100, 100, 100, 100, 100, 100, 100])
  })

  it('[HI1] a domain that moved has a track on each host, and one that ended keeps its own', () => {
    const made = new RecordedFleet()
    for (let i = 0; i < 3; i++) made.poll(1000, Lane.Monitor, load(i, 0, 0))
    for (let i = 0; i < 3; i++) made.poll(1000, Lane.Monitor, load(i, 0, 0), { host: 1 })
    made.fleet.ingest(made.hosts[0]!, Lane.Roster, buildReply([]), timingAt(made.now + 1), true)
    expect(made.fleet.rowsOf(UUID)).toHaveLength(1)
    expect(made.track('vcpu', '0', 'kvm-01')).toMatchObject({ from: 101_000, to: 103_000 })
    expect(made.track('vcpu', '0', 'kvm-02')).toMatchObject({ from: 104_000, to: 106_000 })
    expect(made.line('vcpu', '0', 'vcpuPercent', 3)).toEqual([null, 100, 100])
  })

  it('[HI1] another domain in the same row has a history of its own', () => {
    const made = new RecordedFleet()
    for (let i = 0; i < 3; i++) made.poll(1000, Lane.Monitor, load(i, 0, 0))
    made.fleet.ingest(made.hosts[0]!, Lane.Roster, buildReply([]), timingAt(++made.now), true)
    // Commits: the row is free after the second.
    for (let i = 0; i < 2; i++) for (const timer of made.timers.splice(0)) timer()
    const other = [{ name: 'other', uuid: 9, id: 8, params: load(7, 7, 7) }]
    made.now += 1000
    made.fleet.ingest(made.hosts[0]!, Lane.Monitor, buildReply(other), timingAt(made.now), true)
    expect(made.track('vcpu', '0').to).toBe(103_000)
    expect(made.reader.tracksOf(`${UUID.slice(0, -2)}09`).map(({ from }) => from)).toContain(made.now)
  })
})

describe('the memory it takes', () => {
  it('is told once the hosts were tried and no more domains come: as set, or sized from what was found', () => {
    const look = (made: RecordedFleet) => {
      for (const timer of made.timers.splice(0)) timer()
    }
    const set = new RecordedFleet()
    for (let i = 0; i < 3; i++) look(set)
    expect(set.lines).toEqual([])
    for (const host of set.hosts) set.fleet.hostState(host, 'up', null)
    look(set)
    expect(set.lines).toEqual(['history of 0 domains in at most 64 MiB of memory, as set'])
    const sized = new RecordedFleet(null)
    for (const host of sized.hosts) sized.fleet.hostState(host, 'up', null)
    for (let i = 0; i < 2; i++) sized.poll(1000, Lane.Monitor, load(i, 0, 0))
    look(sized)
    expect(sized.lines).toEqual([])
    look(sized)
    expect(sized.lines[0]).toMatch(/^history of 1 domain in at most 6\d MiB of memory, sized from what was found$/)
    expect(sized.logged.join()).toContain('history.budget')
  })

  it('[HI44] is said to be too small once, and again only much later', () => {
    const made = new RecordedFleet(4096)
    const warnings = () => made.logged.filter((line) => line.includes('history.no_room')).length
    for (let i = 0; i < 30; i++) {
      made.poll(1000, Lane.Monitor, load(i, 0, 0))
      for (const timer of made.timers.splice(0)) timer()
    }
    expect(made.history.store.counts.refused).toBe(30)
    expect(warnings()).toBe(1)
    made.poll(600_000, Lane.Monitor, load(31, 0, 0))
    for (const timer of made.timers.splice(0)) timer()
    expect(warnings()).toBe(2)
    expect(made.logged.join()).toContain('Raise --history-memory.')
  })

  it('[HI44] leaves out vCPUs and disks first, and says of how many domains and which', () => {
    const made = new RecordedFleet(4096)
    for (let i = 0; i < 3; i++) made.poll(1000, Lane.Monitor, load(i, 0, 0))
    for (const timer of made.timers.splice(0)) timer()
    expect(made.reader.kept()).toMatchObject({ domainsWithoutChildren: 0, domainsNotRecorded: 1 })
    expect(made.reader.recorded('kvm-01', UUID)).toBe('nothing')
    const lean = new RecordedFleet(MiB)
    const more = Array.from({ length: MANY_VCPUS }, (_, i) => ullong(`vcpu.${i + 2}.time`, 0))
    for (let i = 0; i < 3; i++) lean.poll(1000, Lane.Monitor, [...load(i, 0, 0), ...more])
    for (const timer of lean.timers.splice(0)) timer()
    expect(lean.reader.recorded('kvm-01', UUID)).toBe('domain')
    expect(lean.reader.kept()).toMatchObject({ domainsWithoutChildren: 1, domainsNotRecorded: 0 })
    expect(lean.logged.join()).toContain('"domainsWithoutChildren":1')
    expect(lean.line('domain', '', 'diskReadIops', 3)).toEqual([null, 0, 0])
    expect(lean.reader.tracksOf(UUID).map(({ entity }) => entity)).toEqual(['domain'])
  })

  it('[HI64] is shown with how far back it reaches', () => {
    const made = new RecordedFleet()
    expect(made.reader.kept()).toMatchObject({ exactMs: 0, coarseMs: 0, budgetBytes: 64 * MiB })
    for (let i = 0; i < 30; i++) made.poll(1000, Lane.Monitor, load(i, 0, 0))
    const kept = made.reader.kept()
    expect([kept.exactMs, kept.coarseMs]).toEqual([29_000, 29_000])
    expect(kept.bytes).toBeGreaterThan(0)
    expect(kept.bytes).toBeLessThan(kept.budgetBytes)
  })

  it('is not taken any more after it was closed', () => {
    const made = new RecordedFleet()
    made.poll(1000, Lane.Monitor, load(0, 0, 0))
    made.history.close()
    made.poll(1000, Lane.Monitor, load(1, 0, 0))
    expect(made.history.store.counts.samples).toBe(1)
  })
})

function timingAt(at: number) {
  return { sentAt: at, firstByteAt: at, endAt: at, suspect: false }
}

const POLLING = {
  fastIntervalMs: 1000,
  monitorIntervalMs: 1000,
  fastMs: 1,
  monitorMs: 1,
  replyBytes: 1,
  dutyPercent: 1,
  reconnects: 0,
  orphans: 0,
  timeouts: 0,
}

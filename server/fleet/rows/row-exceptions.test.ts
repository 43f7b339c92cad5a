import { describe, expect, it } from 'vitest'
import { buildReply, monitorParams, type Param } from '../../../lib/ingest/testing/record-builder.ts'
import { PartialCause } from '../../../lib/metrics/partial-cause.ts'
import { ManualClock } from '../../testing/manual-clock.ts'
import { Fleet } from '../fleet.ts'
import { Lane } from '../fleet-writer.ts'

const state = (code: number): Param[] => [
  ['state.state', 1, code],
  ['state.reason', 1, 1],
]
const running = (uuid: number, params: Param[] = state(1)) => ({ name: `vm-${uuid}`, uuid, id: 6 + uuid, params })
const off = (uuid: number) => ({ name: `vm-${uuid}`, uuid, id: -1, params: state(5) })
type Records = ReturnType<typeof running>[]

/** vm-1 runs, vm-2 is off; all is read once, at one second. */
function setUp() {
  const clock = new ManualClock()
  const fleet = new Fleet({ clock, simulated: false })
  const host = fleet.addHost('kvm-01', 'qemu:///system')
  let tick = 0
  const monitorRecord = (uuid: number, whole = true) =>
    running(uuid, monitorParams({ tick: ++tick, rss: whole, diskCounters: whole }))
  /** A call takes 100 ms. */
  const send = (lane: Lane, records: Records, complete = true) => {
    const sentAt = clock.now()
    clock.advance(100)
    const at = clock.now()
    fleet.ingest(host, lane, buildReply(records), { sentAt, firstByteAt: at, endAt: at, suspect: false }, complete)
  }
  fleet.hostState(host, 'up', null)
  fleet.polling(host, { ...POLLING, fastIntervalMs: 1000, monitorIntervalMs: 20_000 })
  send(Lane.Roster, [running(1), off(2)])
  send(Lane.Fast, [running(1)])
  send(Lane.Monitor, [monitorRecord(1)])
  const row = (name: string) => fleet.identity(rowOf(fleet, name))
  const exceptions = () =>
    fleet.rowExceptions().map(({ row: at, partialGroups, cause, sampledAt }) => ({
      name: fleet.identity(at).name,
      ...{ partialGroups, cause },
      ages: Array.from(sampledAt, (moment) => clock.now() - moment),
    }))
  return { clock, fleet, host, send, monitorRecord, row, exceptions }
}

const POLLING = { fastMs: 1, monitorMs: 1, replyBytes: 1, dutyPercent: 1, reconnects: 0, orphans: 0, timeouts: 0 }
const uuidText = (last: number) => `5a5a5a5a-5a5a-5a5a-5a5a-5a5a5a5a5a${last.toString(16).padStart(2, '0')}`
const rowOf = (fleet: Fleet, name: string) => fleet.rowsOf(uuidText(Number(name.slice(3))))[0]!

describe('ages', () => {
  it('[SY33] grow with the oldest group, while fast replies come and the monitor ones do not', () => {
    const { clock, fleet, send, row, exceptions } = setUp()
    for (let second = 0; second < 26; second++) {
      clock.advance(900)
      send(Lane.Fast, [running(1)])
    }
    expect(row('vm-1')).toMatchObject({ ageMs: 26_100, overdueMs: 6100 })
    expect(fleet.hostStatuses()[0]).toMatchObject({ ageMs: 100, monitorAgeMs: 26_100, overdueMs: 0 })
    expect(fleet.hostStatuses()[0]!.monitorOverdueMs).toBe(6100)
    // All of it is its host's: no row has to be told apart.
    expect(exceptions()).toEqual([])
  })

  it('[SY33] of an inactive row count from the roster, and of nothing that it does not have', () => {
    const { clock, send, row } = setUp()
    clock.advance(8000)
    send(Lane.Fast, [running(1)])
    expect(row('vm-2')).toMatchObject({ ageMs: 8400, overdueMs: 0 })
    clock.advance(90_000)
    expect(row('vm-2')).toMatchObject({ ageMs: 98_400, overdueMs: 88_400 })
    send(Lane.Roster, [running(1), off(2)])
    expect(row('vm-2')).toMatchObject({ ageMs: 100, overdueMs: 0 })
  })

  it('[SY30] are not renewed by a reply that broke off', () => {
    const { clock, fleet, host, row } = setUp()
    clock.advance(5000)
    const broken = buildReply([running(1), running(3)]).slice(0, -2)
    const at = clock.now()
    const timing = { sentAt: at, firstByteAt: at, endAt: at, suspect: false }
    expect(fleet.ingest(host, Lane.Fast, broken, timing, true).error).not.toBeNull()
    expect(fleet.hostStatuses()[0]!.ageMs).toBe(5200)
    expect(row('vm-1').ageMs).toBe(5100)
  })
})

describe('rows that differ from their host', () => {
  it('[SY31] are those that a call about some domains told of, with their own ages', () => {
    const { clock, send, monitorRecord, row, exceptions } = setUp()
    clock.advance(9800)
    send(Lane.Fast, [running(1)])
    send(Lane.Monitor, [monitorRecord(1)], false)
    // Its records tell of no NIC.
    const ages = [Number.NaN, 50, 50, 50, Number.POSITIVE_INFINITY, 50]
    expect(exceptions()).toEqual([{ name: 'vm-1', partialGroups: 0, cause: 0, ages }])
    expect(row('vm-1').ageMs).toBe(200)
    clock.advance(5000)
    send(Lane.Monitor, [monitorRecord(1)])
    expect(exceptions()).toEqual([])
  })

  it('[SY31] are those that no reply of a lane has told of yet: not as old as their host', () => {
    const { clock, send, row, exceptions } = setUp()
    clock.advance(15_000)
    send(Lane.Roster, [running(1), off(2), running(3)])
    expect(exceptions()).toMatchObject([{ name: 'vm-3' }])
    expect(exceptions()[0]!.ages.slice(1)).toEqual(Array(5).fill(Number.POSITIVE_INFINITY))
    expect(row('vm-3')).toMatchObject({ ageMs: 100 })
    expect(row('vm-1').ageMs).toBeGreaterThan(15_000)
  })

  it('[SY31] are told why they are partial, and the ages of what is missing', () => {
    const { clock, fleet, host, send, monitorRecord, row, exceptions } = setUp()
    clock.advance(20_000)
    send(Lane.Monitor, [monitorRecord(1, false)])
    const partial = () => fleet.partial(rowOf(fleet, 'vm-1'))
    expect(exceptions()).toMatchObject([{ name: 'vm-1', partialGroups: 36, cause: PartialCause.Incomplete }])
    expect(exceptions()[0]!.ages[5]).toBeGreaterThan(20_000)
    expect(row('vm-1').ageMs).toBeGreaterThan(20_000)
    expect(partial()).toEqual({ groups: ['balloon', 'block'], reason: 'incomplete record' })
    const [domain] = fleet.partialDomains(host)
    const told = [
      { state: 1, stateTimeMs: 2000, reason: 'busy with a job: for 5.0 s', cause: PartialCause.Job },
      {
        state: 2,
        stateTimeMs: 37_000,
        reason: 'QEMU does not answer its monitor: stuck 40.0 s',
        cause: PartialCause.Stuck,
      },
      { state: 3, stateTimeMs: 0, reason: 'libvirt has lost its monitor', cause: PartialCause.MonitorError },
      { state: 0, stateTimeMs: 0, reason: 'incomplete record', cause: PartialCause.Incomplete },
    ]
    for (const { state: control, stateTimeMs, reason, cause } of told) {
      fleet.control(host, domain!, { state: control, stateTimeMs }, clock.now())
      clock.advance(3000)
      expect([partial()?.reason, exceptions()[0]!.cause]).toEqual([reason, cause])
    }
    send(Lane.Monitor, [monitorRecord(1)])
    expect([partial(), exceptions()]).toEqual([null, []])
  })

  it('[SY31] are those that replies about all domains leave out for several intervals', () => {
    const { clock, fleet, send, exceptions } = setUp()
    for (let second = 0; second < 2; second++) {
      clock.advance(900)
      send(Lane.Fast, [])
    }
    expect(exceptions()).toMatchObject([{ name: 'vm-1', partialGroups: 0, cause: 0 }])
    clock.advance(2000)
    send(Lane.Fast, [])
    expect(exceptions()).toMatchObject([{ name: 'vm-1', partialGroups: 1, cause: PartialCause.LeftOut }])
    expect(fleet.partial(rowOf(fleet, 'vm-1'))).toEqual({ groups: ['state'], reason: 'left out of the last replies' })
  })

  it('[SY31] are left to their host while more than 200 of it are only newer', () => {
    const { clock, fleet, send } = setUp()
    const many = (count: number) => Array.from({ length: count }, (_, i) => running(10 + i))
    clock.advance(5000)
    send(Lane.Roster, [running(1), off(2), ...many(201)])
    expect(fleet.rowExceptions()).toEqual([])
    clock.advance(100)
    send(Lane.Roster, [running(1), off(2), ...many(200)])
    expect(fleet.rowExceptions()).toHaveLength(200)
  })
})

import { describe, expect, it } from 'vitest'
import { decodeCell } from '../../lib/columns/encodings.ts'
import { DomscopeError } from '../../lib/errors/domscope-error.ts'
import {
  buildReply,
  monitorParams,
  type Param,
  type RecordSpec,
  uint,
  ullong,
} from '../../lib/ingest/testing/record-builder.ts'
import { findMetric } from '../../lib/metrics/catalogue.ts'
import { StatGroup } from '../../lib/metrics/types.ts'
import { domainsRoute } from '../http/api/domains.ts'
import type { RouteContext } from '../http/route.ts'
import type { DomainRef } from '../libvirt/host-session.ts'
import { ManualClock } from '../testing/manual-clock.ts'
import { Fleet } from './fleet.ts'
import { Lane, type ReplyTiming } from './fleet-writer.ts'

const state = (code: number): Param[] => [
  ['state.state', 1, code],
  ['state.reason', 1, 1],
]
const uuidText = (last: number) => `5a5a5a5a-5a5a-5a5a-5a5a-5a5a5a5a5a${last.toString(16).padStart(2, '0')}`
const ref = (last: number, id: number): DomainRef => ({
  name: 'x',
  uuid: Uint8Array.from({ length: 16 }, (_, i) => (i === 15 ? last : 0x5a)),
  id,
})

function setUp() {
  const clock = new ManualClock()
  const fleet = new Fleet({ clock, simulated: false })
  const host = fleet.addHost('kvm-01', 'qemu:///system')
  const commits: number[] = []
  fleet.onCommit((offset) => commits.push(offset))
  const timing = (): ReplyTiming => ({
    sentAt: clock.now() - 2,
    firstByteAt: clock.now(),
    endAt: clock.now(),
    suspect: false,
  })
  const send = (lane: Lane, records: RecordSpec[]) => fleet.ingest(host, lane, buildReply(records), timing(), true)
  const roster = (...ids: [last: number, id: number, code: number][]) =>
    send(
      Lane.Roster,
      ids.map(([last, id, code]) => ({ name: `vm-${last}`, uuid: last, id, params: state(code) })),
    )
  const monitor = (last: number, id: number, tick: number) =>
    send(Lane.Monitor, [{ name: `vm-${last}`, uuid: last, id, params: monitorParams({ tick }) }])
  const cell = (last: number, column: string) => {
    const code = fleet.domains.column(column)!
    const row = fleet.rowsOf(uuidText(last))[0]!
    const dictionary = fleet.domains.dictionaries.get(code.number)
    if (dictionary !== undefined) return dictionary.word(code.codes[row]!)
    return decodeCell(code.encoding, code.codes[row]!)
  }
  return { clock, fleet, host, commits, send, roster, monitor, cell }
}

describe('commits', () => {
  it('shows a reply at most 50 ms after it came, and beats once a second when nothing happens', () => {
    const { clock, fleet, commits, roster } = setUp()
    clock.advance(60)
    const before = commits.length
    roster([1, 7, 1])
    expect(fleet.domains.aliveCount).toBe(0)
    clock.advance(100)
    expect(fleet.domains.aliveCount).toBe(1)
    expect(commits.length).toBe(before + 1)
    clock.advance(3000)
    expect(commits.length).toBe(before + 4)
    expect(commits.every((offset, i) => i === 0 || offset === commits[i - 1]! + 1)).toBe(true)
  })

  it('never commits more than ten times a second, whatever comes in', () => {
    const { clock, commits, roster } = setUp()
    for (let i = 0; i < 100; i++) {
      roster([1, 7, 1])
      clock.advance(10)
    }
    expect(commits.length).toBeLessThanOrEqual(11)
  })
})

describe('domains', () => {
  it('go when no explicit list of a series names them, and not while the series goes on', () => {
    const { clock, fleet, host, roster } = setUp()
    roster([1, 7, 1], [2, -1, 5], [3, 9, 1])
    clock.advance(10_000)
    const askedAt = clock.now()
    const list = (last: number, id: number, code: number) => {
      clock.advance(5)
      const timing = { sentAt: clock.now() - 2, firstByteAt: clock.now(), endAt: clock.now(), suspect: false }
      fleet.ingest(
        host,
        Lane.Roster,
        buildReply([{ name: `vm-${last}`, uuid: last, id, params: state(code) }]),
        timing,
        false,
      )
    }
    list(1, 7, 1)
    list(3, 9, 1)
    clock.advance(100)
    expect(fleet.domains.aliveCount).toBe(3)
    expect(fleet.finishLists(host, Lane.Roster, askedAt)).toBe(0)
    clock.advance(100)
    expect(fleet.rowsOf(uuidText(2))).toEqual([])
    expect(fleet.domains.aliveCount).toBe(2)
  })

  it('that are gone but still in the grid until the next commit are left out of a list', () => {
    const { clock, fleet, roster } = setUp()
    roster([1, 7, 1], [2, 8, 1])
    clock.advance(100)
    roster([2, 8, 1])
    expect(fleet.domains.aliveCount).toBe(2)
    const context = { fleet, clock } as unknown as RouteContext
    const answer = domainsRoute.answer(context, new Map(), [])
    const body = JSON.parse([...(answer as { pieces: Iterable<string> }).pieces].join('')) as {
      rows: { uuid: string }[]
    }
    expect(body.rows.map(({ uuid }) => uuid)).toEqual([uuidText(2)])
  })

  it('that stop after a list of the series named them stay until the next one', () => {
    const { clock, fleet, host, roster } = setUp()
    roster([1, 7, 1])
    clock.advance(10_000)
    const askedAt = clock.now()
    clock.advance(5)
    fleet.event(host, { kind: 'lifecycle', domain: ref(1, 7), event: 5, detail: 1 })
    fleet.finishLists(host, Lane.Roster, askedAt)
    expect(fleet.rowsOf(uuidText(1))).toHaveLength(1)
  })

  it('of a host that lists none any more all go, except those born since the lists were asked for', () => {
    const { clock, fleet, host, roster, send } = setUp()
    roster([1, 7, 1])
    clock.advance(10_000)
    const askedAt = clock.now()
    clock.advance(5)
    send(Lane.Monitor, [{ name: 'vm-4', uuid: 4, id: 11, params: monitorParams({ tick: 1 }) }])
    fleet.finishLists(host, Lane.Roster, askedAt)
    expect(fleet.rowsOf(uuidText(1))).toEqual([])
    expect(fleet.rowsOf(uuidText(4))).toHaveLength(1)
  })

  it('that are active but in no list of the fast lane are counted, so that the roster is asked', () => {
    const { clock, fleet, host, roster } = setUp()
    roster([1, 7, 1], [2, -1, 5])
    clock.advance(1000)
    expect(fleet.finishLists(host, Lane.Fast, clock.now())).toBe(1)
    expect(fleet.rowsOf(uuidText(1))).toHaveLength(1)
  })

  it('come with a roster, are renamed, and go when a complete roster does not name them', () => {
    const { clock, fleet, roster, send, cell } = setUp()
    roster([1, 7, 1], [2, -1, 5])
    clock.advance(100)
    expect(cell(1, 'state')).toBe('running')
    expect(cell(2, 'state')).toBe('shut off')
    expect(cell(1, 'host')).toBe('kvm-01')
    const row = fleet.rowsOf(uuidText(1))[0]!
    send(Lane.Roster, [{ name: 'renamed', uuid: 1, id: 7, params: state(1) }])
    clock.advance(100)
    expect(fleet.domains.text('name')!.get(row)).toBe('renamed')
    expect(fleet.rowsOf(uuidText(2))).toEqual([])
    expect(fleet.domains.aliveCount).toBe(1)
  })

  it('that return get a row with a new generation and nothing of their old values', () => {
    const { clock, fleet, roster, monitor, cell } = setUp()
    roster([1, 7, 1])
    monitor(1, 7, 1)
    clock.advance(1000)
    monitor(1, 7, 2)
    clock.advance(1000)
    expect(cell(1, 'rssKiB')).toBeGreaterThan(0)
    const row = fleet.rowsOf(uuidText(1))[0]!
    const generation = fleet.domains.generation[row]!
    roster()
    clock.advance(200)
    roster([1, 8, 1])
    clock.advance(200)
    expect(fleet.rowsOf(uuidText(1))).toEqual([row])
    expect(fleet.domains.generation[row]).toBe(generation + 1)
    expect(cell(1, 'rssKiB')).toBeNaN()
    expect(fleet.raw(row).map((value) => value.name)).toEqual(['state.state', 'state.reason'])
  })

  it('are not buried by a roster that was asked for before they came', () => {
    const { clock, fleet, roster, monitor } = setUp()
    roster([1, 7, 1])
    clock.advance(1)
    monitor(2, 9, 1)
    const result = fleet.ingest(
      0,
      Lane.Roster,
      buildReply([{ name: 'vm-1', uuid: 1, id: 7, params: state(1) }]),
      {
        sentAt: clock.now() - 50,
        firstByteAt: clock.now(),
        endAt: clock.now(),
        suspect: false,
      },
      true,
    )
    expect(result.error).toBeNull()
    expect(fleet.rowsOf(uuidText(2)).length).toBe(1)
  })

  it('that a reply about all active ones leaves out are counted, so that the roster is asked', () => {
    const { roster, monitor, clock } = setUp()
    roster([1, 7, 1], [2, 8, 1], [3, -1, 5])
    clock.advance(10)
    expect(monitor(1, 7, 1).missingActive).toBe(1)
  })
})

describe('values', () => {
  it('derives rates from two replies and shows them at the next commit', () => {
    const { clock, fleet, roster, monitor, cell } = setUp()
    fleet.polling(0, {
      fastIntervalMs: 1000,
      monitorIntervalMs: 1000,
      fastMs: 1,
      monitorMs: 1,
      replyBytes: 1,
      dutyPercent: 1,
      reconnects: 0,
      orphans: 0,
      timeouts: 0,
    })
    roster([1, 7, 1])
    monitor(1, 7, 1)
    clock.advance(1000)
    monitor(1, 7, 11)
    clock.advance(100)
    const row = fleet.rowsOf(uuidText(1))[0]!
    expect(fleet.value(row, findMetric('diskReadIops')!)).toBeCloseTo(50, 6)
    expect(cell(1, 'diskReadIops')).toBeCloseTo(50, 1)
    expect(cell(1, 'vcpuOnline')).toBe(2)
  })

  it('counts the intervals that a restart costs, by stat group, for the hosts page', () => {
    const { clock, fleet, roster, monitor, cell } = setUp()
    roster([1, 7, 1])
    for (const [id, tick] of [
      [7, 1],
      [7, 2],
      [8, 1],
    ] as const) {
      monitor(1, id, tick)
      clock.advance(1000)
    }
    expect(fleet.hostStatuses()[0]!.resets).toBe(3)
    expect(cell(1, 'diskReadIops')).toBeNaN()
    monitor(1, 8, 2)
    clock.advance(100)
    expect(fleet.hostStatuses()[0]!.resets).toBe(3)
    expect(cell(1, 'diskReadIops')).toBeGreaterThan(0)
  })

  it('gives every typed parameter exactly, and one by name', () => {
    const { clock, fleet, send } = setUp()
    const params = [...monitorParams({ tick: 1 }), ullong('cpu.user', 2n ** 63n + 1n), uint('cpu.brand_new', 3)]
    send(Lane.Monitor, [{ name: 'a', uuid: 1, id: 7, params }])
    clock.advance(500)
    const row = fleet.rowsOf(uuidText(1))[0]!
    expect(fleet.stat(row, 'cpu.user')).toEqual({
      name: 'cpu.user',
      type: 'ullong',
      value: '9223372036854775809',
      ageMs: 501,
    })
    expect(fleet.stat(row, 'nothing.such')).toBeNull()
    expect(fleet.raw(row).length).toBe(params.length)
    expect(fleet.hostStatuses()[0]!.unknownFields).toBe(1)
  })
})

describe('events', () => {
  it('change the state at once, and stop what a late reply says of the old process', () => {
    const { clock, fleet, host, roster, monitor, cell } = setUp()
    roster([1, 7, 1])
    monitor(1, 7, 1)
    clock.advance(200)
    fleet.event(host, { kind: 'lifecycle', domain: ref(1, 7), event: 3, detail: 0 })
    clock.advance(100)
    expect([cell(1, 'state'), cell(1, 'reason')]).toEqual(['paused', 'user'])
    fleet.event(host, { kind: 'lifecycle', domain: ref(1, 7), event: 5, detail: 1 })
    const late = buildReply([{ name: 'vm-1', uuid: 1, id: 7, params: monitorParams({ tick: 2 }) }])
    fleet.ingest(
      host,
      Lane.Monitor,
      late,
      { sentAt: clock.now() - 9, firstByteAt: clock.now() - 1, endAt: clock.now(), suspect: false },
      true,
    )
    clock.advance(100)
    const identity = fleet.identity(fleet.rowsOf(uuidText(1))[0]!)
    expect([identity.state, identity.reason, identity.id]).toEqual(['shut off', 'destroyed', -1])
    expect(cell(1, 'rssKiB')).toBeNaN()
  })

  it('remove a domain that was undefined while it was off, and leave one alone that was renamed', () => {
    const { fleet, host, roster, clock } = setUp()
    roster([1, -1, 5], [2, -1, 5])
    clock.advance(100)
    fleet.event(host, { kind: 'lifecycle', domain: ref(1, -1), event: 1, detail: 0 })
    fleet.event(host, { kind: 'lifecycle', domain: ref(2, -1), event: 1, detail: 1 })
    clock.advance(100)
    expect(fleet.rowsOf(uuidText(1))).toEqual([])
    expect(fleet.rowsOf(uuidText(2)).length).toBe(1)
  })
})

describe('a list of some domains', () => {
  it('renews their rows, and not the age of the host, until the series is through', () => {
    const { clock, fleet, host, roster, monitor } = setUp()
    roster([1, 7, 1], [2, 8, 1])
    monitor(1, 7, 1)
    clock.advance(9000)
    const began = clock.now()
    const list = buildReply([{ name: 'vm-1', uuid: 1, id: 7, params: monitorParams({ tick: 2 }) }])
    const timing = { sentAt: began - 2, firstByteAt: began, endAt: began, suspect: false }
    fleet.ingest(host, Lane.Monitor, list, timing, false)
    const age = () => fleet.freshness()[0]!.ageMs[StatGroup.Cpu]
    // Since the whole reading was asked for.
    expect(age()).toBe(9002)
    expect(fleet.stat(fleet.rowsOf(uuidText(1))[0]!, 'cpu.time')).toMatchObject({ value: '2000', ageMs: 1 })
    fleet.finishLists(host, Lane.Monitor, began)
    expect(age()).toBe(0)
  })
})

describe('a host out of reach', () => {
  it('keeps its rows and their values, calls their state unknown and says why', () => {
    const { clock, fleet, host, roster, monitor, cell } = setUp()
    roster([1, 7, 1])
    monitor(1, 7, 1)
    clock.advance(100)
    const error = new DomscopeError('CONNECTION_LOST', 'kvm-01: the daemon closed the connection', {
      radius: 'connection',
    })
    fleet.hostState(host, 'unreachable', error)
    clock.advance(5000)
    expect(cell(1, 'state')).toBe('running')
    expect(cell(1, 'rssKiB')).toBeGreaterThan(0)
    const identity = fleet.identity(fleet.rowsOf(uuidText(1))[0]!)
    expect(identity.state).toBe('unknown')
    expect(identity.ageMs).toBeGreaterThanOrEqual(4000)
    expect(fleet.hostStatuses()[0]).toMatchObject({ state: 'unreachable', error: { code: 'CONNECTION_LOST' } })
    expect(fleet.freshness()[0]).toMatchObject({ state: 'unreachable' })
    expect(Object.values(fleet.hostStatuses()[0]!.metrics).every((value) => value === null)).toBe(true)
    expect(fleet.ready).toBe(true)
  })
})

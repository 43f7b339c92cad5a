import { describe, expect, test } from 'vitest'
import { Procedure } from '../../lib/libvirt/constants.ts'
import { Lane } from '../fleet/fleet-writer.ts'
import { timeoutError } from '../libvirt/rpc-errors.ts'
import { settle } from '../libvirt/testing/virtual-clock.ts'
import { started, startPoller } from './testing/start-poller.ts'
import type { Behaviour } from './testing/virtual-session.ts'

const slowMonitor = (ms: number) => (call: { lane: Lane }) => (call.lane === Lane.Monitor ? ms : 5)

describe('the schedule', () => {
  test('asks fast every interval, the roster every 10 s, with the right groups and flags', async () => {
    const { clock, session, timesOf } = startPoller()
    await clock.advance(21_000)
    expect(timesOf(Lane.Fast).slice(0, 4)).toEqual([5, 1000, 2000, 3000])
    expect(timesOf(Lane.Roster)).toEqual([0, 10_005, 20_010])
    const nowait = 2 ** 29
    const calls = [Lane.Fast, Lane.Monitor, Lane.Roster].map(
      (lane) => session.calls.find((call) => call.lane === lane)?.request,
    )
    expect(calls).toEqual([
      { groups: 17, flags: 1 + nowait },
      { groups: 46, flags: 1 + nowait },
      { groups: 1, flags: nowait },
    ])
  })

  test('keeps monitor calls to 10 % of the daemon’s time, and tells so', async () => {
    const { clock, fleet, timesOf } = startPoller(1000, 10, slowMonitor(300))
    await clock.advance(30_000)
    expect(timesOf(Lane.Monitor).slice(0, 4)).toEqual([0, 3000, 6000, 9000])
    expect(fleet.last).toMatchObject({ monitorIntervalMs: 3000, monitorMs: 300, fastIntervalMs: 1000 })
    expect(fleet.last?.dutyPercent).toBeCloseTo(10)
  })

  test('obeys another duty and interval', async () => {
    const { clock, timesOf } = startPoller(2000, 50, slowMonitor(3000))
    await clock.advance(13_000)
    expect(timesOf(Lane.Monitor)).toEqual([0, 6000, 12_000])
    expect(timesOf(Lane.Fast).slice(1, 4)).toEqual([2000, 4000, 6000])
  })

  test('a fast call longer than the interval is not followed by two at once, nor by a burst', async () => {
    const { clock, session, timesOf } = startPoller(1000, 10, ({ lane }) => (lane === Lane.Fast ? 2300 : 5))
    await clock.advance(10_000)
    expect(session.mostOutstanding).toBeLessThanOrEqual(2)
    const gaps = timesOf(Lane.Fast).map((at, i, all) => at - (all[i - 1] ?? at))
    expect(Math.min(...gaps.slice(1))).toBeGreaterThanOrEqual(2300)
  })

  test('asks the roster about 20 ms after a lifecycle event, and once for a burst of them', async () => {
    const { clock, session, timesOf, fleet } = startPoller()
    await clock.advance(3500)
    for (let i = 0; i < 50; i++) session.events.emit(started)
    await clock.advance(300)
    expect(timesOf(Lane.Roster)).toEqual([0, 3520])
    expect(fleet.events).toHaveLength(50)
  })

  test('an unending stream of events does not make the roster more than a fifth of the daemon’s time', async () => {
    const { clock, session, timesOf } = startPoller(1000, 10, ({ lane }) => (lane === Lane.Roster ? 200 : 5))
    for (let i = 0; i < 200; i++) {
      await clock.advance(50)
      session.events.emit(started)
    }
    expect(timesOf(Lane.Roster).length).toBeLessThanOrEqual(11)
    expect(timesOf(Lane.Roster).length).toBeGreaterThan(7)
  })

  test('asks the roster soon when active rows were missing from a fast reply', async () => {
    const { clock, fleet, timesOf } = startPoller()
    await clock.advance(5500)
    fleet.result = { ...fleet.result, missingActive: 1 }
    await clock.advance(600)
    expect(timesOf(Lane.Roster)).toEqual([0, 6025])
  })

  test('reads the machine’s CPU each interval and its memory every 5 s', async () => {
    const { clock, fleet } = startPoller()
    await clock.advance(10_500)
    const count = (what: string) => fleet.node.filter((each) => each === what).length
    expect([count('cpu'), count('memory')]).toEqual([11, 2])
  })
})

describe('calls that take too long', () => {
  test('[V-5] a monitor call past its deadline is given up, the next one follows, and the host is busy until it is answered', async () => {
    let calls = 0
    const { clock, fleet, tally, timesOf } = startPoller(
      1000,
      10,
      ({ lane }): Behaviour => (lane === Lane.Monitor && ++calls === 2 ? 'hang' : 5),
    )
    await clock.advance(6000)
    expect([tally.timeouts, fleet.last?.orphans]).toEqual([1, 1])
    expect(fleet.states).toContainEqual({ state: 'busy', code: 'RPC_TIMEOUT' })
    await clock.advance(60)
    expect(timesOf(Lane.Monitor)).toEqual([0, 1000, 6045])
    expect(fleet.state).toBe('up')
    expect(fleet.last).toMatchObject({ orphans: 1, timeouts: 1 })
  })

  test('a first monitor call past its deadline is charged a second, because nothing else is known of its cost', async () => {
    let calls = 0
    const { clock, timesOf } = startPoller(
      1000,
      10,
      ({ lane }): Behaviour => (lane === Lane.Monitor && ++calls === 1 ? 'hang' : 5),
    )
    await clock.advance(17_500)
    expect(timesOf(Lane.Monitor)).toEqual([0, 14_000, 15_000, 16_000, 17_000])
  })

  test('[V-5] a late reply is applied only if nothing newer of its lane was', async () => {
    let hangs = 1
    const { clock, fleet, session } = startPoller(
      1000,
      10,
      ({ lane }): Behaviour => (lane === Lane.Monitor && hangs-- > 0 ? 'hang' : 5),
    )
    await clock.advance(51_500)
    const before = fleet.ingested.filter(({ lane }) => lane === Lane.Monitor).length
    session.hanging[0]?.()
    await settle()
    expect(fleet.ingested.filter(({ lane }) => lane === Lane.Monitor)).toHaveLength(before)
    expect(session.released).toBe(fleet.ingested.length + 1)
    await clock.advance(1000)
    expect([fleet.ingested.filter(({ lane }) => lane === Lane.Monitor).length - before, fleet.last?.orphans]).toEqual([
      1, 0,
    ])
  })

  test('[V-5] a late reply with nothing newer is applied, with the times of its call', async () => {
    let hanging = false
    const { clock, fleet, session } = startPoller(
      1000,
      10,
      ({ lane }): Behaviour => (lane === Lane.Monitor && hanging ? 'hang' : 5),
    )
    await clock.advance(6500)
    hanging = true
    const before = fleet.ingested.filter(({ lane }) => lane === Lane.Monitor).length
    await clock.advance(6000)
    session.hanging[0]?.()
    await settle()
    const monitor = fleet.ingested.filter(({ lane }) => lane === Lane.Monitor)
    expect(monitor.length - before).toBe(1)
    expect(monitor.at(-1)?.timing).toMatchObject({ sentAt: 7000, firstByteAt: 12_500, suspect: false })
    expect(session.released).toBe(fleet.ingested.length)
  })

  test('[V-6] with two orphans the monitor lane is probed each minute, and the fast lane goes on', async () => {
    const { clock, fleet, session, timesOf } = startPoller(
      1000,
      10,
      ({ lane }): Behaviour => (lane === Lane.Monitor ? 'hang' : 5),
    )
    await clock.advance(300_000)
    expect([fleet.last?.orphans, fleet.mostOrphans]).toEqual([2, 2])
    // The probe is not given up, so that there is no third orphan.
    expect(timesOf(Lane.Monitor)).toEqual([0, 14_000, 74_000])
    expect(timesOf(Lane.Fast).length).toBeGreaterThan(290)
    for (const answer of session.hanging.splice(0)) answer()
    session.behave = () => 5
    await clock.advance(65_000)
    expect([fleet.last?.orphans, timesOf(Lane.Monitor).length > 5]).toEqual([0, true])
  })

  test('[V-6] a daemon that answers nothing has at most two orphans and one call in each slot', async () => {
    const { clock, session, fleet } = startPoller(1000, 10, () => 'hang')
    await clock.advance(600_000)
    expect([session.mostOutstanding, fleet.mostOrphans]).toEqual([4, 2])
    expect(session.calls.length).toBeLessThan(8)
    expect(fleet.state).toBe('busy: RPC_TIMEOUT')
  })

  test('the link’s word counts too', () => {
    const { session, fleet } = startPoller()
    session.link.emit('busy')
    expect(fleet.state).toBe('busy')
    session.link.emit('ok')
    expect(fleet.state).toBe('up')
  })
})

describe('calls that are refused', () => {
  test.each([1, 39])('code %d: the lane goes on by lists of 2,000, one after another', async (code) => {
    const { clock, session, fleet } = startPoller(
      1000,
      10,
      ({ lane, request }): Behaviour => (lane === Lane.Monitor && request.domains === undefined ? { code } : 5),
    )
    session.domains = Array.from({ length: 4500 }, (_, i) => ({ name: `d${i}`, uuid: new Uint8Array(16), id: i }))
    await clock.advance(400)
    const lists = session.calls.filter(({ lane, request }) => lane === Lane.Monitor && request.domains !== undefined)
    expect(lists.map(({ request }) => request.domains?.length)).toEqual([2000, 2000, 500])
    expect(session.mostOutstanding).toBeLessThanOrEqual(2)
    expect(fleet.ingested.filter(({ lane }) => lane === Lane.Monitor).map(({ complete }) => complete)).toEqual([
      false,
      false,
      false,
    ])
    expect(fleet.finished).toEqual([{ lane: Lane.Monitor, askedAt: 1 }])
    expect(fleet.state).toBe('none')
    await clock.advance(2000)
    const whole = session.calls.filter(({ lane, request }) => lane === Lane.Monitor && request.domains === undefined)
    expect(whole).toHaveLength(1)
  })

  test('a list that is still too much is halved next time', async () => {
    const { clock, session, fleet } = startPoller(
      1000,
      10,
      ({ lane, request }): Behaviour =>
        lane === Lane.Monitor && (request.domains?.length ?? 9999) > 1000 ? { code: 39 } : 5,
    )
    session.domains = Array.from({ length: 1500 }, (_, i) => ({ name: `d${i}`, uuid: new Uint8Array(16), id: i }))
    await clock.advance(500)
    expect(fleet.state).toBe('up: RPC_REMOTE')
    await clock.advance(2000)
    expect(fleet.ingested.filter(({ lane }) => lane === Lane.Monitor).length).toBeGreaterThanOrEqual(2)
    expect(fleet.state).toBe('up')
  })

  test('a guest that hangs does not stop the figures of its host', async () => {
    let first = true
    const { clock, fleet } = startPoller(1000, 10, ({ lane }): Behaviour => {
      if (lane !== Lane.Monitor || !first) return 5
      first = false
      return 'hang'
    })
    await clock.advance(10_000)
    expect(fleet.last?.orphans).toBe(1)
    fleet.node.length = 0
    await clock.advance(10_000)
    expect(fleet.node.filter((what) => what === 'cpu').length).toBeGreaterThan(8)
  })

  test('a list of domains that does not come in time is shown, as any late call', async () => {
    const { clock, session, fleet } = startPoller(
      1000,
      10,
      ({ lane, request }): Behaviour => (lane === Lane.Monitor && request.domains === undefined ? { code: 39 } : 5),
    )
    session.listDomains = async () => {
      throw timeoutError(Procedure.ListAllDomains, 15_000, true)
    }
    await clock.advance(500)
    expect(fleet.state).toBe('busy: RPC_TIMEOUT')
  })

  test('[V-6] lists of domains that never come count as orphans: at most two are given up, and none is asked beside them', async () => {
    const { clock, session, fleet } = startPoller(
      1000,
      10,
      ({ request }): Behaviour => (request.domains === undefined ? { code: 39 } : 5),
    )
    session.listTakes = 'hang'
    await clock.advance(600_000)
    // One waits in each slot, and two were given up.
    expect([session.mostLists, fleet.mostOrphans, fleet.last?.orphans]).toEqual([4, 2, 2])
    expect(fleet.state).toBe('busy: RPC_TIMEOUT')
    session.listTakes = 0
    for (const answer of session.hanging.splice(0)) answer()
    await clock.advance(61_000)
    expect([fleet.last?.orphans, session.lists, fleet.state]).toEqual([0, 0, 'up'])
  })

  test('lists keep the duty all together, also when they take longer than the deadline of one', async () => {
    const { clock, session, fleet } = startPoller(
      1000,
      10,
      ({ lane, request }): Behaviour =>
        lane !== Lane.Monitor ? 5 : request.domains === undefined ? { code: 39 } : 1500,
    )
    session.domains = Array.from({ length: 12_000 }, (_, i) => ({ name: `d${i}`, uuid: new Uint8Array(16), id: i }))
    await clock.advance(200_000)
    const lists = session.calls.filter(({ lane, request }) => lane === Lane.Monitor && request.domains !== undefined)
    const starts = lists.filter((_, i) => i % 6 === 0).map(({ at }) => Math.round(at / 1000))
    // Somebody looks, and one slow call tells no rule: the second one comes early, and the third makes up for it.
    expect(starts).toEqual([0, 54, 180])
    expect(fleet.last?.dutyPercent).toBeCloseTo(10, 0)
  })

  test('another error is shown and goes away by itself; the other lanes are not touched', async () => {
    let refusing = true
    const { clock, fleet, timesOf } = startPoller(
      1000,
      10,
      ({ lane }): Behaviour => (lane === Lane.Fast && refusing ? { code: 38 } : 5),
    )
    await clock.advance(3500)
    expect(fleet.state).toBe('up: RPC_REMOTE')
    expect(timesOf(Lane.Fast)).toHaveLength(4)
    refusing = false
    await clock.advance(1000)
    expect(fleet.state).toBe('up')
  })
})

test('stopping leaves no timer and makes no further call', async () => {
  const { clock, session, stop } = startPoller()
  await clock.advance(3300)
  stop()
  const { length } = session.calls
  await clock.advance(60_000)
  expect([session.calls.length, clock.pending]).toEqual([length, 0])
})

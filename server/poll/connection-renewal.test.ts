import { afterEach, describe, expect, test } from 'vitest'
import { Lane } from '../fleet/fleet-writer.ts'
import type { Asked } from './testing/lossy-daemon.ts'
import { startLossy } from './testing/start-lossy.ts'

const undo: (() => unknown)[] = []
afterEach(async () => {
  for (const step of undo.splice(0)) await step()
})

function start(uri?: string) {
  const started = startLossy(uri)
  undo.push(started.stop)
  return started
}

/** Everything of the first connections is lost from now on, apart from PINGs. */
const upTo =
  (connection: number, which: (what: Asked) => boolean = () => true) =>
  (what: Asked, of: number) =>
    of <= connection && which(what)

describe('[V-6] a connection on which calls get lost', () => {
  test.each<[string, (what: Asked) => boolean]>([
    ['every call', () => true],
    ['bulk calls of both lanes', (what) => what === 'fast' || what === 'roster' || what === 'monitor'],
    ['fast calls and the roster', (what) => what === 'fast' || what === 'roster'],
    ['monitor calls', (what) => what === 'monitor'],
    ['all but monitor calls', (what) => what !== 'monitor'],
  ])('%s: within a minute of the second one the host goes on with a fresh connection', async (_name, which) => {
    const { clock, daemon, fleet, lastOf, logged } = start()
    fleet.toDescribe = [...daemon.domains]
    await clock.advance(10_300)
    daemon.loses = upTo(0, which)
    await clock.advance(130_000)
    expect([fleet.renewals.length, fleet.state, daemon.connected]).toEqual([1, 'up', 1])
    expect(daemon.sessions[0]?.isClosed).toBe(true)
    const lostAt = daemon.asked.filter(({ what, at, connection }) => connection === 0 && at > 10_300 && which(what))
    const movedAt = daemon.asked.find(({ what, connection }) => connection === 1 && what === 'roster')?.at ?? 0
    // Its deadline is 5 s for bulk calls; the second lost call may wait for its turn.
    expect(movedAt - (lostAt[1]?.at ?? 0)).toBeLessThan(65_000)
    for (const lane of [Lane.Fast, Lane.Monitor]) expect(clock.now() - lastOf(lane)).toBeLessThan(1100)
    expect([fleet.mostOrphans <= 2, fleet.last?.orphans, fleet.last?.reconnects]).toEqual([true, 0, 1])
    expect(logged.map(({ event }) => event)).toEqual(['host.connected', 'host.connection-renewed'])
  })

  test.each<Asked>(['fast', 'roster', 'monitor', 'node', 'xml', 'control', 'job'])(
    'one %s call: whatever waits for it goes on within minutes, and no orphan is left',
    async (asked) => {
      const { clock, daemon, fleet, lastOf } = start()
      fleet.toDescribe = [...daemon.domains]
      fleet.partial = asked === 'control' ? daemon.domains.slice(0, 1) : []
      fleet.busy = asked === 'job' ? [{ domain: daemon.domains[0]!, whole: true, disks: [] }] : []
      let left = 1
      daemon.loses = (what) => what === asked && left-- > 0
      await clock.advance(200_000)
      expect([left < 1, fleet.renewals, fleet.state]).toEqual([true, [1], 'up'])
      fleet.partial = []
      await clock.advance(70_000)
      expect(fleet.last?.orphans).toBe(0)
      for (const lane of [Lane.Fast, Lane.Monitor]) expect(clock.now() - lastOf(lane)).toBeLessThan(1100)
      const since = clock.now() - 5000
      expect(daemon.asked.some(({ what, at }) => what === 'node' && at > since)).toBe(true)
    },
  )

  test('the host is busy until then, and its error says what Domscope does', async () => {
    const { clock, daemon, fleet } = start()
    await clock.advance(10_300)
    daemon.loses = upTo(0)
    await clock.advance(10_000)
    expect(fleet.state).toBe('busy: RPC_TIMEOUT')
    await clock.advance(40_000)
    expect(fleet.states.map(({ state, code }) => `${state} ${code}`).slice(-1)).toEqual(['up null'])
  })

  test('calls that were only slow are answered where they were asked: no other connection is opened', async () => {
    const { clock, daemon, fleet } = start()
    await clock.advance(10_300)
    daemon.loses = upTo(0)
    await clock.advance(12_000)
    daemon.loses = () => false
    for (const answer of daemon.lost.splice(0)) answer()
    await clock.advance(120_000)
    expect([daemon.sessions.length, fleet.renewals, fleet.state]).toEqual([1, [], 'up'])
  })

  test('answers that come late, while the fresh connection opens, do no harm', async () => {
    const { clock, daemon, fleet, lastOf } = start()
    await clock.advance(10_300)
    daemon.loses = upTo(0)
    for (let i = 0; i < 80 && daemon.sessions.length < 2; i++) await clock.advance(500)
    daemon.loses = () => false
    for (const answer of daemon.lost.splice(0)) answer()
    await clock.advance(30_000)
    expect([daemon.connected, fleet.state, fleet.last?.orphans]).toEqual([1, 'up', 0])
    expect(clock.now() - lastOf(Lane.Monitor)).toBeLessThan(1100)
  })
})

describe('[V-6] a daemon that does not take a fresh connection', () => {
  test.each(['refused', 'silent'] as const)(
    '%s: the host says so, is not hammered, and goes on within a minute once it does',
    async (opening) => {
      const { clock, daemon, fleet, logged } = start()
      await clock.advance(10_300)
      daemon.loses = upTo(0)
      daemon.opening = opening
      await clock.advance(600_000)
      expect([fleet.state, fleet.mostOrphans, daemon.sessions.length]).toEqual(['busy: CALLS_LOST', 2, 1])
      expect([daemon.attempts > 10, daemon.attempts < 16]).toEqual([true, true])
      expect(logged.filter(({ event }) => event === 'host.fresh-connection-failed')).toHaveLength(1)
      expect(daemon.asked.filter(({ at }) => at > 80_000)).toEqual([])
      daemon.opening = 'well'
      await clock.advance(60_000)
      expect([fleet.state, fleet.renewals.length]).toEqual(['up', 1])
    },
  )

  test('hangs at the cheapest call: one such call at a time, and the host goes on within a minute once it is answered', async () => {
    const { clock, daemon, fleet } = start()
    await clock.advance(10_300)
    daemon.loses = () => true
    await clock.advance(600_000)
    expect([fleet.state, daemon.connected <= 2]).toEqual(['busy: CALLS_LOST', true])
    const late = daemon.asked.filter(({ at }) => at > 80_000)
    expect([late.length < 14, late.every(({ what }) => what === 'node')]).toEqual([true, true])
    daemon.loses = upTo(daemon.sessions.length - 1)
    await clock.advance(60_000)
    expect([fleet.state, fleet.renewals.length]).toEqual(['up', 1])
  })
})

describe('[V-6] guests that hang for real', () => {
  test('two hold two workers and no more, however often connections are renewed; thawed, nothing of it is left', async () => {
    const { clock, daemon, fleet, lastOf } = start()
    await clock.advance(10_300)
    daemon.freeze(0)
    daemon.freeze(3)
    await clock.advance(900_000)
    expect([fleet.state, daemon.mostHeld, fleet.mostOrphans, fleet.last?.orphans]).toEqual(['up', 2, 2, 2])
    expect(fleet.renewals.length).toBeLessThanOrEqual(2)
    daemon.thaw(0)
    daemon.thaw(3)
    await clock.advance(65_000)
    expect([fleet.state, fleet.last?.orphans]).toEqual(['up', 0])
    expect(clock.now() - lastOf(Lane.Monitor)).toBeLessThan(1100)
  })

  test('a third one keeps the monitor lane, which is said; figures that ask no guest go on', async () => {
    const { clock, daemon, fleet, lastOf } = start()
    await clock.advance(10_300)
    for (const guest of [0, 1, 2]) daemon.freeze(guest)
    await clock.advance(900_000)
    expect([fleet.state, daemon.mostHeld, fleet.mostOrphans]).toEqual(['busy: CALLS_LOST', 3, 2])
    expect(clock.now() - lastOf(Lane.Fast)).toBeLessThan(1100)
    for (const guest of [0, 1, 2]) daemon.thaw(guest)
    await clock.advance(65_000)
    expect([fleet.state, fleet.last?.orphans]).toEqual(['up', 0])
  })

  test('a hung guest and a lost call: the lost one is forgotten, the held one goes on counting', async () => {
    const { clock, daemon, fleet } = start()
    await clock.advance(10_300)
    daemon.freeze(2)
    await clock.advance(8000)
    daemon.loses = upTo(0, (what) => what === 'monitor')
    await clock.advance(200_000)
    expect([fleet.state, daemon.mostHeld, fleet.last?.orphans]).toEqual(['up', 1, 1])
  })
})

describe('[V-6] what a connection left unanswered, when it was not ours to end', () => {
  test('counts on when the daemon is the same process', async () => {
    const { clock, daemon, fleet } = start('qemu+ssh://far/system')
    await clock.advance(10_300)
    daemon.freeze(0)
    await clock.advance(8000)
    daemon.sessions[0]?.lose(null)
    await clock.advance(5000)
    expect([daemon.sessions.length, fleet.state, fleet.last?.orphans, daemon.mostHeld]).toEqual([2, 'up', 1, 1])
  })

  test('is forgotten when the daemon counts its registrations anew', async () => {
    const { clock, daemon, fleet } = start('qemu+ssh://far/system')
    await clock.advance(10_300)
    daemon.loses = (what) => what === 'monitor'
    await clock.advance(8000)
    daemon.callbacks = 0
    daemon.sessions[0]?.lose(null)
    await clock.advance(2000)
    expect([daemon.sessions.length, fleet.last?.orphans]).toEqual([2, 0])
  })
})

test('stopping while a fresh connection is tried leaves no timer and no connection', async () => {
  const { clock, daemon, stop } = start()
  await clock.advance(10_300)
  daemon.loses = () => true
  for (let i = 0; i < 80 && daemon.sessions.length < 2; i++) await clock.advance(500)
  expect(daemon.connected).toBe(2)
  await stop()
  await clock.advance(1)
  expect([daemon.connected, clock.pending]).toEqual([0, 0])
})

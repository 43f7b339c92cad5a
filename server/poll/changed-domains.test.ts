import { describe, expect, test } from 'vitest'
import { Lane } from '../fleet/fleet-writer.ts'
import type { DomainEvent } from '../libvirt/host-session.ts'
import { ChangedDomains } from './changed-domains.ts'
import { startPoller } from './testing/start-poller.ts'

const domain = (n: number) => ({ name: `d${n}`, uuid: new Uint8Array(16).fill(n), id: n })
const deviceAdded = (n: number): DomainEvent => ({
  kind: 'device-added',
  domain: domain(n),
  device: 'virtio-disk1',
})
const started = (n: number): DomainEvent => ({ kind: 'lifecycle', domain: domain(n), event: 2, detail: 0 })
const suspended = (n: number): DomainEvent => ({ kind: 'lifecycle', domain: domain(n), event: 3, detail: 0 })

/** Monitor calls that take 2 s for everything and 5 ms for a few: the next regular one is 20 s away. */
function busyHost() {
  const poller = startPoller(1000, 10, ({ lane, request }) =>
    lane === Lane.Monitor && request.domains === undefined ? 2000 : 5,
  )
  const lists = () =>
    poller.session.calls
      .filter(({ request }) => request.domains !== undefined)
      .map(({ at, request }) => [at, request.groups, request.domains!.map(({ name }) => name)])
  return { ...poller, lists }
}

describe('domains that an event says have changed', () => {
  test('are asked about by name soon, and once more for their rates, while the regular call is far away', async () => {
    const { clock, session, lists, timesOf } = busyHost()
    await clock.advance(5000)
    session.events.emit(deviceAdded(1))
    session.events.emit(started(2))
    await clock.advance(10_000)
    expect(lists()).toEqual([
      [5100, 46, ['d1', 'd2']],
      [6600, 46, ['d1', 'd2']],
    ])
    await clock.advance(10_000)
    expect(timesOf(Lane.Monitor).filter((at) => at !== 5100 && at !== 6600)).toEqual([0, 12_000])
  })

  test('wait while the regular call is under way, so that there is never a second one', async () => {
    const { clock, session, lists } = busyHost()
    await clock.advance(100)
    session.events.emit(deviceAdded(1))
    await clock.advance(1000)
    expect(lists()).toEqual([])
    await clock.advance(1500)
    expect(lists().map(([at]) => at)).toEqual([2000])
    expect(session.mostOutstanding).toBeLessThanOrEqual(2)
  })

  test('do not include those whose change the fast groups tell', async () => {
    const { clock, session, lists } = busyHost()
    await clock.advance(5000)
    session.events.emit(suspended(1))
    await clock.advance(5000)
    expect(lists()).toEqual([])
  })

  test('are asked about within the duty, however many events come', async () => {
    const { clock, session, lists } = busyHost()
    await clock.advance(5000)
    for (let i = 0; i < 600; i++) {
      session.events.emit(deviceAdded(i % 200))
      await clock.advance(10)
    }
    const busyMs = lists().length * 5
    expect(busyMs / 6000).toBeLessThanOrEqual(0.12)
    expect(lists().length).toBeGreaterThan(5)
    expect(lists().every(([, , names]) => (names as string[]).length <= 50)).toBe(true)
  })

  test('are left to the regular call while a guest hangs', async () => {
    const { clock, session, lists } = busyHost()
    await clock.advance(3000)
    session.behave = ({ lane }) => (lane === Lane.Monitor ? 'hang' : 5)
    await clock.advance(30_000)
    session.events.emit(deviceAdded(1))
    await clock.advance(3000)
    expect(lists()).toEqual([])
  })
})

describe('the list of changed domains', () => {
  const many = (count: number) => {
    const changed = new ChangedDomains()
    for (let n = 0; n < count; n++) {
      const uuid = Uint8Array.from({ length: 16 }, (_, i) => (i === 0 ? n >> 8 : n & 0xff))
      changed.note({ kind: 'lifecycle', domain: { name: `d${n}`, uuid, id: n }, event: 2, detail: 0 }, 0)
    }
    return changed
  }

  test('asks about at most fifty at a time, the others next', () => {
    const changed = many(120)
    const counts = [
      changed.take(100).length,
      changed.take(101).length,
      changed.take(102).length,
      changed.take(103).length,
    ]
    expect(counts).toEqual([50, 50, 20, 0])
    expect(changed.nextAt).toBe(1600)
  })

  test('holds at most five hundred: a host on which everything starts at once is asked about everything anyway', () => {
    const changed = many(600)
    let asked = 0
    for (let at = 100; at < 120; at++) asked += changed.take(at).length
    expect(asked).toBe(500)
    for (let at = 1600; at < 1700; at++) asked += changed.take(at).length
    expect([asked, changed.nextAt]).toEqual([1000, Number.POSITIVE_INFINITY])
  })
})

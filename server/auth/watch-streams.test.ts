import { randomBytes } from 'node:crypto'
import { afterEach, describe, expect, it, vi } from 'vitest'
import { CloseCode } from '../../lib/sync/wire/protocol.ts'
import { HubWorld } from '../hub/testing/hub-world.ts'
import { ManualClock } from '../testing/manual-clock.ts'
import { FULL_ACCESS } from './access.ts'
import { SessionStore } from './session-store.ts'
import { watchStreams } from './watch-streams.ts'

const HOUR = 3_600_000
let undo: (() => Promise<void>)[] = []
afterEach(async () => {
  for (const one of undo) await one()
  undo = []
})

/** A hub that somebody looks at through a session. */
async function setUp() {
  const world = await new HubWorld().start()
  const sessions = new SessionStore(world.clock, randomBytes)
  const stop = watchStreams(sessions, world.hub, world.clock)
  undo.push(async () => {
    stop()
    await world.stop()
  })
  const follow = async (user: string) => {
    const { session } = sessions.open(grant(user))
    world.access = { ...FULL_ACCESS, user, session: session.session }
    return { client: await world.follow(['state']), id: session.session }
  }
  return { world, sessions, follow }
}

describe('[S-4] [T-S4] a stream lives no longer than its session', () => {
  it('closes in the same turn when the session is revoked, and leaves the others', async () => {
    const { world, sessions, follow } = await setUp()
    const ada = await follow('ada')
    const bob = await follow('bob')
    sessions.end(ada.id, 'revoked')
    const frames = ada.client.frames.length
    world.clock.advance(1000)
    world.fleet.commit()
    expect(await ada.client.closed).toEqual({ code: CloseCode.Auth, reason: 'login ended: revoked' })
    expect(ada.client.frames).toHaveLength(frames)
    await vi.waitFor(() => expect([...world.hub.sessions()]).toEqual([bob.id]))
  })

  it('is cut within a second where the other side does not answer', async () => {
    const { world, sessions, follow } = await setUp()
    const { client, id } = await follow('ada')
    client.socket.pause()
    sessions.end(id, 'revoked')
    world.clock.advance(999)
    await vi.waitFor(() => expect(world.hub.stats().clients).toBe(0))
  })

  it('closes in the millisecond in which the session is over', () => {
    const { clock, sessions, closed, look } = pretend()
    look('ada')
    clock.advance(7 * 24 * HOUR - 1)
    expect(sessions.size).toBe(1)
    expect(closed).toEqual([])
    clock.advance(1)
    expect(closed).toEqual(['ada 4501 login ended: expired'])
  })

  it('is use of the session: who looks on is not logged out for doing nothing', () => {
    const { clock, sessions, look } = pretend()
    look('ada')
    sessions.open(grant('gone'))
    clock.advance(13 * HOUR)
    expect(sessions.list().map(({ user }) => user)).toEqual(['ada'])
  })

  it('is found within 30 s where its session went unnoticed', () => {
    const { clock, closed, streams, stop } = pretend()
    streams.set('of nobody', 'nobody')
    clock.advance(29_999)
    expect(closed).toEqual([])
    clock.advance(1)
    expect(closed).toEqual(['nobody 4501 login ended: expired'])
    stop()
    expect(clock.pending).toBe(0)
  })
})

const grant = (user: string) => ({ user, role: 'viewer', scope: null, kind: 'login', address: '', agent: '' }) as const

/** Streams without sockets, by session, so that days can pass. */
function pretend() {
  const clock = new ManualClock()
  const sessions = new SessionStore(clock, randomBytes)
  const streams = new Map<string, string>()
  const closed: string[] = []
  const hub = {
    sessions: () => new Set(streams.keys()),
    closeSession(id: string, code: number, reason: string) {
      if (streams.has(id)) closed.push(`${streams.get(id)} ${code} ${reason}`)
      streams.delete(id)
    },
  }
  const stop = watchStreams(sessions, hub, clock)
  const look = (user: string) => streams.set(sessions.open(grant(user)).session.session, user)
  return { clock, sessions, streams, closed, stop, look }
}

import { randomBytes } from 'node:crypto'
import { describe, expect, it } from 'vitest'
import { ManualClock } from '../testing/manual-clock.ts'
import { SESSION_LIMITS, type SessionGrant, SessionStore } from './session-store.ts'

const HOUR = 3_600_000
const grant = (user: string, more: Partial<SessionGrant> = {}): SessionGrant => ({
  ...{ user, role: 'viewer', scope: null, kind: 'login', address: '10.0.0.1', agent: 'curl' },
  ...more,
})

function setUp(limits = {}) {
  const clock = new ManualClock()
  const store = new SessionStore(clock, randomBytes, { ...SESSION_LIMITS, ...limits })
  const ended: string[] = []
  store.onEnded(({ user }, why) => ended.push(`${user}: ${why}`))
  return { clock, store, ended }
}

describe('[A-3] sessions', () => {
  it('let in whoever shows the secret, which is 256 bits and kept nowhere', () => {
    const { store } = setUp()
    const { secret, session } = store.open(grant('ada'))
    expect(Buffer.from(secret, 'base64url')).toHaveLength(32)
    expect(store.find(secret)).toEqual({ user: 'ada', role: 'viewer', scope: null, session: session.session })
    expect(JSON.stringify([store.list(), [...Object.values(store)].map(String)])).not.toContain(secret)
    expect(store.find(session.session)).toBeNull()
    expect(store.find('')).toBeNull()
  })

  it('end after 12 hours without use, and after 7 days in any case', () => {
    const { store, clock, ended } = setUp()
    const { secret } = store.open(grant('ada'))
    clock.advance(12 * HOUR - 1)
    expect(store.find(secret)).not.toBeNull()
    for (let day = 0; day < 13; day++) {
      clock.advance(12 * HOUR - 1)
      if (day < 12) expect(store.find(secret)).not.toBeNull()
    }
    clock.advance(HOUR)
    expect(store.find(secret)).toBeNull()
    expect(ended).toEqual(['ada: expired'])
  })

  it('tell of their end in the very millisecond, without anybody asking', () => {
    const { store, clock, ended } = setUp()
    store.open(grant('idle'))
    store.open(grant('screen', { kind: 'link', idleMs: null, absoluteMs: 400 * 24 * HOUR }))
    clock.advance(12 * HOUR - 1)
    expect(ended).toEqual([])
    clock.advance(1)
    expect(ended).toEqual(['idle: expired'])
    clock.advance(400 * 24 * HOUR - 12 * HOUR - 1)
    expect(store.size).toBe(1)
    clock.advance(1)
    expect(ended).toEqual(['idle: expired', 'screen: expired'])
    expect(clock.pending).toBe(0)
  })

  it('are over at once when ended, and once only', () => {
    const { store, ended } = setUp()
    const { secret, session } = store.open(grant('ada'))
    expect(store.end(session.session, 'revoked')).toBe(true)
    expect(store.end(session.session, 'revoked')).toBe(false)
    expect(store.find(secret)).toBeNull()
    expect(store.touch(session.session)).toBeNull()
    expect(ended).toEqual(['ada: revoked'])
  })

  it('are bounded: one more of a user, or in all, ends the one that was not used for longest', () => {
    const { store, clock, ended } = setUp({ sessions: 4, perUser: 2 })
    const first = store.open(grant('ada'))
    clock.advance(1)
    store.open(grant('ada', { address: 'second' }))
    clock.advance(1)
    store.find(first.secret)
    store.open(grant('ada', { address: 'third' }))
    expect(store.list().map(({ address }) => address)).toEqual(['third', '10.0.0.1'])
    for (const user of ['bob', 'cy', 'dee']) {
      clock.advance(1)
      store.open(grant(user))
    }
    expect(store.size).toBe(4)
    expect(ended).toEqual(['ada: crowded out', 'ada: crowded out'])
  })

  it('keep little of what a browser says of itself', () => {
    const { store } = setUp()
    expect(store.open(grant('ada', { agent: 'x'.repeat(5000) })).session.agent).toHaveLength(200)
  })
})

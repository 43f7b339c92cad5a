import { randomBytes } from 'node:crypto'
import { describe, expect, it } from 'vitest'
import { ManualClock } from '../testing/manual-clock.ts'
import { TokenDesk } from './admin-token.ts'
import { type Purpose, sessionAuthenticator } from './authenticator.ts'
import { LoginLimiter } from './login-limiter.ts'
import { SessionStore } from './session-store.ts'

const TOKEN = 't'.repeat(43)
const ORIGIN = ['Origin', 'http://localhost']

function setUp() {
  const sessions = new SessionStore(new ManualClock(), randomBytes)
  const desk = new TokenDesk(TOKEN, new LoginLimiter(new ManualClock()))
  const authenticator = sessionAuthenticator(sessions, (token) => desk.bearer(token))
  const { secret, session } = sessions.open({
    ...{ user: 'ada', role: 'viewer', scope: [], kind: 'login', address: '', agent: '' },
  })
  const ask = (rawHeaders: readonly string[], purpose: Purpose = 'read') => {
    const verdict = authenticator.authenticate({ rawHeaders, peer: '10.0.0.9' }, purpose)
    return verdict.ok ? verdict.access.user : `${verdict.problem.status} ${verdict.problem.code}`
  }
  return { sessions, secret, session, ask }
}

describe('[S-3] [S-4] who is let in', () => {
  it('nobody without a cookie or a token', () => {
    const { ask } = setUp()
    for (const purpose of ['read', 'write', 'stream'] as const) {
      expect(ask([], purpose)).toBe('401 LOGIN_REQUIRED')
      expect(ask(ORIGIN, purpose)).toBe('401 LOGIN_REQUIRED')
      expect(ask(['Cookie', `domscope=${'x'.repeat(43)}`, ...ORIGIN], purpose)).toBe('401 LOGIN_REQUIRED')
    }
  })

  it('a cookie alone to read, and with an Origin to change something or to keep a stream', () => {
    const { ask, secret } = setUp()
    for (const name of ['domscope', '__Host-domscope']) {
      const cookie = ['Cookie', `a=b; ${name}=${secret}; c=d`]
      expect(ask(cookie)).toBe('ada')
      expect(ask(cookie, 'write')).toBe('403 ORIGIN_REQUIRED')
      expect(ask(cookie, 'stream')).toBe('403 ORIGIN_REQUIRED')
      expect(ask([...cookie, ...ORIGIN], 'stream')).toBe('ada')
    }
  })

  it('a cookie of ours beside one that another server on this machine set', () => {
    const { ask, secret } = setUp()
    expect(ask(['Cookie', `domscope=${'x'.repeat(43)}; domscope=${secret}`])).toBe('ada')
  })

  it('a bearer token without Origin; beside a wrong one no cookie counts', () => {
    const { ask, secret } = setUp()
    expect(ask(['Authorization', `Bearer ${TOKEN}`], 'stream')).toBe('admin')
    const cookie = ['Cookie', `domscope=${secret}`, ...ORIGIN]
    for (const wrong of [`Bearer ${TOKEN}x`, 'Bearer', TOKEN, `Basic ${TOKEN}`, `Bearer ${secret}`]) {
      expect(ask(['Authorization', wrong, ...cookie])).toBe('401 LOGIN_REQUIRED')
    }
    const twice = ['Authorization', `Bearer ${TOKEN}`, 'Authorization', `Bearer ${TOKEN}`]
    expect(ask(twice)).toBe('401 LOGIN_REQUIRED')
  })

  it('not by the public id of a session, and not by what is no secret at all', () => {
    const { ask, session } = setUp()
    for (const value of [session.session, '', '=', `"${'x'.repeat(43)}"`, 'x'.repeat(9000)]) {
      expect(ask(['Cookie', `domscope=${value}`])).toBe('401 LOGIN_REQUIRED')
    }
  })
})

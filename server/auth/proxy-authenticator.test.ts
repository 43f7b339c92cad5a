import { randomBytes } from 'node:crypto'
import { describe, expect, it } from 'vitest'
import { ManualClock } from '../testing/manual-clock.ts'
import type { Purpose } from './authenticator.ts'
import { proxyAuthenticator } from './proxy-authenticator.ts'
import { SessionStore } from './session-store.ts'

const PEER = '10.1.2.3'
const NAMED = ['X-Remote-User', 'ada']
const ORIGIN = ['Origin', 'http://localhost']

const sessions = new SessionStore(new ManualClock(), randomBytes)
const rights = (user: string, groups: readonly string[]) =>
  user === 'eve' ? null : { role: groups.includes('ops') ? ('operator' as const) : ('viewer' as const), scope: null }
const settings = { peers: ['10.1.2.0/24', '::1'], userHeader: 'X-Remote-User', groupsHeader: 'X-Remote-Groups' }
const authenticator = proxyAuthenticator(settings, sessions, rights)

function ask(rawHeaders: readonly string[], peer = PEER, purpose: Purpose = 'read') {
  const verdict = authenticator.authenticate({ rawHeaders, peer }, purpose)
  return verdict.ok
    ? `${verdict.access.user} ${verdict.access.role}`
    : `${verdict.problem.status} ${verdict.problem.code}`
}

describe('[A-5] a proxy in front', () => {
  it('is believed from the peers that are listed', () => {
    expect(ask(NAMED)).toBe('ada viewer')
    expect(ask(NAMED, '::ffff:10.1.2.3')).toBe('ada viewer')
    expect(ask(NAMED, '::1')).toBe('ada viewer')
  })

  it.each(['10.1.3.3', '127.0.0.1', '::2', '::ffff:127.0.0.1', '', 'unix'])('is not believed from %j', (peer) => {
    expect(ask(NAMED, peer)).toBe('401 LOGIN_REQUIRED')
    expect(ask([...NAMED, ...ORIGIN], peer, 'stream')).toBe('401 LOGIN_REQUIRED')
  })

  it.each<[string, readonly string[]]>([
    ['no header', []],
    ['an empty one', ['X-Remote-User', ' ']],
    ['two: one may be of the visitor', [...NAMED, 'x-remote-user', 'admin']],
    ['another one', ['X_Remote_User', 'ada']],
    ['control characters', ['X-Remote-User', 'ada\u0001']],
    ['bytes that are no UTF-8', ['X-Remote-User', '\u00ff\u00fe']],
    ['300 letters', ['X-Remote-User', 'a'.repeat(300)]],
  ])('names nobody with %s', (_what, rawHeaders) => {
    expect(ask(rawHeaders)).toBe('401 LOGIN_REQUIRED')
  })

  it('gives names in UTF-8, and groups', () => {
    const utf8 = Buffer.from('Zoë').toString('latin1')
    expect(ask(['x-remote-user', utf8, 'X-Remote-Groups', 'dev, ops'])).toBe('Zoë operator')
  })

  it('needs an Origin for what changes something and for the stream: its cookie goes with every request', () => {
    for (const purpose of ['write', 'stream'] as const) {
      expect(ask(NAMED, PEER, purpose)).toBe('403 ORIGIN_REQUIRED')
      expect(ask([...NAMED, ...ORIGIN], PEER, purpose)).toBe('ada viewer')
    }
  })

  it('tells whom it named that there is nothing for that one', () => {
    expect(ask(['X-Remote-User', 'eve'])).toBe('403 NO_ACCESS')
  })
})

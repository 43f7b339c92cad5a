import { randomBytes } from 'node:crypto'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { createLog } from '../log.ts'
import { type HttpFixture, startHttp, UUID_A, writeSite } from '../testing/http-fixture.ts'
import { ManualClock } from '../testing/manual-clock.ts'
import { HANDSHAKE, type RawAnswer, rawExchange, rawRequest } from '../testing/raw-http.ts'
import { TokenDesk } from './admin-token.ts'
import type { Auth } from './auth.ts'
import { sessionAuthenticator } from './authenticator.ts'
import { LoginLimiter } from './login-limiter.ts'
import { SessionStore } from './session-store.ts'

/** Names of hosts, domains and labels of the fixture: none of them may reach who is not logged in. */
const CANARIES = ['kvm-0', 'web-2', 'HYPERLINK', '0a0a0a0a', 'grafana']
const TOKEN = 'T'.repeat(43)
const SAME = { Origin: 'http://localhost' }

const clock = new ManualClock()
const sessions = new SessionStore(clock, randomBytes)
const desk = new TokenDesk(TOKEN, new LoginLimiter(new ManualClock()))
const auth: Auth = {
  ...{ mode: 'token', insecure: false, desk, oidc: null, hint: () => null, close: () => {} },
  authenticator: sessionAuthenticator(sessions, (token) => desk.bearer(token)),
}
const lines: string[] = []
const site = writeSite()
let http: HttpFixture

beforeAll(async () => {
  const log = createLog(
    (line) => lines.push(line),
    () => 0,
  )
  http = await startHttp(site.directory, {}, { sessions, auth, log })
})
afterAll(async () => {
  await http.server.close(0)
  site.remove()
})

function send(method: string, target: string, fields: Record<string, string> = {}, body = ''): Promise<RawAnswer> {
  const sized = body === '' ? {} : { 'Content-Type': 'application/json', 'Content-Length': String(body.length) }
  return rawExchange(http.port, rawRequest(target, { ...sized, ...fields }, { method }) + body)
}
const write = (method: string, target: string, body = '', fields: Record<string, string> = {}) =>
  send(method, target, { ...SAME, 'X-CSRF': '1', ...fields }, body)
const cookieOf = (answer: RawAnswer) => answer.headers.get('set-cookie')!.split(';')[0]!
const logIn = async () => cookieOf(await write('POST', '/api/v1/session', JSON.stringify({ token: TOKEN })))

const LOOKER = { user: 'ada', role: 'viewer', scope: null, kind: 'login', address: '10.0.0.7', agent: 'x' } as const

const STRANGERS: Record<string, Record<string, string>> = {
  nobody: {},
  'a page of ours': SAME,
  'a wrong token': { Authorization: `Bearer ${'X'.repeat(43)}` },
  'a made-up session': { Cookie: `domscope=${'X'.repeat(43)}`, ...SAME },
  'an identity header': { 'X-Remote-User': 'admin', 'X-Forwarded-User': 'admin', 'Remote-User': 'admin' },
  'what got past a proxy of Next': { 'x-middleware-subrequest': 'middleware', 'Next-Action': 'x', RSC: '1' },
}
const GUARDED = [
  '/api/v1/hosts',
  '/api/v1/domains',
  '/api/v1/domains?format=csv',
  `/api/v1/domains/${UUID_A}`,
  `/api/v1/domains/${UUID_A}?host=kvm-01`,
  `/api/v1/domains/${UUID_A}/stat/vcpu.3.time`,
  `/api/v1/domains/${UUID_A}/history?host=kvm-01`,
  '/api/v1/events',
  '/api/v1/sessions',
  '/api/v1/sessions/x',
  '/api/v1/nothing',
  '/api',
  '/api/',
  '/api/v1/domains/',
  '/api/v1/hosts.txt',
  '/api/v1/hosts.rsc',
  '/api//v1/hosts',
  '/%61pi/v1/hosts',
  '/api/v1/stream',
]

describe('[T-S3] without a login', () => {
  const cases = Object.keys(STRANGERS).flatMap((who) => GUARDED.map((target) => [who, target] as const))
  it.each(cases)('%s gets nothing of %s', async (who, target) => {
    for (const method of ['GET', 'HEAD', 'POST', 'DELETE', 'OPTIONS']) {
      const answer = await send(method, target, STRANGERS[who])
      expect([method, answer.status]).toEqual([method, 401])
      for (const canary of CANARIES) expect(answer.text).not.toContain(canary)
    }
  })

  it.each(['/', '/domain', '/nothing', '/healthz', '/readyz', '/api/v1/session'])(
    '%s is open and tells of no host',
    async (target) => {
      const { text, status } = await send('GET', target)
      expect(status).toBe(target === '/nothing' ? 404 : 200)
      for (const canary of [...CANARIES, 'uptime', 'node', '1.2.3']) expect(text).not.toContain(canary)
    },
  )

  it.each(['revoked', 'expired'])('a session that is %s gets nothing of anything, and no stream', async (how) => {
    const { secret, session } = sessions.open({ ...LOOKER, idleMs: 1000 })
    const fields = { Cookie: `domscope=${secret}`, ...SAME }
    expect((await send('GET', '/api/v1/hosts', fields)).status).toBe(200)
    if (how === 'revoked') sessions.end(session.session, 'revoked')
    else clock.advance(1000)
    for (const target of GUARDED) {
      const { status, text } = await send('GET', target, fields)
      expect([target, status]).toEqual([target, 401])
      for (const canary of CANARIES) expect(text).not.toContain(canary)
    }
    expect((await send('GET', '/api/v1/stream', { ...HANDSHAKE, ...fields })).status).toBe(401)
  })

  it.each(Object.keys(STRANGERS))('%s gets no stream, and no 101', async (who) => {
    const answer = await send('GET', '/api/v1/stream', { ...HANDSHAKE, ...STRANGERS[who] })
    expect(answer.status).toBe(401)
    expect(http.handedOver).toHaveLength(0)
  })
})

describe('[A-3] logging in', () => {
  it('gives a cookie that scripts cannot read and other sites cannot send', async () => {
    const answer = await write('POST', '/api/v1/session', JSON.stringify({ token: TOKEN }))
    expect(answer.status).toBe(200)
    expect(answer.headers.get('set-cookie')).toMatch(
      /^domscope=[A-Za-z0-9_-]{43}; Path=\/; HttpOnly; SameSite=Strict; Max-Age=604800$/,
    )
    expect(JSON.parse(answer.body)).toMatchObject({ loggedIn: true, user: 'admin', role: 'admin' })
    expect(answer.body).not.toContain(cookieOf(answer).split('=')[1])
  })

  it('over https gives a cookie that nobody else can set', async () => {
    const fields = { Host: 'localhost', Origin: 'https://localhost' }
    const answer = await write('POST', '/api/v1/session', JSON.stringify({ token: TOKEN }), fields)
    expect(answer.status).toBe(200)
    expect(answer.headers.get('set-cookie')).toMatch(
      /^__Host-domscope=.*; Path=\/; HttpOnly; SameSite=Strict; .*Secure$/,
    )
  })

  it('opens the API, health in full, and the stream with an Origin', async () => {
    const cookie = { Cookie: await logIn() }
    expect((await send('GET', '/api/v1/hosts', cookie)).body).toContain('kvm-01')
    expect((await send('GET', '/healthz', cookie)).body).toContain('uptimeSeconds')
    expect((await send('GET', '/api/v1/stream', { ...HANDSHAKE, ...cookie })).status).toBe(403)
    expect((await send('GET', '/api/v1/stream', { ...HANDSHAKE, ...cookie, ...SAME })).status).toBe(101)
    const foreign = { ...HANDSHAKE, ...cookie, Origin: 'http://evil.example' }
    expect((await send('GET', '/api/v1/stream', foreign)).status).toBe(403)
  })

  it('is refused without X-CSRF, without Origin, by a form, and with a body that is too large or no object', async () => {
    const body = JSON.stringify({ token: TOKEN })
    const size = sessions.size
    const codes = [
      await send('POST', '/api/v1/session', SAME, body),
      await send('POST', '/api/v1/session', { 'X-CSRF': '1' }, body),
      await write('POST', '/api/v1/session', body, { 'Content-Type': 'text/plain' }),
      await write('POST', '/api/v1/session', body, { 'Content-Type': 'application/x-www-form-urlencoded' }),
      await write('POST', '/api/v1/session', `{"token": "${'x'.repeat(20_000)}"}`),
      await write('POST', '/api/v1/session', `[${body}]`),
      await write('POST', '/api/v1/session', '{'),
      await write('POST', '/api/v1/session', JSON.stringify({ token: `${TOKEN}x` })),
      await write('POST', '/api/v1/session'),
    ].map(({ status, body: text }) => `${status} ${(JSON.parse(text) as { code: string }).code}`)
    expect(codes).toEqual([
      ...['403 CSRF_REQUIRED', '403 ORIGIN_REQUIRED', '415 BODY_NOT_JSON', '415 BODY_NOT_JSON'],
      ...['413 BODY_TOO_LARGE', '400 BODY_NOT_JSON', '400 BODY_NOT_JSON', '401 LOGIN_REFUSED', '400 BAD_LOGIN'],
    ])
    expect(sessions.size).toBe(size)
  })

  it('ends with logging out, and with the login that takes its place', async () => {
    const first = await logIn()
    const second = cookieOf(await write('POST', '/api/v1/session', JSON.stringify({ token: TOKEN }), { Cookie: first }))
    expect((await send('GET', '/api/v1/hosts', { Cookie: first })).status).toBe(401)
    expect((await send('DELETE', '/api/v1/session', { Cookie: second, ...SAME })).status).toBe(403)
    const out = await write('DELETE', '/api/v1/session', '', { Cookie: second })
    expect(out.headers.get('set-cookie')).toMatch(/^domscope=; .*Max-Age=0/)
    expect((await send('GET', '/api/v1/hosts', { Cookie: second })).status).toBe(401)
  })

  it('leaves lines in the log that hold no secret', async () => {
    lines.length = 0
    const cookie = await logIn()
    await write('DELETE', '/api/v1/session', '', { Cookie: cookie })
    await write('POST', '/api/v1/session', JSON.stringify({ token: 'hunter2', user: 'hunter3' }))
    const events = lines.map((line) => (JSON.parse(line) as { event: string }).event)
    expect(events).toEqual(expect.arrayContaining(['audit.login', 'audit.logout', 'audit.login_refused']))
    for (const secret of [TOKEN, cookie.split('=')[1]!, 'hunter2', 'hunter3'])
      expect(lines.join()).not.toContain(secret)
  })
})

describe('the list of sessions', () => {
  const viewer = (user: string) => sessions.open({ ...LOOKER, user })
  const users = async (cookie: string) => {
    const { body } = await send('GET', '/api/v1/sessions', { Cookie: cookie })
    return (JSON.parse(body) as { sessions: { user: string }[] }).sessions.map(({ user }) => user)
  }

  it('shows an admin everybody, and others themselves', async () => {
    const ada = viewer('ada')
    viewer('bob')
    expect(await users(`domscope=${ada.secret}`)).toEqual(['ada'])
    expect(await users(await logIn())).toEqual(expect.arrayContaining(['ada', 'bob', 'admin']))
  })

  it('is where a session is ended: by an admin, or by its own user; to others it is not there', async () => {
    const ada = viewer('ada')
    const bob = viewer('bob')
    const end = async (secret: string, id: string) =>
      (await write('DELETE', `/api/v1/sessions/${id}`, '', { Cookie: `domscope=${secret}` })).status
    expect(await end(bob.secret, ada.session.session)).toBe(404)
    expect(await end(bob.secret, 'nothing')).toBe(404)
    expect(await end(ada.secret, ada.session.session)).toBe(200)
    expect(sessions.find(ada.secret)).toBeNull()
    const admin = (await logIn()).split('=')[1]!
    expect(await end(admin, bob.session.session)).toBe(200)
    expect(sessions.find(bob.secret)).toBeNull()
  })
})

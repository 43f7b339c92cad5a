import { randomBytes } from 'node:crypto'
import { createServer, type Server } from 'node:http'
import type { AddressInfo } from 'node:net'
import Provider from 'oidc-provider'
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import { systemClock } from '../../clock.ts'
import { silentLog } from '../../log.ts'
import { type HttpFixture, startHttp, writeSite } from '../../testing/http-fixture.ts'
import { ManualClock } from '../../testing/manual-clock.ts'
import { until } from '../../testing/until.ts'
import { openAuth } from '../auth.ts'
import { SessionStore } from '../session-store.ts'

const REDIRECT = 'http://127.0.0.1:9/vms/api/v1/oidc/callback'
const site = writeSite()
let providerServer: Server
let issuer: string
let http: HttpFixture
let told: { event: string; fields: Record<string, unknown> }[]
const note = (event: string, fields: Record<string, unknown> = {}) => void told.push({ event, fields })
const log = { ...silentLog, warn: note, info: note, error: note }

beforeAll(async () => {
  providerServer = createServer()
  await new Promise<void>((resolve) => providerServer.listen(0, '127.0.0.1', resolve))
  issuer = `http://127.0.0.1:${(providerServer.address() as AddressInfo).port}`
  const provider = new Provider(issuer, {
    clients: [{ client_id: 'domscope', token_endpoint_auth_method: 'none', redirect_uris: [REDIRECT] }],
    claims: { openid: ['sub'], profile: ['preferred_username', 'groups'] },
    findAccount: (_context, id) => ({
      accountId: id,
      claims: () => ({ sub: id, preferred_username: id, groups: id === 'ada' ? ['ops'] : [] }),
    }),
    cookies: { keys: ['test'] },
  })
  providerServer.on('request', provider.callback())
})
afterAll(() => {
  providerServer.closeAllConnections()
  providerServer.close()
  site.remove()
})

let clock: ManualClock
let close: () => void
beforeEach(async () => {
  told = []
  clock = new ManualClock()
  const sessions = new SessionStore(systemClock, randomBytes)
  const settings = {
    ...{ issuer, clientId: 'domscope', clientSecretFile: null, redirectUri: REDIRECT, scopes: 'openid profile' },
    ...{ userClaim: 'preferred_username', groupsClaim: 'groups' },
  }
  const access = {
    users: new Map(),
    groups: new Map([['ops', { role: 'operator' as const, scope: null }]]),
    others: null,
  }
  const wall = { ...systemClock, now: () => clock.now(), after: systemClock.after }
  const auth = openAuth({ mode: 'oidc', oidc: settings, access }, { sessions, clock: wall, log, random: randomBytes })
  close = () => auth.close()
  http = await startHttp(site.directory, {}, { auth, sessions, log })
  await until('the provider to be found', () => (auth.oidc!.isReady ? true : undefined))
})
afterEach(async () => {
  close()
  await http.server.close(0)
})

const base = () => `http://127.0.0.1:${http.port}`
const firstCookie = (response: Response) => response.headers.getSetCookie()[0]!.split(';')[0]!

async function begin() {
  const response = await fetch(`${base()}/api/v1/oidc/start`, { redirect: 'manual' })
  return { target: response.headers.get('location')!, cookie: firstCookie(response) }
}

/** Logs in at the provider as a browser would; gives the query that it is sent back with. */
async function atProvider(target: string, user: string): Promise<string> {
  const jar = new Map<string, string>()
  let url = target
  let body: string | undefined
  for (let step = 0; step < 12; step++) {
    const response = await fetch(url, {
      redirect: 'manual',
      headers: {
        cookie: [...jar].map(([name, value]) => `${name}=${value}`).join('; '),
        'content-type': 'application/x-www-form-urlencoded',
      },
      ...(body === undefined ? {} : { method: 'POST', body }),
    })
    for (const line of response.headers.getSetCookie()) {
      const [name, value] = line.split(';')[0]!.split('=') as [string, string]
      jar.set(name, value)
    }
    const location = response.headers.get('location')
    if (location !== null) {
      if (location.startsWith(REDIRECT)) return location.slice(REDIRECT.length + 1)
      url = new URL(location, url).href
      body = undefined
      continue
    }
    const page = await response.text()
    const prompt = /name="prompt" value="(\w+)"/.exec(page)?.[1]
    if (prompt === undefined) throw new Error(`${response.status} ${page}`)
    body = prompt === 'login' ? `prompt=login&login=${user}&password=x` : `prompt=${prompt}`
  }
  throw new Error('no end')
}

const comeBack = (query: string, cookie: string) =>
  fetch(`${base()}/api/v1/oidc/callback?${query}`, { redirect: 'manual', headers: { cookie } })

const refusal = () => told.findLast(({ event }) => event === 'audit.login_refused')?.fields

describe('[A-6] a login at a real provider', () => {
  it('gives a session with the role of the groups, and leads to the pages by the address of the settings', async () => {
    const { target, cookie } = await begin()
    expect(Object.fromEntries(new URL(target).searchParams)).toMatchObject({
      code_challenge_method: 'S256',
      redirect_uri: REDIRECT,
    })
    const answer = await comeBack(await atProvider(target, 'ada'), cookie)
    expect([answer.status, answer.headers.get('location')]).toEqual([303, 'http://127.0.0.1:9/vms/'])
    const session = await fetch(`${base()}/api/v1/session`, { headers: { cookie: firstCookie(answer) } })
    expect(await session.json()).toMatchObject({ mode: 'oidc', loggedIn: true, user: 'ada', role: 'operator' })
  })

  type Spoil = (query: URLSearchParams, cookie: string) => [query: URLSearchParams, cookie: string]
  const change =
    (name: string, value: string): Spoil =>
    (query, cookie) => {
      query.set(name, value)
      return [query, cookie]
    }
  it.each<[string, string, Spoil, string]>([
    ['another state', 'ada', change('state', 'x'), 'OIDC_ANSWER'],
    ['another issuer', 'ada', change('iss', 'http://127.0.0.1:1'), 'OIDC_ANSWER'],
    ['another code', 'ada', change('code', 'x'), 'OIDC_CODE'],
    ['another browser', 'ada', (query) => [query, 'x=y'], 'OIDC_NOT_BEGUN'],
    ['who may see nothing', 'eve', (query, cookie) => [query, cookie], 'NO_ACCESS'],
  ])('%s: refused, told apart in the log only', async (_what, user, spoil, code) => {
    const { target, cookie } = await begin()
    const [query, shown] = spoil(new URLSearchParams(await atProvider(target, user)), cookie)
    const answer = await comeBack(query.toString(), shown)
    expect([answer.status, await answer.json()]).toEqual([
      403,
      {
        code: 'LOGIN_REFUSED',
        message: 'The login did not work. Begin anew, or ask who runs this server.',
        detail: {},
      },
    ])
    expect(refusal()).toMatchObject({ code })
  })

  it('an answer counts once, and for ten minutes', async () => {
    const { target, cookie } = await begin()
    const query = await atProvider(target, 'ada')
    expect((await comeBack(query, cookie)).status).toBe(303)
    expect((await comeBack(query, cookie)).status).toBe(403)
    expect(refusal()).toMatchObject({ code: 'OIDC_NOT_BEGUN' })
    const late = await begin()
    const lateQuery = await atProvider(late.target, 'ada')
    clock.advance(600_001)
    expect((await comeBack(lateQuery, late.cookie)).status).toBe(403)
  })

  it('tells the operator what the provider said', async () => {
    const { target, cookie } = await begin()
    const state = new URL(target).searchParams.get('state')!
    await comeBack(new URLSearchParams({ error: 'access_denied', state, iss: issuer }).toString(), cookie)
    expect(refusal()).toMatchObject({ code: 'OIDC_DENIED', reason: expect.stringContaining('access_denied') })
  })
})

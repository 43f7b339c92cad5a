import { randomBytes } from 'node:crypto'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import type { Access } from '../../auth/access.ts'
import { openToAll } from '../../auth/auth.ts'
import { sessionAuthenticator } from '../../auth/authenticator.ts'
import { WallLinks } from '../../auth/links/wall-links.ts'
import { SessionStore } from '../../auth/session-store.ts'
import { createLog, silentLog } from '../../log.ts'
import { type HttpFixture, startHttp, writeSite } from '../../testing/http-fixture.ts'
import { ManualClock } from '../../testing/manual-clock.ts'

const clock = new ManualClock()
const sessions = new SessionStore(clock, randomBytes)
const wallLinks = new WallLinks({
  ...{ clock, random: randomBytes, sessions, log: silentLog },
  keeper: { read: () => [], write: () => {} },
})
const RULE = { hosts: ['kvm-01'], labels: [], projects: [], names: [] }
const people: Record<string, Access> = {
  'token-of-anna': { user: 'anna', role: 'operator', scope: null, session: null },
  'token-of-ben': { user: 'ben', role: 'operator', scope: [RULE], session: null },
  'token-of-vera': { user: 'vera', role: 'viewer', scope: null, session: null },
  'token-of-root': { user: 'root', role: 'admin', scope: null, session: null },
}
const lines: string[] = []
const site = writeSite()
let http: HttpFixture
let open: HttpFixture

beforeAll(async () => {
  const authenticator = sessionAuthenticator(sessions, (token) => people[token] ?? null)
  const log = createLog(
    (line) => lines.push(line),
    () => 0,
  )
  http = await startHttp(
    site.directory,
    {},
    { sessions, wallLinks, log, auth: { ...openToAll(), mode: 'token', authenticator } },
  )
  open = await startHttp(site.directory)
})
afterAll(async () => {
  await Promise.all([http.server.close(0), open.server.close(0)])
  site.remove()
})

async function ask(
  method: string,
  path: string,
  who: string | null,
  body?: unknown,
  fields: Record<string, string> = {},
) {
  const headers = {
    'X-CSRF': '1',
    ...(who === null ? { Origin: `http://127.0.0.1:${http.port}` } : { Authorization: `Bearer token-of-${who}` }),
    ...(body === undefined ? {} : { 'Content-Type': 'application/json' }),
    ...fields,
  }
  const init = { method, headers, ...(body === undefined ? {} : { body: JSON.stringify(body) }) }
  const response = await fetch(`http://127.0.0.1:${http.port}/api/v1/links${path}`, init)
  const json = (await response.json()) as Record<string, never> & { code?: string; message?: string }
  return { status: response.status, json, cookie: response.headers.get('set-cookie') }
}

interface Made {
  readonly link: { readonly id: string; readonly scope: unknown; readonly expiresAt: number; readonly creator: string }
  readonly secret: string
  readonly path: string
}
const wish = { name: 'Hall', view: 'panels=totals' }
const make = async (who: string, more: object = {}) =>
  (await ask('POST', '', who, { ...wish, ...more })).json as unknown as Made

describe('links for walls [A-4]', () => {
  it('are made by operators, for 90 days where nothing is said, with the secret behind the #', async () => {
    const { link, secret, path } = await make('anna')
    expect([link.creator, link.scope, link.expiresAt - clock.wall()]).toEqual(['anna', null, 90 * 86_400_000])
    expect(path).toBe(`/wall?link=${link.id}#${secret}`)
    expect(await ask('POST', '', 'vera', wish)).toMatchObject({ status: 403, json: { code: 'OPERATORS_ONLY' } })
    expect((await ask('GET', '', 'vera')).status).toBe(403)
    expect((await ask('GET', '', null)).status).toBe(401)
  })

  it('show no more than their maker may see', async () => {
    expect((await make('ben')).link.scope).toEqual([RULE])
    expect((await make('anna', { scope: [{ projects: ['billing'] }] })).link.scope).toEqual([
      { hosts: [], labels: [], projects: ['billing'], names: [] },
    ])
    const wider = await ask('POST', '', 'ben', { ...wish, scope: [{ hosts: ['*'] }] })
    expect([wider.status, wider.json.message]).toEqual([
      400,
      'You see a part of the fleet, and so does what you make: leave "scope" out.',
    ])
  })

  it.each([
    [{ view: 'x' }, 'needs a "name"'],
    [{ ...wish, name: ' ' }, 'needs a "name"'],
    [{ ...wish, name: 'a\nb' }, 'needs a "name"'],
    [{ name: 'Hall' }, 'needs a "view"'],
    [{ ...wish, view: '?x' }, 'without "?"'],
    [{ ...wish, days: 401 }, 'from 1 to 400'],
    [{ ...wish, days: 1.5 }, 'from 1 to 400'],
    [{ ...wish, scope: [] }, 'list of 1 to 32 rules'],
    [{ ...wish, scope: [{ host: ['x'] }] }, 'no such key'],
  ])('are not made of %j', async (body, message) => {
    const answer = await ask('POST', '', 'anna', body)
    expect(answer.status).toBe(400)
    expect(answer.json.message).toContain(message)
  })

  it('let a screen in with a cookie, that sees what they say and nothing else', async () => {
    const { link, secret } = await make('ben')
    const entered = await ask('POST', `/${link.id}/session`, null, { secret })
    expect(entered).toMatchObject({
      status: 200,
      json: { view: 'panels=totals', name: 'Hall', expiresAt: link.expiresAt },
    })
    const cookie = entered.cookie!.split(';')[0]!
    expect(entered.cookie).toMatch(/^domscope=[\w-]{43}; Path=\/; HttpOnly; SameSite=Strict; Max-Age=7776000$/)
    const who = await fetch(`http://127.0.0.1:${http.port}/api/v1/session`, { headers: { Cookie: cookie } })
    expect(await who.json()).toMatchObject({ loggedIn: true, role: 'viewer', scope: [RULE] })
    // A screen makes no links and sees none, not even its own.
    const asScreen = await fetch(`http://127.0.0.1:${http.port}/api/v1/links`, { headers: { Cookie: cookie } })
    expect(asScreen.status).toBe(403)
    const again = await ask('POST', `/${link.id}/session`, null, { secret }, { Cookie: cookie })
    expect([again.status, again.cookie]).toEqual([200, null])
  })

  it('leave a login alone in whose browser they are opened', async () => {
    const { link, secret } = await make('anna')
    const login = sessions.open({ ...people['token-of-anna']!, kind: 'login', address: '', agent: '' })
    const size = sessions.size
    const entered = await ask('POST', `/${link.id}/session`, null, { secret }, { Cookie: `domscope=${login.secret}` })
    expect([entered.status, entered.cookie, sessions.size]).toEqual([200, null, size])
    expect(sessions.find(login.secret)).not.toBe(null)
  })

  it('end at once when they are revoked, and say so to whoever shows their secret', async () => {
    const { link, secret } = await make('anna')
    const entered = await ask('POST', `/${link.id}/session`, null, { secret })
    const cookie = entered.cookie!.split(';')[0]!
    expect((await ask('DELETE', `/${link.id}`, 'ben')).status).toBe(404)
    expect((await ask('DELETE', `/${link.id}`, 'anna')).status).toBe(200)
    const hosts = await fetch(`http://127.0.0.1:${http.port}/api/v1/hosts`, { headers: { Cookie: cookie } })
    expect(hosts.status).toBe(401)
    expect(await ask('POST', `/${link.id}/session`, null, { secret })).toMatchObject({
      status: 410,
      json: { code: 'LINK_REVOKED', message: 'This link was revoked.' },
    })
    expect((await ask('POST', `/${link.id}/extend`, 'anna', { days: 5 })).json.code).toBe('LINK_REVOKED')
  })

  it('are extended by their maker and by admins', async () => {
    const { link } = await make('anna', { days: 1 })
    expect((await ask('POST', `/${link.id}/extend`, 'ben', { days: 5 })).status).toBe(404)
    const { json } = await ask('POST', `/${link.id}/extend`, 'root', { days: 400 })
    expect(json).toMatchObject({ link: { expiresAt: clock.wall() + 400 * 86_400_000 } })
  })

  it('are listed with who made and last used them, to nobody else but admins', async () => {
    const { link, secret } = await make('ben', { name: 'Workshop' })
    await ask('POST', `/${link.id}/session`, null, { secret })
    const list = async (who: string) =>
      ((await ask('GET', '', who)).json as unknown as { links: Record<string, unknown>[] }).links
    expect((await list('root')).find(({ id }) => id === link.id)).toMatchObject({
      ...{ name: 'Workshop', creator: 'ben', seenAt: clock.wall(), address: '127.0.0.1', screens: 1, revokedAt: null },
    })
    expect((await list('anna')).some(({ id }) => id === link.id)).toBe(false)
    expect((await list('ben')).every(({ creator }) => creator === 'ben')).toBe(true)
  })

  it('leave no secret in the log, and a line for each thing that is done', async () => {
    const { link, secret } = await make('anna')
    await ask('POST', `/${link.id}/session`, null, { secret })
    await ask('POST', `/${link.id}/session`, null, { secret: 'W'.repeat(43) })
    await ask('DELETE', `/${link.id}`, 'anna')
    const all = lines.join('\n')
    expect(all).not.toContain(secret)
    expect(all).not.toContain('W'.repeat(43))
    for (const event of ['link_made', 'link_entered', 'link_refused', 'link_revoked'])
      expect(all).toContain(`audit.${event}`)
  })

  it('are not there where nobody logs in', async () => {
    const { status, body } = await open.json('/api/v1/links')
    expect([status, body.code]).toEqual([404, 'NO_LINKS'])
  })
})

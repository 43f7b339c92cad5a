import { beforeAll, describe, expect, it } from 'vitest'
import { ManualClock } from '../../testing/manual-clock.ts'
import { LoginLimiter } from '../login-limiter.ts'
import { ARGON2_OPTIONS, loadArgon2 } from './argon2.ts'
import { PasswordDesk } from './password-desk.ts'
import type { Account } from './password-lines.ts'

const argon2 = loadArgon2()
const accounts = new Map<string, Account>()
const withAny = Object.assign(accounts, { any: undefined as Account | undefined })
const rights = (user: string) => (user === 'guest' ? null : { role: 'viewer' as const, scope: null })

beforeAll(async () => {
  for (const user of ['ada', 'guest']) {
    accounts.set(user, { user, hash: await argon2.hash(`secret of ${user}`, ARGON2_OPTIONS) })
  }
})

/** A desk whose work is counted, and held until `release` where `hold` is set. */
function setUp(hold = false, cores = 8) {
  const clock = new ManualClock()
  const work = { now: 0, most: 0, hashes: [] as string[] }
  const held: (() => void)[] = []
  const verify = async (hash: string, password: string) => {
    work.most = Math.max(work.most, ++work.now)
    work.hashes.push(hash)
    if (hold) await new Promise<void>((resolve) => held.push(resolve))
    const found = hold ? false : await argon2.verify(hash, password)
    work.now--
    return found
  }
  const desk = new PasswordDesk({
    accounts: withAny,
    argon2: { verify },
    rights,
    limiter: new LoginLimiter(clock),
    cores,
  })
  const login = async (user: unknown, password: unknown, address = '10.0.0.1') => {
    const result = await desk.login({ user, password }, address)
    return result.ok ? result.grant.user : `${result.problem.status} ${result.problem.code} ${result.user}`
  }
  return { clock, work, held, desk, login }
}

describe('[A-7] passwords', () => {
  it('let in who knows them, with the rights of the account', async () => {
    const { login } = setUp()
    expect(await login('ada', 'secret of ada')).toBe('ada')
    expect(await login('ada', 'secret of guest')).toBe('401 LOGIN_REFUSED ada')
    expect(await login('guest', 'secret of guest')).toBe('403 NO_ACCESS guest')
    expect(await login('Ada', 'secret of ada')).toBe('401 LOGIN_REFUSED null')
  })

  it('cost the same work and give the same answer where there is no such account', async () => {
    const { desk, work } = setUp()
    const known = await desk.login({ user: 'ada', password: 'x' }, 'a')
    const unknown = await desk.login({ user: 'eve', password: 'x' }, 'a')
    expect({ ...unknown, user: '' }).toEqual({ ...known, user: '' })
    expect(work.hashes).toHaveLength(2)
    const cost = (hash: string) => hash.split('$').slice(1, 4).join()
    expect(cost(work.hashes[1]!)).toBe(cost(work.hashes[0]!))
  })

  it('names nobody in the log who has no account: people type passwords into that field', async () => {
    const { login } = setUp()
    for (let i = 0; i < 7; i++) expect(await login('hunter2', 'x')).toMatch(/ null$/)
    for (let i = 0; i < 6; i++) expect(await login('ada', 'x')).toMatch(/ ada$/)
  })

  it('[T-S4] can be tried five times a minute for an account and an address, known or not', async () => {
    for (const user of ['ada', 'eve']) {
      const { login, work, clock } = setUp()
      for (let i = 0; i < 1000; i++) await login(user, `guess ${i}`)
      expect(work.hashes).toHaveLength(5)
      expect(await login('ada', 'secret of ada', '10.0.0.2')).toBe('ada')
      clock.advance(60_000)
      expect(await login(user, 'x')).toMatch(/^401/)
    }
  })

  it.each([
    [1, 1],
    [2, 1],
    [3, 2],
    [64, 2],
  ])('of many at once take of %d cores %d, and more than a hundred do not wait', async (cores, atOnce) => {
    const { login, work, held } = setUp(true, cores)
    const all = Array.from({ length: 110 }, (_, i) => login('ada', 'x', `10.0.1.${i}`))
    for (let served = 0; served < 100 + atOnce; served++) {
      while (held.length === 0) await new Promise((resolve) => setImmediate(resolve))
      held.shift()!()
    }
    const answers = await Promise.all(all)
    expect(work.most).toBe(atOnce)
    expect(answers.filter((answer) => answer.startsWith('503 LOGIN_BUSY'))).toHaveLength(10 - atOnce)
  })

  it.each<[string, unknown, unknown]>([
    ['no user', undefined, 'x'],
    ['an empty user', '', 'x'],
    ['a user that is a list', ['ada'], 'x'],
    ['no password', 'ada', undefined],
    ['a password that is an object', 'ada', {}],
    ['a very long password', 'ada', 'x'.repeat(1025)],
  ])('are not compared for %s', async (_what, user, password) => {
    const { login, work } = setUp()
    expect(await login(user, password)).toBe('400 BAD_LOGIN null')
    expect(work.hashes).toEqual([])
  })

  it('of an account that was taken away during the comparison let nobody in', async () => {
    const { desk } = setUp()
    const entering = desk.login({ user: 'ada', password: 'secret of ada' }, 'a')
    const account = accounts.get('ada')!
    accounts.delete('ada')
    expect((await entering).ok).toBe(false)
    accounts.set('ada', account)
  })
})

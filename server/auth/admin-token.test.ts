import { randomBytes } from 'node:crypto'
import { chmodSync, mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, describe, expect, it } from 'vitest'
import { ManualClock } from '../testing/manual-clock.ts'
import { readOrMakeToken, TokenDesk } from './admin-token.ts'
import { LoginLimiter } from './login-limiter.ts'

const folder = mkdtempSync(join(tmpdir(), 'domscope-token-'))
afterAll(() => rmSync(folder, { recursive: true }))

describe('[A-2] the admin token', () => {
  it('is made once, 256 bits, for its owner alone, and is the same at the next start', () => {
    const path = join(folder, 'deep', 'er', 'admin-token')
    const made = readOrMakeToken(path, randomBytes)
    expect(made.fresh).toBe(true)
    expect(Buffer.from(made.token, 'base64url')).toHaveLength(32)
    expect(statSync(path).mode & 0o777).toBe(0o600)
    expect(readOrMakeToken(path, randomBytes)).toEqual({ token: made.token, fresh: false })
    expect(readFileSync(path, 'utf8').trim()).toBe(made.token)
  })

  it('is refused from a file that others may read, with the command that mends it', () => {
    const path = join(folder, 'open')
    readOrMakeToken(path, randomBytes)
    chmodSync(path, 0o640)
    expect(() => readOrMakeToken(path, randomBytes)).toThrow(/others may read the admin token .*open/)
  })

  it('is refused from a file that holds something else, which is not written over', () => {
    const path = join(folder, 'other')
    writeFileSync(path, 'my diary', { mode: 0o600 })
    expect(() => readOrMakeToken(path, randomBytes)).toThrow(/holds no token of ours/)
    expect(readFileSync(path, 'utf8')).toBe('my diary')
  })

  it('says which place cannot be written', () => {
    writeFileSync(join(folder, 'file'), '')
    expect(() => readOrMakeToken(join(folder, 'file', 'token'), randomBytes)).toThrow(
      /cannot be (read|written).*ENOTDIR/,
    )
  })

  it('lets in who shows it, and nobody else', async () => {
    const token = 'a'.repeat(43)
    const desk = new TokenDesk(token, new LoginLimiter(new ManualClock()))
    expect(await desk.login({ token }, '10.0.0.1')).toMatchObject({ ok: true, grant: { user: 'admin', role: 'admin' } })
    for (const wrong of ['', 'b'.repeat(43), `${token}a`]) {
      expect(await desk.login({ token: wrong }, '10.0.0.1')).toMatchObject({
        ok: false,
        problem: { code: 'LOGIN_REFUSED' },
      })
    }
    for (const nothing of [{}, { token: 5 }, { token: [token] }]) {
      expect(await desk.login(nothing, '10.0.0.1')).toMatchObject({ ok: false, problem: { status: 400 } })
    }
  })
})

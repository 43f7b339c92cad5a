import { chmodSync, mkdtempSync, renameSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, describe, expect, it } from 'vitest'
import { findDomscopeError } from '../../../lib/errors/domscope-error.ts'
import { oneLine } from '../../config/config-error.ts'
import { ManualClock } from '../../testing/manual-clock.ts'
import { PasswordFile } from './password-file.ts'
import { parsePasswordLines } from './password-lines.ts'

const folder = mkdtempSync(join(tmpdir(), 'domscope-htpasswd-'))
afterAll(() => rmSync(folder, { recursive: true }))

const hash = (mark: string, cost = 'm=19456,t=2,p=1') => `$argon2id$v=19$${cost}$${mark.repeat(22)}$${mark.repeat(43)}`

function refusal(read: () => unknown): string {
  try {
    read()
  } catch (error) {
    return oneLine(findDomscopeError(error)!)
  }
  return 'it was taken'
}

describe('lines of a password file', () => {
  it('are a user and a hash; comments and empty lines say nothing', () => {
    const text = `# people\r\n\r\nada:${hash('a')}\r\n  bob o'neil@example.org:${hash('b')}  \n`
    expect([...parsePasswordLines(text, '/p').keys()]).toEqual(['ada', "bob o'neil@example.org"])
  })

  it.each<[string, string, string]>([
    ['bcrypt', 'ada:$2y$05$abcdefghijklmnopqrstuv', 'the password of "ada" is bcrypt; only argon2id is taken'],
    ['apr1', 'ada:$apr1$salt$hash', 'is apr1 (MD5); only argon2id'],
    ['SHA', 'ada:{SHA}W6ph5Mm5Pz8GgiULbPgzG37mj9g=', 'is SHA-1; only argon2id'],
    ['crypt', 'ada:$6$salt$hash', 'is SHA-512 crypt; only argon2id'],
    ['argon2i', 'ada:$argon2i$v=19$m=65536,t=2,p=1$c2FsdHNhbHQ$aGFzaA', 'is another kind of argon2; only'],
    ['plain text', 'ada:hunter2', 'is no hash that is known here; only argon2id'],
    ['no colon', 'hunter2', 'this line is not USER:HASH'],
    ['no user', `:${hash('a')}`, 'this line is not USER:HASH'],
    ['a hash that takes 8 GiB', `ada:${hash('a', 'm=8388608,t=2,p=1')}`, 'takes more or less than a login may'],
    ['a hash that takes nothing', `ada:${hash('a', 'm=8,t=0,p=1')}`, 'takes more or less than a login may'],
    ['a user twice', `ada:${hash('a')}\nada:${hash('b')}`, '"ada" is there twice'],
  ])('are refused for %s, by their number and with a remedy, and never show the hash', (_what, line, expected) => {
    const told = refusal(() => parsePasswordLines(`# first\n${line}\n`, '/etc/p'))
    expect(told).toMatch(/^domscope: \/etc\/p:[23]: /)
    expect(told).toContain(expected)
    expect(told).toMatch(/domscope --hash-password USER\.?$|Leave one of them out\.$/)
    for (const secret of ['hunter2', 'W6ph5', 'abcdefghij', 'aaaa']) expect(told).not.toContain(secret)
  })
})

describe('a password file', () => {
  function setUp(name: string, text: string) {
    const path = join(folder, name)
    writeFileSync(path, text, { mode: 0o640 })
    const clock = new ManualClock()
    const ended: string[][] = []
    const logged: string[] = []
    const log = { info: () => {}, warn: () => {}, error: (event: string) => logged.push(event) }
    const file = new PasswordFile(path, clock, log, (users) => ended.push([...users]))
    return { path, clock, ended, logged, file }
  }

  it('is read anew when it changes, and tells whose password went or is another', () => {
    const { path, clock, ended, file } = setUp('p1', `ada:${hash('a')}\nbob:${hash('b')}\ncy:${hash('c')}\n`)
    clock.advance(10_000)
    expect(ended).toEqual([])
    writeFileSync(`${path}.new`, `ada:${hash('a')}\nbob:${hash('x')}\ndee:${hash('d')}\n`, { mode: 0o600 })
    renameSync(`${path}.new`, path)
    clock.advance(2_000)
    expect(ended).toEqual([['bob', 'cy']])
    expect([file.get('cy'), file.get('dee')?.user, file.get('bob')?.hash]).toEqual([undefined, 'dee', hash('x')])
    file.close()
    expect(clock.pending).toBe(0)
  })

  it('that cannot be used any more is told once, and what was read before stays in force', () => {
    const { path, clock, ended, file, logged } = setUp('p2', `ada:${hash('a')}\n`)
    writeFileSync(path, 'ada:hunter2 and more\n')
    clock.advance(10_000)
    rmSync(path)
    clock.advance(10_000)
    expect(logged).toEqual(['auth.password_file', 'auth.password_file'])
    expect(file.get('ada')?.hash).toBe(hash('a'))
    expect(ended).toEqual([])
    file.close()
  })

  it('is refused at the start when it is missing, or when others may write it', () => {
    const make = (path: string) =>
      new PasswordFile(path, new ManualClock(), { info() {}, warn() {}, error() {} }, () => {})
    expect(refusal(() => make(join(folder, 'none')))).toContain('there is no file')
    const path = join(folder, 'p3')
    writeFileSync(path, `ada:${hash('a')}\n`)
    chmodSync(path, 0o666)
    expect(refusal(() => make(path))).toMatch(/others may write the password file\. Run chmod go-w/)
  })
})

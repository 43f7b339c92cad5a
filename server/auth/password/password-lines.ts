import { configError } from '../../config/config-error.ts'

/** One account of a password file. */
export interface Account {
  readonly user: string
  readonly hash: string
}

const HASH = /^\$argon2id\$v=19\$m=(\d{1,7}),t=(\d{1,2}),p=(\d{1,2})\$[A-Za-z0-9+/]{11,86}\$[A-Za-z0-9+/]{22,171}$/
const USER = /^[^\p{C}:#\s][^\p{C}:]{0,127}$/u
/** What one login may cost: 256 MiB, and ten passes. */
const MAX_MEMORY_KIB = 262_144
const MAX_PASSES = 10
const MAX_THREADS = 8
const REMEDY = 'Make the line anew with: domscope --hash-password USER'

/** Kinds of hashes that other programs take, by how they begin. */
const OTHERS: readonly (readonly [RegExp, string])[] = [
  [/^\$2[abxy]?\$/, 'bcrypt'],
  [/^\$apr1\$/, 'apr1 (MD5)'],
  [/^\$1\$/, 'MD5'],
  [/^\{SHA\}/, 'SHA-1'],
  [/^\{SSHA/, 'salted SHA'],
  [/^\$5\$/, 'SHA-256 crypt'],
  [/^\$6\$/, 'SHA-512 crypt'],
  [/^\$y\$|^\$7\$/, 'yescrypt or scrypt'],
  [/^\$argon2i\$|^\$argon2d\$/, 'another kind of argon2'],
]

/**
 * A name that a line can begin with.
 *
 * @throws DomscopeError `BAD_CONFIG`.
 */
export function checkUser(user: string): string {
  if (USER.test(user)) return user
  throw configError(
    '--hash-password',
    `${JSON.stringify(user)} is no name`,
    'A name has no colon, and 1 to 128 characters.',
  )
}

/**
 * Reads lines `USER:$argon2id$…`. Empty lines and those that begin with `#` say nothing.
 *
 * @throws DomscopeError `BAD_CONFIG` that names the line and what to do; never what stands in it but the user.
 */
export function parsePasswordLines(text: string, path: string): ReadonlyMap<string, Account> {
  const accounts = new Map<string, Account>()
  for (const [index, raw] of text.split('\n').entries()) {
    const line = raw.trim()
    if (line === '' || line.startsWith('#')) continue
    const account = parseLine(line, `${path}:${index + 1}`)
    if (accounts.has(account.user)) {
      throw configError(`${path}:${index + 1}`, `"${account.user}" is there twice`, 'Leave one of them out.')
    }
    accounts.set(account.user, account)
  }
  return accounts
}

function parseLine(line: string, where: string): Account {
  const cut = line.indexOf(':')
  const user = cut < 0 ? '' : line.slice(0, cut)
  if (!USER.test(user)) throw configError(where, 'this line is not USER:HASH', REMEDY)
  const hash = line.slice(cut + 1)
  const parts = HASH.exec(hash)
  if (parts === null) {
    const kind = OTHERS.find(([begin]) => begin.test(hash))?.[1] ?? 'no hash that is known here'
    throw configError(where, `the password of "${user}" is ${kind}; only argon2id is taken`, REMEDY)
  }
  const [memory, passes, threads] = parts.slice(1).map(Number) as [number, number, number]
  const isDear = memory > MAX_MEMORY_KIB || passes > MAX_PASSES || threads > MAX_THREADS
  if (!isDear && memory >= 8 * threads && passes > 0 && threads > 0) return { user, hash }
  const limit = `at most m=${MAX_MEMORY_KIB}, t=${MAX_PASSES}, p=${MAX_THREADS}`
  throw configError(where, `the hash of "${user}" takes more or less than a login may: ${limit}`, REMEDY)
}

import { problem } from '../../http/problem.ts'
import type { Grant, LoginDesk, LoginResult } from '../login-desk.ts'
import { badLogin, loginLimited, loginRefused } from '../login-desk.ts'
import type { LoginLimiter } from '../login-limiter.ts'
import type { Argon2 } from './argon2.ts'
import type { Account } from './password-lines.ts'
import { WorkQueue } from './work-queue.ts'

/** Each takes a core and 19 MiB for as long as it lasts. */
const MOST_AT_ONCE = 2
/** About three seconds of work. */
const MAX_WAITING = 100
const MAX_USER = 128
const MAX_PASSWORD = 1024
/** Of random bytes that nobody kept: what is compared where there is no account to compare with. */
const DECOY = '$argon2id$v=19$m=19456,t=2,p=1$y7sQialJ29KfQc+OgnlVQQ$3SHvSf98a/Jk5i4AjlNu+1JNZwFHSJfP8/rvM8FUwBQ'

export interface Accounts {
  get(user: string): Account | undefined
  readonly any: Account | undefined
}

interface PasswordDeskOptions {
  readonly accounts: Accounts
  readonly argon2: Pick<Argon2, 'verify'>
  readonly limiter: LoginLimiter
  /** Of the machine. One is left to those who are in already. */
  readonly cores: number
  /** What a user may do and see; null for one who may not come in. */
  readonly rights: (user: string) => Pick<Grant, 'role' | 'scope'> | null
}

/**
 * Lets in whoever knows the password of an account.
 *
 * @remarks An unknown user costs the same work and gets the same answer as a wrong password.
 */
export class PasswordDesk implements LoginDesk {
  readonly kind = 'password'
  private readonly options: PasswordDeskOptions
  private readonly queue: WorkQueue

  constructor(options: PasswordDeskOptions) {
    this.options = options
    this.queue = new WorkQueue(Math.max(1, Math.min(MOST_AT_ONCE, options.cores - 1)), MAX_WAITING)
  }

  async login({ user, password }: Readonly<Record<string, unknown>>, address: string): Promise<LoginResult> {
    const isText = typeof user === 'string' && typeof password === 'string'
    if (!isText || user === '' || user.length > MAX_USER || password.length > MAX_PASSWORD) {
      return badLogin(`{"user": "…", "password": "…"}, of at most ${MAX_USER} and ${MAX_PASSWORD} characters`)
    }
    const { limiter, accounts } = this.options
    const key = `${address} ${user}`
    const waitMs = limiter.take(key)
    if (waitMs > 0) return loginLimited(waitMs, accounts.get(user)?.user)
    const checked = this.queue.run(() => this.check(user, password))
    if (checked === null) return busy()
    const result = await checked
    if (result.ok) limiter.clear(key)
    return result
  }

  private async check(user: string, password: string): Promise<LoginResult> {
    const { accounts, argon2, rights } = this.options
    const account = accounts.get(user)
    const matches = await argon2.verify((account ?? accounts.any)?.hash ?? DECOY, password)
    // Read again: it may have been taken away while we were at work.
    if (!matches || account === undefined || accounts.get(user) !== account) {
      return loginRefused('User and password do not match.', account?.user)
    }
    const granted = rights(user)
    if (granted !== null) return { ok: true, grant: { user, ...granted } }
    return { ok: false, problem: problem(403, 'NO_ACCESS', 'This account may see nothing here.'), user }
  }
}

function busy(): LoginResult {
  const found = problem(503, 'LOGIN_BUSY', 'Too many people are logging in at once.', {}, { 'Retry-After': '3' })
  return { ok: false, problem: found, user: null }
}

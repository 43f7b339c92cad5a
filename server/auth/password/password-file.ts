import { readFileSync, statSync } from 'node:fs'
import { findDomscopeError } from '../../../lib/errors/domscope-error.ts'
import type { Clock } from '../../clock.ts'
import { configError } from '../../config/config-error.ts'
import { fileStamp } from '../../config/file-stamp.ts'
import { readText } from '../../config/read-text.ts'
import type { Log } from '../../log.ts'
import { type Account, parsePasswordLines } from './password-lines.ts'

const LOOK_EVERY_MS = 2_000
const OTHERS_MAY_WRITE = 0o022

/**
 * The accounts of a password file, read anew when it changes.
 *
 * @remarks A file that cannot be used any more is told in the log, and what was read before stays in force: a slip of
 * the pen does not lock everybody out.
 */
export class PasswordFile {
  private readonly path: string
  private readonly log: Log
  private accounts: ReadonlyMap<string, Account>
  private stamp: string
  private cancel: () => void = () => {}

  /**
   * @param changed - Called with the users whose account went or got another password.
   * @throws DomscopeError `BAD_CONFIG` when the file cannot be used at the start.
   */
  constructor(path: string, clock: Clock, log: Log, changed: (users: ReadonlySet<string>) => void) {
    this.path = path
    this.log = log
    this.stamp = fileStamp(path)
    this.accounts = readAccounts(path)
    const look = () => {
      const gone = this.refresh()
      if (gone.size > 0) changed(gone)
      this.cancel = clock.after(LOOK_EVERY_MS, look)
    }
    this.cancel = clock.after(LOOK_EVERY_MS, look)
  }

  get(user: string): Account | undefined {
    return this.accounts.get(user)
  }

  /** Any account: for work that takes as long as a real one's. */
  get any(): Account | undefined {
    return this.accounts.values().next().value
  }

  close(): void {
    this.cancel()
  }

  private refresh(): ReadonlySet<string> {
    const gone = new Set<string>()
    const stamp = fileStamp(this.path)
    if (stamp === this.stamp) return gone
    this.stamp = stamp
    const before = this.accounts
    try {
      this.accounts = readAccounts(this.path)
    } catch (error) {
      if (findDomscopeError(error) === null) throw error
      this.log.error('auth.password_file', { error, inForce: 'what was read before' })
      return gone
    }
    for (const { user, hash } of before.values()) if (this.accounts.get(user)?.hash !== hash) gone.add(user)
    this.log.info('auth.password_file', { path: this.path, accounts: this.accounts.size, ended: gone.size })
    return gone
  }
}

function readAccounts(path: string): ReadonlyMap<string, Account> {
  const text = readText(path, 'auth.htpasswd.file', (from) => readIfThere(from))
  if (text === null) {
    throw configError('auth.htpasswd.file', `there is no file ${path}`, 'Make it with: domscope --hash-password USER')
  }
  if ((statSync(path).mode & OTHERS_MAY_WRITE) !== 0) {
    throw configError(path, 'others may write the password file', `Run chmod go-w ${path}.`)
  }
  return parsePasswordLines(text, path)
}

function readIfThere(path: string): Uint8Array | null {
  try {
    return readFileSync(path)
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return null
    throw error
  }
}

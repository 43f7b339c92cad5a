import { createHash, timingSafeEqual } from 'node:crypto'
import { mkdirSync, readFileSync, statSync, writeFileSync } from 'node:fs'
import { dirname } from 'node:path'
import { configError } from '../config/config-error.ts'
import type { Access } from './access.ts'
import { badLogin, type LoginDesk, type LoginResult, loginLimited, loginRefused } from './login-desk.ts'
import type { LoginLimiter } from './login-limiter.ts'

/** 256 bits in base64url. */
const TOKEN = /^[A-Za-z0-9_-]{43}$/
const TOKEN_BYTES = 32
const OTHERS = 0o077

/** Who shows the token. */
const ADMIN: Access = { user: 'admin', role: 'admin', scope: null, session: null }

export interface AdminToken {
  readonly token: string
  /** It was made just now, so nobody has seen it yet. */
  readonly fresh: boolean
}

/**
 * Reads the admin token, or makes one where there is none.
 *
 * @throws DomscopeError `BAD_CONFIG` when the file cannot be read or made, is open to others, or holds something else.
 */
export function readOrMakeToken(path: string, random: (bytes: number) => Uint8Array): AdminToken {
  const found = readToken(path)
  if (found !== null) return { token: found, fresh: false }
  const token = Buffer.from(random(TOKEN_BYTES)).toString('base64url')
  try {
    mkdirSync(dirname(path), { recursive: true, mode: 0o700 })
    // Not over a file that came meanwhile: two that start at once would each print another token.
    writeFileSync(path, `${token}\n`, { mode: 0o600, flag: 'wx' })
  } catch (cause) {
    const { code = String(cause) } = cause as NodeJS.ErrnoException
    const remedy = 'Set "token": {"file": "…"} within "auth" of the config file to a place that this user can write.'
    throw configError('auth', `the admin token cannot be written to ${path}: ${code}`, remedy, cause)
  }
  return { token, fresh: true }
}

function readToken(path: string): string | null {
  let text: string
  try {
    text = readFileSync(path, 'utf8').trim()
  } catch (cause) {
    const { code = String(cause) } = cause as NodeJS.ErrnoException
    if (code === 'ENOENT') return null
    throw configError('auth', `the admin token ${path} cannot be read: ${code}`, 'Let this user read it.', cause)
  }
  if ((statSync(path).mode & OTHERS) !== 0) {
    throw configError('auth', `others may read the admin token ${path}`, `Run chmod 600 ${path}.`)
  }
  if (TOKEN.test(text)) return text
  throw configError('auth', `${path} holds no token of ours`, 'Delete it; a new one is made at the next start.')
}

/** Lets in whoever shows the token. */
export class TokenDesk implements LoginDesk {
  readonly kind = 'token'
  private readonly digest: Buffer

  private readonly limiter: LoginLimiter

  constructor(token: string, limiter: LoginLimiter) {
    this.digest = digestOf(token)
    this.limiter = limiter
  }

  /** Who shows this token with `Authorization: Bearer`. */
  bearer(token: string): Access | null {
    return this.matches(token) ? ADMIN : null
  }

  async login({ token }: Readonly<Record<string, unknown>>, address: string): Promise<LoginResult> {
    if (typeof token !== 'string') return badLogin('{"token": "…"}')
    const waitMs = this.limiter.take(address)
    if (waitMs > 0) return loginLimited(waitMs)
    if (!this.matches(token)) return loginRefused('This is not the token.')
    this.limiter.clear(address)
    return { ok: true, grant: ADMIN }
  }

  private matches(token: string): boolean {
    return timingSafeEqual(digestOf(token), this.digest)
  }
}

function digestOf(token: string): Buffer {
  return createHash('sha256').update(token).digest()
}

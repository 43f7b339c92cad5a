import { createRequire } from 'node:module'
import { DomscopeError } from '../../../lib/errors/domscope-error.ts'

/** The part of `@node-rs/argon2` that is used. Both work off the main thread. */
export interface Argon2 {
  hash(password: string, options: Argon2Options): Promise<string>
  /** Rejects what is no hash. */
  verify(hash: string, password: string): Promise<boolean>
}

interface Argon2Options {
  readonly algorithm: 2
  readonly memoryCost: number
  readonly timeCost: number
  readonly parallelism: number
}

/** argon2id, 19 MiB, two passes, one thread: what OWASP gives as the least; 40 to 70 ms. */
export const ARGON2_OPTIONS: Argon2Options = { algorithm: 2, memoryCost: 19_456, timeCost: 2, parallelism: 1 }

const load = createRequire(import.meta.url)

/**
 * Loads the machine code for passwords: from where npm put it, or from beside the packed program.
 *
 * @throws DomscopeError `NO_ARGON2` where there is none for this machine.
 */
export function loadArgon2(): Argon2 {
  const machine = `argon2.${process.platform}-${process.arch}`
  const causes: unknown[] = []
  // Which C library there is, is cheapest told by trying.
  for (const place of ['@node-rs/argon2', `./${machine}-gnu.node`, `./${machine}-musl.node`, `./${machine}.node`]) {
    try {
      return load(place) as Argon2
    } catch (cause) {
      causes.push(cause)
    }
  }
  throw new DomscopeError('NO_ARGON2', `there is no ${machine} for this machine`, {
    radius: 'process',
    remedy: 'Install Domscope on a machine like this one, or use another --auth.',
    cause: new AggregateError(causes),
  })
}

import type { Clock } from '../../clock.ts'

/** What the answer of the provider is held against. */
export interface PendingLogin {
  readonly state: string
  readonly nonce: string
  readonly verifier: string
}

/** Longer than somebody needs for a second factor. */
export const LOGIN_LIFE_MS = 600_000
/** Whoever opens the address fills this; then the oldest goes. */
const MAX_PENDING = 2_000

/** Logins that were begun, by what the browser's cookie says; each can be finished once. */
export class PendingLogins {
  private readonly clock: Clock
  private readonly byId = new Map<string, PendingLogin & { readonly until: number }>()

  constructor(clock: Clock) {
    this.clock = clock
  }

  add(id: string, login: PendingLogin): void {
    if (this.byId.size >= MAX_PENDING) this.byId.delete(this.byId.keys().next().value!)
    this.byId.set(id, { ...login, until: this.clock.now() + LOGIN_LIFE_MS })
  }

  /** Null when there is none, it is too old, or it was taken before. */
  take(id: string): PendingLogin | null {
    const found = this.byId.get(id)
    this.byId.delete(id)
    return found === undefined || found.until < this.clock.now() ? null : found
  }
}

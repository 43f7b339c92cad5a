import { findDomscopeError } from '../../lib/errors/domscope-error.ts'
import type { FeedClock } from '../live/feed-clock.ts'

/** What the server says of a link that lets a screen in. */
export interface LinkAnswer {
  /** The query of the wall that it shows. */
  readonly view: string
  readonly name: string
  /** Ms since 1970. */
  readonly expiresAt: number
}

export type LinkState =
  | { readonly kind: 'asking' }
  | { readonly kind: 'in'; readonly answer: LinkAnswer }
  /** The link is over, or is none; in a sentence. */
  | { readonly kind: 'out'; readonly message: string }

export interface LinkKeeperOptions {
  /** Shows the secret to the server; rejects with a DomscopeError. */
  readonly enter: () => Promise<LinkAnswer>
  readonly clock: FeedClock
  readonly onChange: (state: LinkState) => void
}

/** So often a screen that is in asks whether its link was extended. */
const AGAIN_MS = 600_000
/** So often one that is out asks whether it may come in again. */
const OUT_MS = 60_000
const FAILED_MS = 5_000
/** Streams can be lost again and again; one that was ended goes dark within a second all the same. */
const LOST_MS = 500
const OVER: ReadonlySet<string> = new Set(['LINK_REVOKED', 'LINK_EXPIRED', 'LINK_UNKNOWN', 'BAD_LINK', 'NO_LINKS'])

/**
 * Keeps a screen let in by its link: shows the secret when it comes, when its stream was lost, and now and then.
 *
 * @remarks A server that does not answer says nothing about the link: the screen stays as it is, and asks again.
 */
export class LinkKeeper {
  private readonly options: LinkKeeperOptions
  private state: LinkState = { kind: 'asking' }
  private cancel: (() => void) | null = null
  private askedAt = Number.NEGATIVE_INFINITY
  private isAsking = false
  private stopped = false

  constructor(options: LinkKeeperOptions) {
    this.options = options
  }

  start(): void {
    void this.ask()
  }

  /** The stream was lost: the link may be why. */
  lost(): void {
    if (this.stopped || this.isAsking || this.state.kind === 'out') return
    const { clock } = this.options
    this.wait(Math.max(0, this.askedAt + LOST_MS - clock.now()))
  }

  stop(): void {
    this.stopped = true
    this.cancel?.()
  }

  private async ask(): Promise<void> {
    const { enter, clock } = this.options
    this.isAsking = true
    this.askedAt = clock.now()
    let next = AGAIN_MS
    try {
      this.become({ kind: 'in', answer: await enter() })
    } catch (error) {
      const known = findDomscopeError(error)
      if (known !== null && OVER.has(known.code)) {
        this.become({ kind: 'out', message: known.message })
        next = OUT_MS
      } else next = FAILED_MS
    }
    this.isAsking = false
    if (!this.stopped) this.wait(next)
  }

  private become(state: LinkState): void {
    if (this.stopped) return
    this.state = state
    this.options.onChange(state)
  }

  private wait(ms: number): void {
    this.cancel?.()
    this.cancel = this.options.clock.after(ms, () => void this.ask())
  }
}

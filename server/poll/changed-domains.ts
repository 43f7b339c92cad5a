import { Lifecycle } from '../../lib/libvirt/words.ts'
import type { DomainEvent, DomainRef } from '../libvirt/host-session.ts'

/** First question: the daemon is done with the change by then. ms. */
const SOON_MS = 100
/** Second question: it gives the second sample that rates need, and asks again whoever was left out as busy. ms. */
const AGAIN_MS = 1500
/** Most domains of one question; the others have theirs next, or come with the regular call. */
const MAX_DOMAINS = 50
/** More changes than this at once are left to the regular call. */
const MAX_WAITING = 500

interface Waiting {
  readonly domain: DomainRef
  readonly dueAt: number
  readonly last: boolean
}

/**
 * Domains that an event says have changed in what only the monitor groups tell: they are asked by explicit list, long
 * before the regular call that the duty allows may come.
 */
export class ChangedDomains {
  readonly #waiting = new Map<string, Waiting>()

  /** Takes note of an event; most say nothing of the monitor groups. */
  note(event: DomainEvent, now: number): void {
    if (!changesMonitorGroups(event) || this.#waiting.size >= MAX_WAITING) return
    this.#waiting.set(event.domain.uuid.join(), { domain: event.domain, dueAt: now + SOON_MS, last: false })
  }

  /** When the next question is due; Infinity when there is none. */
  get nextAt(): number {
    let next = Number.POSITIVE_INFINITY
    for (const { dueAt } of this.#waiting.values()) next = Math.min(next, dueAt)
    return next
  }

  /** The domains to ask about now. Each is asked about once more later, unless this was that time. */
  take(now: number): DomainRef[] {
    const due = [...this.#waiting].filter(([, { dueAt }]) => dueAt <= now).slice(0, MAX_DOMAINS)
    for (const [key, { domain, last }] of due) {
      if (last) this.#waiting.delete(key)
      else this.#waiting.set(key, { domain, dueAt: now + AGAIN_MS, last: true })
    }
    return due.map(([, { domain }]) => domain)
  }
}

function changesMonitorGroups(event: DomainEvent): boolean {
  if (event.kind === 'lifecycle') return event.event === Lifecycle.Started || event.event === Lifecycle.Resumed
  return event.kind === 'device-added' || event.kind === 'device-removed' || event.kind === 'vcpu-removed'
}

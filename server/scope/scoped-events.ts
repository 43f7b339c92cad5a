import type { Clock } from '../clock.ts'
import type { EventReader, FleetEvent } from '../fleet/events/event-reader.ts'
import type { ScopeMatcher } from './scope-matcher.ts'
import type { ScopedHosts } from './scoped-hosts.ts'
import type { ScopedPast } from './scoped-past.ts'

/** The project of a new domain is known when its XML was read: until then its events wait, ms, and so many at most. */
const HOLD_MS = 20_000
const MOST_HELD = 500

/** Words for what happened to a host that shows in part: the daemon's own may name what does not. */
const HOST_WORDS: Readonly<Record<string, string>> = {
  'host-up': 'connected',
  'host-unreachable': 'the connection ended',
  'connection-renewed': 'went on with a fresh connection',
}

export interface ScopedEventParts {
  readonly events: EventReader
  readonly matcher: ScopeMatcher
  readonly hosts: ScopedHosts
  readonly past: ScopedPast
  readonly clock: Clock
}

/** The events of the domains and hosts of a scope. */
export class ScopedEvents implements EventReader {
  private readonly from: ScopedEventParts
  private readonly listeners = new Set<(event: FleetEvent) => void>()
  private held: FleetEvent[] = []
  private stopListening: (() => void) | null = null

  constructor(parts: ScopedEventParts) {
    this.from = parts
  }

  events(uuid: string): readonly FleetEvent[] {
    return this.from.events.events(uuid).flatMap((event) => this.told(event) ?? [])
  }

  recent(limit: number): readonly FleetEvent[] {
    const all = this.from.events.recent(Number.MAX_SAFE_INTEGER)
    const found: FleetEvent[] = []
    for (let i = all.length - 1; i >= 0 && found.length < limit; i--) {
      const event = this.told(all[i]!)
      if (event !== null) found.push(event)
    }
    return found.reverse()
  }

  onEvent(listener: (event: FleetEvent) => void): () => void {
    const own = (event: FleetEvent) => listener(event)
    this.listeners.add(own)
    this.stopListening ??= this.from.events.onEvent((event) => this.heard(event))
    return () => {
      this.listeners.delete(own)
      if (this.listeners.size === 0) this.close()
    }
  }

  close(): void {
    this.stopListening?.()
    this.stopListening = null
    this.listeners.clear()
    this.held = []
  }

  /** To be called when domains may have come into the scope: what was held of them is told now. */
  follow(): void {
    if (this.held.length === 0) return
    const oldest = this.from.clock.now() - HOLD_MS
    const held = this.held
    this.held = []
    for (const event of held) if (event.at >= oldest) this.heard(event)
  }

  private heard(event: FleetEvent): void {
    const told = this.told(event)
    if (told !== null) for (const listener of [...this.listeners]) listener(told)
    else if (this.maySoonBeTold(event)) this.hold(event)
  }

  private hold(event: FleetEvent): void {
    this.held.push(event)
    if (this.held.length > MOST_HELD) this.held.shift()
  }

  private maySoonBeTold({ host, uuid, name }: FleetEvent): boolean {
    const admission = this.from.matcher.host(host)
    return uuid !== '' && !admission.whole && admission.admitsName(name)
  }

  /** The event as it may be told; null when it may not. */
  private told(event: FleetEvent): FleetEvent | null {
    const { hosts, matcher, past } = this.from
    const admission = matcher.host(event.host)
    if (event.uuid !== '') {
      return admission.admitsName(event.name) && past.sees(event.host, event.uuid) ? event : null
    }
    if (admission.whole) return event
    if (!hosts.shows(event.host)) return null
    return { ...event, text: HOST_WORDS[event.kind] ?? event.kind, details: {} }
  }
}

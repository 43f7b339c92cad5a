import type { EventDetails, EventWords } from '../../../lib/libvirt/event-words.ts'
import type { Clock } from '../../clock.ts'
import type { EventReader, FleetEvent } from './event-reader.ts'
import { isTwin } from './twin-events.ts'

/** Kept in all, and of any one domain or host. At about 500 bytes each: 2.5 MB. */
export const MAX_EVENTS = 5_000
export const MAX_EVENTS_OF_ONE = 200
/** Texts come from daemons and may be 4 MiB long. */
const MAX_NAME = 256
const MAX_TEXT = 300
/** Kinds that may come every second for minutes, and how often one of a domain is kept. ms. */
const CHATTY = new Set(['balloon', 'migration-iteration', 'rtc-change'])
const CHATTY_GAP_MS = 10_000

/** What an event is about: a domain on a host, or, without UUID, the host. */
export interface EventSubject {
  readonly host: string
  readonly uuid: string
  readonly name: string
}

/**
 * Keeps what happened, per domain and for the fleet, within fixed bounds.
 *
 * @remarks When full, the oldest event of the host that has the most goes: a host that floods loses its own past, not
 * that of the others.
 */
export class EventLog implements EventReader {
  /** Events that were not kept because the same, or the same kind, had just come from the same domain; since the start. */
  skipped = 0
  readonly #clock: Clock
  readonly #all = new Set<FleetEvent>()
  readonly #byHost = new Map<string, Set<FleetEvent>>()
  /** By UUID, and of the hosts themselves by name. */
  readonly #bySubject = new Map<string, FleetEvent[]>()
  readonly #listeners = new Set<(event: FleetEvent) => void>()

  constructor(clock: Clock) {
    this.#clock = clock
  }

  /** Keeps an event of now and tells the listeners. */
  add(subject: EventSubject, words: EventWords): void {
    const { kind } = words
    const text = clip(words.text, MAX_TEXT)
    const details = clipAll(words.details)
    const at = this.#clock.now()
    const { host, uuid } = subject
    const own = this.#ownList(subjectKey(subject))
    const isRepeated = isTwin(own, { at, host, kind, text, details })
    if (isRepeated || (CHATTY.has(kind) && cameJustNow(own, kind, at))) {
      this.skipped++
      return
    }
    const name = clip(subject.name, MAX_NAME)
    const wall = this.#clock.wall()
    const event = { at, wall, host, uuid, name, kind, text, details }
    own.push(event)
    this.#all.add(event)
    this.#ofHost(host).add(event)
    if (own.length > MAX_EVENTS_OF_ONE) this.#drop(own[0]!)
    if (this.#all.size > MAX_EVENTS) this.#drop(this.#oldestOfTheFullest())
    for (const listener of [...this.#listeners]) listener(event)
  }

  /** Domains and hosts of which events are kept. */
  get subjects(): number {
    return this.#bySubject.size
  }

  /** Hosts of which events are kept, or of their domains. */
  get hosts(): number {
    return this.#byHost.size
  }

  events(uuid: string): readonly FleetEvent[] {
    return [...(this.#bySubject.get(uuid) ?? [])]
  }

  recent(limit: number): readonly FleetEvent[] {
    return [...this.#all].slice(Math.max(0, this.#all.size - limit))
  }

  onEvent(listener: (event: FleetEvent) => void): () => void {
    const own = (event: FleetEvent) => listener(event)
    this.#listeners.add(own)
    return () => void this.#listeners.delete(own)
  }

  #drop(event: FleetEvent): void {
    this.#all.delete(event)
    const ofHost = this.#ofHost(event.host)
    ofHost.delete(event)
    if (ofHost.size === 0) this.#byHost.delete(event.host)
    const key = subjectKey(event)
    const own = this.#ownList(key)
    own.splice(own.indexOf(event), 1)
    if (own.length === 0) this.#bySubject.delete(key)
  }

  #oldestOfTheFullest(): FleetEvent {
    let fullest: Set<FleetEvent> = new Set()
    for (const ofHost of this.#byHost.values()) if (ofHost.size > fullest.size) fullest = ofHost
    const [oldest] = fullest
    return oldest!
  }

  #ofHost(host: string): Set<FleetEvent> {
    const known = this.#byHost.get(host) ?? new Set()
    this.#byHost.set(host, known)
    return known
  }

  #ownList(key: string): FleetEvent[] {
    const known = this.#bySubject.get(key) ?? []
    this.#bySubject.set(key, known)
    return known
  }
}

/** A host has no UUID, and no UUID starts with a blank. */
function subjectKey({ uuid, host }: { readonly uuid: string; readonly host: string }): string {
  return uuid === '' ? ` ${host}` : uuid
}

function cameJustNow(own: readonly FleetEvent[], kind: string, now: number): boolean {
  const last = own.findLast((event) => event.kind === kind)
  return last !== undefined && now - last.at < CHATTY_GAP_MS
}

function clip(text: string, length: number): string {
  return text.length > length ? `${text.slice(0, length - 1)}…` : text
}

function clipAll(details: EventDetails): EventDetails {
  const entries = Object.entries(details)
  const short = entries.every(([field, value]) => field.length <= MAX_NAME && String(value).length <= MAX_TEXT)
  if (short) return details
  return Object.fromEntries(
    entries.map(([field, value]) => [clip(field, MAX_NAME), typeof value === 'string' ? clip(value, MAX_TEXT) : value]),
  )
}

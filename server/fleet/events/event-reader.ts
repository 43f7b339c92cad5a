import type { EventDetails } from '../../../lib/libvirt/event-words.ts'

/** Something that happened to a domain or to a connection. */
export interface FleetEvent {
  /** Monotonic ms of the server's clock, and the wall clock in ms since 1970 as a label. */
  readonly at: number
  readonly wall: number
  readonly host: string
  /** Canonical and lower case; empty for what happened to the host itself. */
  readonly uuid: string
  /** Name of the domain; empty for what happened to the host itself. */
  readonly name: string
  /** Stable word: `started`, `suspended`, `io-error`, `device-added`, `state-changed`, `host-unreachable`, … */
  readonly kind: string
  /** One line for people, without domain and host. */
  readonly text: string
  readonly details: EventDetails
}

/** What is remembered of the past as events. Lists are in the order of time, newest last. */
export interface EventReader {
  /** Kept events of a domain, whichever host it was on. */
  events(uuid: string): readonly FleetEvent[]
  /** The newest kept events of the fleet, at most `limit`. */
  recent(limit: number): readonly FleetEvent[]
  /** Called with each event as it is kept; returns the undo. */
  onEvent(listener: (event: FleetEvent) => void): () => void
}

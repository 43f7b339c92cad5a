import { XdrReader } from '../xdr/xdr-reader.ts'
import { XdrWriter } from '../xdr/xdr-writer.ts'
import { PacketStatus, PacketType, PROGRAM_VERSION, Program } from './constants.ts'
import type { DomainRef } from './domain-ref.ts'
import { readDomainRef, writeDomainRef } from './domain-ref.ts'
import { encodeMessage } from './header.ts'

/** Domain events by libvirt's event id. */
export const EventId = {
  Lifecycle: 0,
  Reboot: 1,
  IoError: 4,
  IoErrorReason: 6,
  BlockJob: 8,
  PmWakeup: 11,
  PmSuspend: 12,
  BalloonChange: 13,
  PmSuspendDisk: 14,
  DeviceRemoved: 15,
  BlockJob2: 16,
  AgentLifecycle: 18,
  DeviceAdded: 19,
  MigrationIteration: 20,
  JobCompleted: 21,
  MetadataChange: 23,
  MemoryFailure: 25,
} as const
export type EventId = (typeof EventId)[keyof typeof EventId]

/** A domain event. `other` carries the bytes after the domain, a copy; for the PM events, those before it. */
export type DomainEvent =
  | { readonly kind: 'lifecycle'; readonly domain: DomainRef; readonly event: number; readonly detail: number }
  | { readonly kind: 'other'; readonly eventId: number; readonly domain: DomainRef; readonly body: Uint8Array }

/** Message number → event id. Ids of the last two are inferred from their order and so left out. */
const EVENT_OF_MESSAGE: ReadonlyMap<number, number> = new Map([
  ...Array.from({ length: 16 }, (_, id) => [318 + id, id] as const),
  [339, 16],
  [346, 17],
  [348, 18],
  [354, 19],
  [359, 20],
  [363, 21],
  [367, 22],
  [379, 23],
  [385, 24],
  [423, 25],
  [438, 26],
  [453, 27],
])

const MESSAGE_OF_LIFECYCLE = 318

/** Events whose reason comes before the domain. */
const REASON_FIRST: ReadonlySet<number> = new Set([EventId.PmWakeup, EventId.PmSuspend, EventId.PmSuspendDisk])

/** Event id that a message of the REMOTE program carries; null when we do not know the number. */
export function eventIdOf(procedure: number): number | null {
  return EVENT_OF_MESSAGE.get(procedure) ?? null
}

/**
 * Decodes the body of an event message. Everything in the result is a copy.
 *
 * @returns null for a message number that is no domain event we know.
 * @throws DomscopeError with an `XDR_…` code; the connection's framing is intact then.
 */
export function decodeEvent(procedure: number, body: Uint8Array): DomainEvent | null {
  const eventId = eventIdOf(procedure)
  if (eventId === null) return null
  const reader = new XdrReader(body)
  // The id of the callback says nothing to us: we register each event once, for all domains.
  reader.i32()
  if (REASON_FIRST.has(eventId)) {
    const reason = new Uint8Array(reader.opaque(4))
    const domain = readDomainRef(reader)
    reader.finish()
    return { kind: 'other', eventId, domain, body: reason }
  }
  const domain = readDomainRef(reader)
  if (eventId !== EventId.Lifecycle) {
    return { kind: 'other', eventId, domain, body: new Uint8Array(reader.opaque(reader.remaining)) }
  }
  const event = reader.i32()
  const detail = reader.i32()
  reader.finish()
  return { kind: 'lifecycle', domain, event, detail }
}

/** A lifecycle message as a daemon sends it; real ones carry serial 1. For daemons we simulate. */
export function encodeLifecycleEvent(callbackId: number, domain: DomainRef, event: number, detail: number): Uint8Array {
  const body = new XdrWriter().i32(callbackId)
  writeDomainRef(body, domain)
  body.i32(event).i32(detail)
  return encodeMessage(
    {
      program: Program.Remote,
      version: PROGRAM_VERSION,
      procedure: MESSAGE_OF_LIFECYCLE,
      type: PacketType.Message,
      serial: 1,
      status: PacketStatus.Ok,
    },
    body.finish(),
  )
}

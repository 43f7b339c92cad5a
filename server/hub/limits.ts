import { MAX_MESSAGE_BYTES, WINDOW_BYTES, WINDOW_FRAMES } from '../../lib/sync/wire/protocol.ts'

/** Bounds of the hub. Every one can be lowered, which is how they are tested. */
export interface HubLimits {
  /** Sockets of one remote address; the next is closed with 4504. */
  readonly socketsPerAddress: number
  /** Sockets in all; the next is answered 503. */
  readonly sockets: number
  readonly messageBytes: number
  readonly messagesPerSecond: number
  readonly messageBurst: number
  /** Frames and bytes that may be under way without acknowledgement. */
  readonly windowFrames: number
  readonly windowBytes: number
  /** A client that acknowledges nothing for so long is closed with 4008. */
  readonly ackTimeoutMs: number
  /** A client that says nothing for so long after the upgrade is closed with 4008. */
  readonly openTimeoutMs: number
  readonly pingMs: number
  readonly pongTimeoutMs: number
  /** Domains that one client may look at, and all together. */
  readonly detailsPerClient: number
  readonly details: number
  /** How often the time limits are looked at. */
  readonly sweepMs: number
}

export const DEFAULT_LIMITS: HubLimits = {
  socketsPerAddress: 20,
  sockets: 2_000,
  messageBytes: MAX_MESSAGE_BYTES,
  messagesPerSecond: 20,
  messageBurst: 40,
  windowFrames: WINDOW_FRAMES,
  windowBytes: WINDOW_BYTES,
  ackTimeoutMs: 30_000,
  openTimeoutMs: 10_000,
  pingMs: 15_000,
  pongTimeoutMs: 10_000,
  detailsPerClient: 16,
  details: 512,
  sweepMs: 1_000,
}

/**
 * Bounds of the HTTP side (S-7, S-8, R-10, R-11). Times in ms.
 *
 * @remarks Node's own defaults let one slow client hold a socket for a minute or more.
 */
export interface HttpLimits {
  /** A request's head must be complete by then. */
  readonly headersTimeoutMs: number
  /** The whole request must be complete by then. */
  readonly requestTimeoutMs: number
  /** How often the two above are looked at. */
  readonly connectionsCheckMs: number
  readonly keepAliveTimeoutMs: number
  /** A connection without any traffic is closed, unless it was upgraded. */
  readonly idleTimeoutMs: number
  readonly maxHeaderBytes: number
  readonly maxHeaders: number
  readonly maxRequestsPerSocket: number
  readonly maxConnections: number
  /** Connections that have not yet sent a request: from here on some, at twice this the oldest always, are closed. */
  readonly halfOpen: number
  /** New streams a second; more wait. */
  readonly streamsPerSecond: number
  /** How long an upgrade may wait for its turn. */
  readonly streamQueueMs: number
  readonly streams: number
  /** Kept by the hub. */
  readonly streamsPerAddress: number
}

export const HTTP_LIMITS: HttpLimits = {
  headersTimeoutMs: 10_000,
  requestTimeoutMs: 15_000,
  connectionsCheckMs: 2_000,
  keepAliveTimeoutMs: 5_000,
  idleTimeoutMs: 30_000,
  maxHeaderBytes: 8_192,
  maxHeaders: 64,
  maxRequestsPerSocket: 1_000,
  maxConnections: 4_000,
  halfOpen: 50,
  streamsPerSecond: 200,
  streamQueueMs: 2_000,
  streams: 2_000,
  streamsPerAddress: 20,
}

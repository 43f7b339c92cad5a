import type { ServerOptions } from 'ws'
import type { HubLimits } from './limits.ts'
import { offeredProtocol } from './refuse.ts'

/** Options that ws 8.23 has and its published types lack. */
interface NewerServerOptions {
  /** Pongs that may wait in a socket's queue; more pings than that are not answered. */
  readonly maxPendingAutoPongs: number
  /** Time for the closing handshake, in ms; then the socket is destroyed. */
  readonly closeTimeout: number
}

/**
 * How the WebSocket server is bounded.
 *
 * @remarks The defaults of ws let one client pin megabytes with tiny fragments and hold a socket 30 s after its close.
 */
export function webSocketOptions(limits: HubLimits): ServerOptions & NewerServerOptions {
  return {
    noServer: true,
    clientTracking: false,
    perMessageDeflate: false,
    maxPayload: limits.messageBytes,
    maxFragments: 16,
    maxBufferedChunks: 64,
    maxPendingAutoPongs: 4,
    closeTimeout: 5_000,
    // The hub looked at the offer before: one of them is ours, in this or another version.
    handleProtocols: (offered) => offeredProtocol([...offered].join()) ?? false,
  }
}

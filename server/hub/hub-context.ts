import type { Clock } from '../clock.ts'
import type { FleetReader } from '../fleet/fleet-reader.ts'
import type { Log } from '../log.ts'
import type { DetailContext } from './detail/detail-desk.ts'
import type { FrameSource } from './grid/frame-source.ts'
import type { HubCounters } from './hub-counters.ts'
import type { HubLimits } from './limits.ts'

/** The socket as the protocol needs it. */
export interface ClientSocket {
  send(frame: Buffer): void
  close(code: number, reason: string): void
}

/** What all clients of a hub share. */
export interface HubContext {
  readonly fleet: FleetReader
  readonly source: FrameSource
  readonly clock: Clock
  readonly limits: HubLimits
  readonly build: string
  readonly log: Log
  readonly counters: HubCounters
  /** Null where no samples are to be had. */
  readonly details: DetailContext | null
}

import { SNAPSHOT_REASON_NAMES } from '../../lib/sync/wire/protocol.ts'

/** What the hub counted since it started. */
export class HubCounters {
  frames = 0
  bytes = 0
  heartbeats = 0
  /** Clients that went on from where they were. */
  deltas = 0
  badMessages = 0
  rateLimited = 0
  refusedUpgrades = 0
  /** Snapshots begun, by reason code. */
  readonly snapshots: number[] = SNAPSHOT_REASON_NAMES.map(() => 0)
  /** Fresh starts that clients asked for, by cause: none, audit mismatch, malformed frame, gap. */
  readonly resyncs: number[] = [0, 0, 0, 0]
  /** Connections that the hub closed, by code. */
  readonly closes = new Map<number, number>()

  closed(code: number): void {
    this.closes.set(code, (this.closes.get(code) ?? 0) + 1)
  }
}

export interface HubStats {
  readonly clients: number
  readonly paused: number
  /** Domains that clients have open, each counted as often as it is open. */
  readonly details: number
  /** Commits that the slowest client is behind. */
  readonly worstLag: number
  readonly frames: number
  readonly bytes: number
  readonly heartbeats: number
  /** Frames made, and frames given to another client again. */
  readonly framesMade: number
  readonly framesShared: number
  readonly deltas: number
  readonly snapshots: Readonly<Record<string, number>>
  readonly auditMismatches: number
  readonly malformedFrames: number
  readonly gaps: number
  readonly badMessages: number
  readonly rateLimited: number
  readonly refusedUpgrades: number
  readonly closes: Readonly<Record<string, number>>
}

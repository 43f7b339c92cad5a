import { READING_COUNT } from '../../../lib/metrics/types.ts'
import type { AgeLevel } from '../../../lib/query/freshness.ts'
import { worstLevel } from '../../../lib/query/freshness.ts'
import type { LiveFleet } from '../../live/live-fleet.ts'

const UNSET = 255
const READING_SETS = 1 << READING_COUNT

/**
 * How late each host's readings are at one moment, worked out once per (host, set of readings).
 *
 * @remarks Thousands of cells share a handful of answers; rows that differ from their host are looked at one by one. Call {@link start} before each painting.
 */
export class Levels {
  private known = new Uint8Array(0)
  private fleet: LiveFleet | null = null
  private now = 0

  start(fleet: LiveFleet, now: number): void {
    const needed = fleet.hosts.rowLimit * READING_SETS
    if (this.known.length < needed) this.known = new Uint8Array(needed)
    this.known.fill(UNSET)
    this.fleet = fleet
    this.now = now
  }

  /** The worst level of the readings (bits) of a row; fresh when nothing is known of its host. */
  of(row: number, hostRow: number, readings: number): AgeLevel {
    const own = this.fleet?.exceptions.get(row)?.sampledAt
    const host = own === undefined ? undefined : this.fleet?.freshness[hostRow]
    return own === undefined || host === undefined
      ? this.ofHost(hostRow, readings)
      : worstLevel(host, own, readings, this.now)
  }

  private ofHost(hostRow: number, readings: number): AgeLevel {
    const at = hostRow * READING_SETS + readings
    const known = this.known[at]
    if (known !== undefined && known !== UNSET) return known as AgeLevel
    const samples = this.fleet?.freshness[hostRow]
    const level = samples === undefined ? 0 : worstLevel(samples, null, readings, this.now)
    if (at < this.known.length) this.known[at] = level
    return level
  }
}

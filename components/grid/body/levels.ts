import type { AgeLevel } from '../../../lib/view/freshness.ts'
import { worstLevel } from '../../../lib/view/freshness.ts'
import type { LiveFleet } from '../../live/live-fleet.ts'

const UNSET = 255
const GROUP_SETS = 64

/**
 * How old each host's groups are at one moment, worked out once per (host, set of groups).
 *
 * @remarks Thousands of cells share a handful of answers. Call {@link start} before each painting.
 */
export class Levels {
  private known = new Uint8Array(0)
  private fleet: LiveFleet | null = null
  private now = 0

  start(fleet: LiveFleet, now: number): void {
    const needed = fleet.hosts.rowLimit * GROUP_SETS
    if (this.known.length < needed) this.known = new Uint8Array(needed)
    this.known.fill(UNSET)
    this.fleet = fleet
    this.now = now
  }

  /** The worst level of the groups (bits) on a host; fresh when nothing is known of the host. */
  of(hostRow: number, groups: number): AgeLevel {
    const at = hostRow * GROUP_SETS + groups
    const known = this.known[at]
    if (known !== undefined && known !== UNSET) return known as AgeLevel
    const samples = this.fleet?.freshness[hostRow]
    const level = samples === undefined ? 0 : worstLevel(samples, groups, this.now)
    if (at < this.known.length) this.known[at] = level
    return level
  }
}

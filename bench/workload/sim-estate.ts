import { STATS_ACTIVE, STATS_NOWAIT } from '../../lib/libvirt/constants.ts'
import { HEADER_BYTES } from '../../lib/libvirt/limits.ts'
import type { Fleet } from '../../server/fleet/fleet.ts'
import { LANE_GROUPS, Lane } from '../../server/fleet/fleet-writer.ts'
import { makeHost } from '../../server/sim/guest/make-host.ts'
import { SimHost } from '../../server/sim/guest/sim-host.ts'
import { BulkStats } from '../../server/sim/procedures/bulk-stats.ts'
import { deriveSimHosts, parseSimUri } from '../../server/sim/sim-uri.ts'
import type { ManualClock } from './manual-clock.ts'

/** Replies take this long: so records of one reply have times of their own. */
const REPLY_MS = 20
/** A moment in a second that differs from tick to tick, as polls do. */
const JITTER_MS = 7

/** Hosts of the simulated fleet without sockets: their replies go straight into a fleet, once a second. */
export class SimEstate {
  private readonly fleet: Fleet
  private readonly clock: ManualClock
  private readonly hosts: readonly { row: number; stats: BulkStats }[]
  private readonly noFaults = { slowMs: 0, monitorMs: 0, partialPercent: 0, partial: new Set<never>() }

  /** @param uri - As `--connect` takes it: `sim:?hosts=8&domains=5000`. */
  constructor(uri: string, fleet: Fleet, clock: ManualClock) {
    this.fleet = fleet
    this.clock = clock
    this.hosts = deriveSimHosts(parseSimUri(uri)).map((spec) => {
      const host = new SimHost(makeHost(spec), clock)
      const row = fleet.addHost(`${spec.name}-of-${spec.options.domains}`, `qemu+unix:///system?socket=/${spec.name}`)
      fleet.hostState(row, 'up', null)
      return { row, stats: new BulkStats(host, clock, () => this.noFaults) }
    })
  }

  /** Every host answers both calls. */
  async poll(): Promise<void> {
    const sentAt = this.clock.now() + ((this.clock.now() / 1000) % JITTER_MS)
    const timing = { sentAt, firstByteAt: sentAt + REPLY_MS, endAt: sentAt + REPLY_MS, suspect: false }
    for (const { row, stats } of this.hosts) {
      for (const lane of [Lane.Fast, Lane.Monitor]) {
        const query = { uuids: null, stats: LANE_GROUPS[lane], flags: STATS_NOWAIT | STATS_ACTIVE }
        const reply = await stats.answer(query)
        const words = new Uint32Array(reply.bytes.buffer, HEADER_BYTES, (reply.byteLength - HEADER_BYTES) / 4)
        const { error } = this.fleet.ingest(row, lane, words, timing, true)
        if (error !== null) throw error
        stats.release(reply)
      }
    }
  }
}

import { Fleet } from '../../server/fleet/fleet.ts'
import { Lane } from '../../server/fleet/fleet-writer.ts'
import { HostReplies } from './host-replies.ts'
import { createManualClock, type ManualClock } from './manual-clock.ts'
import type { FieldSpec } from './recorded-fields.ts'

export interface FleetDriveOptions {
  readonly domains: number
  readonly hosts: number
  readonly busyShare: number
}

const TICK_MS = 1000
/** A reply without records. */
const NO_RECORDS = new Uint32Array(1)

/** A fleet with made-up hosts that answer once a second: the production store, driven by hand. */
export class FleetDrive {
  readonly clock: ManualClock = createManualClock()
  readonly fleet = new Fleet({ clock: this.clock, simulated: true })
  private readonly hosts: readonly { row: number; fast: HostReplies; monitor: HostReplies }[]

  constructor(fields: readonly FieldSpec[], { domains, hosts, busyShare }: FleetDriveOptions) {
    const isFast = ({ name }: FieldSpec) => name.startsWith('state.') || name.startsWith('net.')
    const fast = fields.filter(isFast)
    const monitor = fields.filter((field) => !isFast(field))
    this.hosts = Array.from({ length: hosts }, (_, host) => {
      const options = { domains: domains / hosts, host, busyShare, seed: 100 + host }
      return {
        row: this.fleet.addHost(`kvm-${host}`, `qemu+ssh://kvm-${host}/system`),
        fast: new HostReplies(fast, options),
        monitor: new HostReplies(monitor, options),
      }
    })
  }

  /** The hosts move on by a second; no part of the product. */
  move(): void {
    for (const { fast, monitor } of this.hosts) {
      fast.next()
      monitor.next()
    }
  }

  /** Says that all hosts are up and were read just now, without a word about their domains. */
  refresh(): void {
    const now = this.clock.now()
    const timing = { sentAt: now - 5, firstByteAt: now, endAt: now, suspect: false }
    for (const { row } of this.hosts) {
      this.fleet.hostState(row, 'up', null)
      for (const lane of [Lane.Fast, Lane.Monitor]) this.fleet.ingest(row, lane, NO_RECORDS, timing, false)
    }
  }

  /** Takes in one reply of each lane from each host, and commits. */
  tick(): void {
    const now = this.clock.now()
    const timing = { sentAt: now - 5, firstByteAt: now, endAt: now, suspect: false }
    for (const { row, fast, monitor } of this.hosts) {
      const quick = this.fleet.ingest(row, Lane.Fast, fast.words, timing, true)
      const slow = this.fleet.ingest(row, Lane.Monitor, monitor.words, timing, true)
      if (quick.error !== null || slow.error !== null) throw quick.error ?? slow.error
    }
    this.clock.advance(TICK_MS)
  }
}

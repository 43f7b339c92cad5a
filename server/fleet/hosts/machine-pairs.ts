import { type BootSample, isSameBoot, standsStill } from '../../../lib/derive/same-boot.ts'
import type { HostRecord } from './host-record.ts'

/** So many looks in a row must say the opposite before what was found out is given up. */
const CONTRARY_LOOKS = 3

/** What is found out about two hosts that tell the same UUID. */
interface Pair {
  isSame: boolean
  /** Looks in a row that said the opposite. */
  contrary: number
}

/** Whether all active domains of two hosts are the same, by UUID and process; null while that says nothing. */
export type ShareGuests = (one: HostRecord, other: HostRecord) => boolean | null

/**
 * Finds out whether two hosts of one UUID are one machine. Many boards come with the same UUID, so that it proves nothing.
 *
 * @remarks The proof is the boot: both tell the same CPU time of the machine, again and again. Where a driver tells
 * none, the proof is that they run the same domains. Until there is one, hosts of one name and size are taken for one.
 */
export class MachinePairs {
  private readonly pairs = new Map<string, Pair>()
  private readonly samples = new Map<HostRecord, BootSample>()
  private readonly shareGuests: ShareGuests

  constructor(shareGuests: ShareGuests) {
    this.shareGuests = shareGuests
  }

  /** A session opened, perhaps to another machine, or after a boot. */
  forget(host: HostRecord): void {
    this.samples.delete(host)
    for (const key of this.pairs.keys()) if (key.split(' ').includes(String(host.row))) this.pairs.delete(key)
  }

  isSame(one: HostRecord, other: HostRecord): boolean {
    return this.pairs.get(keyOf(one, other))?.isSame ?? this.shareGuests(one, other) ?? looksSame(one, other)
  }

  /** The host's CPU time was read: compares it with what the `others` of its UUID told last. */
  sampled(host: HostRecord, sample: BootSample, others: readonly HostRecord[]): void {
    const last = this.samples.get(host)
    this.samples.set(host, sample)
    if (last === undefined || standsStill(last.stats, sample.stats)) return
    for (const other of others) {
      const theirs = this.samples.get(other)
      const isSame = theirs === undefined ? null : isSameBoot(theirs, sample, host.facts?.node.cpus ?? 0)
      if (isSame !== null) this.found(keyOf(host, other), isSame)
    }
  }

  private found(key: string, isSame: boolean): void {
    const pair = this.pairs.get(key)
    if (pair === undefined) {
      this.pairs.set(key, { isSame, contrary: 0 })
      return
    }
    pair.contrary = isSame === pair.isSame ? 0 : pair.contrary + 1
    if (pair.contrary >= CONTRARY_LOOKS) this.pairs.set(key, { isSame, contrary: 0 })
  }
}

/** Of one name and size, as far as a host tells by itself. */
function looksSame({ facts: one }: HostRecord, { facts: other }: HostRecord): boolean {
  if (one === null || other === null || one.hostname !== other.hostname) return false
  const { cpus, memoryKiB, model } = one.node
  return cpus === other.node.cpus && memoryKiB === other.node.memoryKiB && model === other.node.model
}

function keyOf(one: HostRecord, other: HostRecord): string {
  return one.row < other.row ? `${one.row} ${other.row}` : `${other.row} ${one.row}`
}

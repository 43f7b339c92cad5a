import type { ChildTable } from '../columns/child-table.ts'
import type { CounterColumn } from '../columns/counter-column.ts'
import { RESET_VALUE } from '../columns/derived-column.ts'
import type { DomainTable } from '../columns/domain-table.ts'
import { CHILD_METRICS, type ChildEntity } from '../metrics/child-metrics.ts'
import { StatGroup } from '../metrics/types.ts'
import { type DerivedDomains, RESET_INTERVAL } from './derived-domains.ts'

const NS_PER_SECOND = 1e9
const VCPU_OFFLINE = 0
/** Counters of a child, at most. */
const MOST_COUNTERS = 8

/** Places of the differences of a disk's counters. */
const Disk = {
  ReadReqs: 0,
  ReadBytes: 1,
  ReadTimes: 2,
  WriteReqs: 3,
  WriteBytes: 4,
  WriteTimes: 5,
  FlushReqs: 6,
  FlushTimes: 7,
} as const

/**
 * Computes every metric of single vCPUs, disks and NICs (`CHILD_METRICS`) at full precision, from what the last
 * derivation of their domain left behind.
 *
 * @remarks To be asked after `deriveDomains`: the interval is the one that their domain's rates were taken over, so a
 * child has a rate exactly where its domain's sum counts it in. Nothing is allocated for a child.
 * @see docs/spec/rates.md
 */
export class ChildRates {
  private readonly table: DomainTable
  private readonly derived: DerivedDomains
  private readonly counters: Readonly<Record<ChildEntity, readonly CounterColumn[]>>
  /** Differences of the child at hand: NaN without both samples. */
  private readonly deltas = new Float64Array(MOST_COUNTERS)

  constructor(table: DomainTable, derived: DerivedDomains) {
    this.table = table
    this.derived = derived
    const vcpu = table.vcpus.wire.counters
    const disk = table.disks.wire.counters
    const nic = table.nics.wire.counters
    this.counters = {
      // Exits have no series of their own, but they are part of what a vCPU's reset shows in (RA5).
      vcpu: [vcpu['vcpu.*.time'], vcpu['vcpu.*.delay'], vcpu['vcpu.*.exits.sum']],
      disk: [
        disk['block.*.rd.reqs'],
        disk['block.*.rd.bytes'],
        disk['block.*.rd.times'],
        disk['block.*.wr.reqs'],
        disk['block.*.wr.bytes'],
        disk['block.*.wr.times'],
        disk['block.*.fl.reqs'],
        disk['block.*.fl.times'],
      ],
      nic: [
        nic['net.*.rx.bytes'],
        nic['net.*.tx.bytes'],
        nic['net.*.rx.pkts'],
        nic['net.*.tx.pkts'],
        nic['net.*.rx.errs'],
        nic['net.*.tx.errs'],
        nic['net.*.rx.drop'],
        nic['net.*.tx.drop'],
      ],
    }
  }

  /**
   * Writes the metrics of one child to `into[at…]`, in the order of `CHILD_METRICS[entity]`.
   *
   * @remarks NaN is unknown, `RESET_VALUE` a reset (RA5, RA6). An offline vCPU is unknown.
   * @param slot - Of the child, in its `ChildTable`.
   */
  read(entity: ChildEntity, slot: number, into: Float64Array, at: number): void {
    const metrics = CHILD_METRICS[entity].length
    const seconds = this.secondsOf(entity, slot)
    if (!(seconds > 0) || this.isOffline(entity, slot)) {
      const value = seconds === RESET_INTERVAL && !this.isOffline(entity, slot) ? RESET_VALUE : Number.NaN
      into.fill(value, at, at + metrics)
    } else if (this.readDeltas(this.counters[entity], slot)) into.fill(RESET_VALUE, at, at + metrics)
    else if (entity === 'vcpu') this.vcpu(seconds, into, at)
    else if (entity === 'disk') this.disk(seconds, into, at)
    else this.nic(seconds, into, at)
  }

  private secondsOf(entity: ChildEntity, slot: number): number {
    const group = GROUP[entity]
    return this.derived.seen[group]!.interval[childrenOf(this.table, entity).parent[slot]!]!
  }

  private isOffline(entity: ChildEntity, slot: number): boolean {
    return entity === 'vcpu' && this.table.vcpus.wire.gauges['vcpu.*.state'].get(slot) === VCPU_OFFLINE
  }

  /** Takes the differences of all counters; true when one of them went back. */
  private readDeltas(counters: readonly CounterColumn[], slot: number): boolean {
    const { deltas } = this
    let back = false
    for (let i = 0; i < counters.length; i++) {
      const counter = counters[i]!
      deltas[i] = counter.hasDelta(slot) ? counter.delta(slot) : Number.NaN
      if (deltas[i]! < 0) back = true
    }
    return back
  }

  private vcpu(seconds: number, into: Float64Array, at: number): void {
    for (let i = 0; i < 2; i++) into[at + i] = (this.deltas[i]! * 100) / (seconds * NS_PER_SECOND)
  }

  private nic(seconds: number, into: Float64Array, at: number): void {
    for (let i = 0; i < 8; i++) into[at + i] = this.deltas[i]! / seconds
  }

  private disk(seconds: number, into: Float64Array, at: number): void {
    const d = this.deltas
    into[at] = d[Disk.ReadReqs]! / seconds
    into[at + 1] = d[Disk.WriteReqs]! / seconds
    into[at + 2] = d[Disk.FlushReqs]! / seconds
    into[at + 3] = d[Disk.ReadBytes]! / seconds
    into[at + 4] = d[Disk.WriteBytes]! / seconds
    into[at + 5] = perRequest(d[Disk.ReadTimes]!, d[Disk.ReadReqs]!)
    into[at + 6] = perRequest(d[Disk.WriteTimes]!, d[Disk.WriteReqs]!)
    into[at + 7] = perRequest(d[Disk.FlushTimes]!, d[Disk.FlushReqs]!)
    into[at + 8] = (d[Disk.ReadTimes]! + d[Disk.WriteTimes]!) / (seconds * NS_PER_SECOND)
    into[at + 9] = perRequest(d[Disk.ReadBytes]! + d[Disk.WriteBytes]!, d[Disk.ReadReqs]! + d[Disk.WriteReqs]!)
  }
}

const GROUP = { vcpu: StatGroup.Vcpu, disk: StatGroup.Block, nic: StatGroup.Interface } as const

/** The table of one kind of children, for what all kinds have in common. */
export function childrenOf(
  table: DomainTable,
  entity: ChildEntity,
): ChildTable<'vcpu'> | ChildTable<'disk'> | ChildTable<'nic'> {
  return entity === 'vcpu' ? table.vcpus : entity === 'disk' ? table.disks : table.nics
}

/** NaN when no request finished: 0 / 0 is no latency, and neither is a time without its requests. */
function perRequest(total: number, requests: number): number {
  return requests > 0 ? total / requests : Number.NaN
}

import type { Bitmap } from '../../../lib/columns/bitmap.ts'
import type { DomainTable } from '../../../lib/columns/domain-table.ts'
import {
  createDerivedHosts,
  type DerivedHosts,
  deriveHosts,
  setHugePages,
  setNodeCpu,
  setNodeMemory,
  type UsesHugePages,
} from '../../../lib/derive/derive-host.ts'
import {
  deriveNodeCpu,
  deriveNodeMemory,
  type HugePageCounts,
  type NodeStats,
} from '../../../lib/derive/derive-node.ts'
import type { DerivedDomains } from '../../../lib/derive/derived-domains.ts'
import type { BootSample } from '../../../lib/derive/same-boot.ts'
import { groupBit, StatGroup } from '../../../lib/metrics/types.ts'
import type { HostRow } from '../fleet-writer.ts'
import { RowBatch } from '../rows/row-batch.ts'
import type { RowFacts } from '../rows/row-facts.ts'
import type { HostRecord } from './host-record.ts'
import type { SameMachine } from './same-machine.ts'
import type { SeenTwice } from './seen-twice.ts'

const NO_STATS: NodeStats = new Map()

interface CpuSample {
  readonly at: number
  readonly stats: NodeStats
}

/** The metrics of host rows: from the node calls, and from the domains of each host. */
export class HostMetrics {
  readonly derived: DerivedHosts = createDerivedHosts()
  private readonly table: DomainTable
  private readonly domains: DerivedDomains
  private readonly machines: SameMachine
  private readonly usesHugePages: UsesHugePages
  /** Hosts whose sums hold a domain that changed since. */
  private readonly due = new Set<HostRow>()
  private readonly lastCpu = new Map<HostRow, CpuSample>()
  private readonly twice: SeenTwice
  private readonly gathered = new RowBatch()

  constructor(
    table: DomainTable,
    domains: DerivedDomains,
    machines: SameMachine,
    twice: SeenTwice,
    described: RowFacts,
  ) {
    this.table = table
    this.domains = domains
    this.machines = machines
    this.twice = twice
    this.usesHugePages = (row) => (described.facts(row)?.hugePages ?? null) !== null
  }

  addHost(host: HostRow): void {
    this.derived.grow(Math.max(16, 2 ** Math.ceil(Math.log2(host + 1))))
    this.derived.clear(host)
  }

  nodeCpu(host: HostRecord, { at, doubtMs, stats }: BootSample): void {
    this.machines.sampled(host, { at, doubtMs, stats })
    if (this.yields(host)) return
    const before = this.lastCpu.get(host.row)
    const maxGapMs = host.maxGapMs[StatGroup.State]!
    setNodeCpu(this.derived, host.row, deriveNodeCpu(before?.stats ?? null, stats, at - (before?.at ?? at), maxGapMs))
    this.lastCpu.set(host.row, { at, stats })
  }

  nodeMemory(host: HostRecord, stats: NodeStats | null): void {
    const memory = deriveNodeMemory(stats ?? NO_STATS)
    host.memoryKiB = memory.totalKiB ?? (host.facts?.node.memoryKiB || null)
    if (this.yields(host)) return
    setNodeMemory(this.derived, host.row, memory)
  }

  hugePages(host: HostRecord, pages: HugePageCounts): void {
    if (this.yields(host)) return
    setHugePages(this.derived, host.row, pages)
  }

  /** A domain of the host ended, began or changed its state: what it adds to the sums is another thing now. */
  sumSoon(host: HostRow): void {
    this.due.add(host)
  }

  /** Sums anew what changed since the last time: before each commit. */
  sumDue(hosts: readonly HostRecord[]): void {
    for (const host of this.due) if (hosts[host]!.state !== 'unreachable') this.sum(hosts[host]!)
    this.due.clear()
  }

  /** Sums over the domains of a host's machine: after a monitor reply of the host was derived. */
  sum(seen: HostRecord): void {
    this.machines.listed(seen)
    this.yields(seen)
    const members = this.machines.members(seen)
    const host = members[0]!
    const capacity = {
      cpus: host.facts?.node.cpus ?? 0,
      memoryKiB: host.memoryKiB ?? 0,
      hugePagesKiB: this.derived.columns.hostHugePagesTotalKiB.get(host.row) ?? 0,
    }
    const { rows, count } = members.length === 1 ? host.rows : this.together(members)
    deriveHosts(this.table, this.domains, rows, count, host.row, capacity, this.derived, this.usesHugePages)
  }

  /** The rows of several hosts, each domain once. */
  private together(hosts: readonly HostRecord[]): RowBatch {
    const { gathered } = this
    gathered.clear()
    for (const { rows } of hosts) {
      for (let i = 0; i < rows.count; i++) if (this.twice.countedOn(rows.rows[i]!) === null) gathered.add(rows.rows[i]!)
    }
    return gathered
  }

  /** Rows of a derivation whose rates of the given groups read *reset*. */
  countResets(rows: Int32Array, count: number, groups: number): number {
    const { coresUsed, cpuPercent, netRxBps, diskReadIops } = this.domains.columns
    let resets = 0
    if ((groups & groupBit(StatGroup.Cpu)) !== 0) resets += countSet(coresUsed.reset, rows, count)
    if ((groups & groupBit(StatGroup.Vcpu)) !== 0) resets += countSet(cpuPercent.reset, rows, count)
    if ((groups & groupBit(StatGroup.Interface)) !== 0) resets += countSet(netRxBps.reset, rows, count)
    if ((groups & groupBit(StatGroup.Block)) !== 0) resets += countSet(diskReadIops.reset, rows, count)
    return resets
  }

  /** Another host is the same machine and counts: this one's figures are unknown, so that no total has them twice. */
  private yields(host: HostRecord): boolean {
    if (this.machines.countedAs(host) === null) return false
    this.unreachable(host.row)
    return true
  }

  /** The host is out of reach: what its node calls and its domains told of it is unknown now. */
  unreachable(host: HostRow): void {
    this.lastCpu.delete(host)
    this.derived.clear(host)
  }

  values(host: HostRow): Record<string, number | null> {
    return Object.fromEntries(this.derived.ids.map((id, i) => [id, this.derived.list[i]!.get(host)]))
  }
}

function countSet(bitmap: Bitmap, rows: Int32Array, count: number): number {
  let set = 0
  for (let i = 0; i < count; i++) if (bitmap.get(rows[i]!)) set++
  return set
}

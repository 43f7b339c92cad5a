import { DerivedColumn } from '../columns/derived-column.ts'
import type { DomainTable } from '../columns/domain-table.ts'
import type { HostMetricId } from '../metrics/catalogue.ts'
import { metricsOf } from '../metrics/catalogue.ts'
import type { HugePageCounts, NodeCpu, NodeMemory } from './derive-node.ts'
import { isActive } from './derive-state.ts'
import type { DerivedDomains } from './derived-domains.ts'

/** libvirt's states in which a domain takes part in overcommit: running, blocked (running, but idle) and paused. */
const RUNNING = 1
const BLOCKED = 2
const PAUSED = 3

/** What the sums over a host's domains are set against; 0 is unknown. */
export interface HostCapacity {
  readonly cpus: number
  /** Memory of the host in KiB. */
  readonly memoryKiB: number
  /** Reserved huge pages, a part of that memory; 0 where there are none or the host does not tell. */
  readonly hugePagesKiB: number
}

/** Whether the memory of a row's domain comes out of the huge-page pool, as far as is known. */
export type UsesHugePages = (row: number) => boolean

/** The derived metrics of all hosts, by host row. */
export class DerivedHosts {
  readonly columns: Readonly<Record<HostMetricId, DerivedColumn>>
  /** In catalogue order: the order of `ids`. */
  readonly list: readonly DerivedColumn[]
  readonly ids: readonly HostMetricId[]

  constructor() {
    // All metrics of hosts, and only those, have a `HostMetricId`.
    this.ids = metricsOf('host').map((metric) => metric.id as HostMetricId)
    const entries = this.ids.map((id) => [id, new DerivedColumn()] as const)
    this.columns = Object.fromEntries(entries) as Record<HostMetricId, DerivedColumn>
    this.list = entries.map(([, column]) => column)
  }

  grow(hosts: number): void {
    for (const column of this.list) column.grow(hosts)
  }

  clear(host: number): void {
    for (const column of this.list) column.setUnknown(host)
  }
}

export function createDerivedHosts(): DerivedHosts {
  return new DerivedHosts()
}

/** Stores what `deriveNodeCpu` gave; null when the host does not report it (RA52). */
export function setNodeCpu(out: DerivedHosts, host: number, cpu: NodeCpu): void {
  const { hostCpuPercent, hostIowaitPercent } = out.columns
  store(hostCpuPercent, host, cpu.cpuPercent, cpu.reset)
  store(hostIowaitPercent, host, cpu.iowaitPercent, cpu.reset)
}

/** Stores what `deriveNodeMemory` gave (RA53). */
export function setNodeMemory(out: DerivedHosts, host: number, memory: NodeMemory): void {
  store(out.columns.hostMemoryUsedKiB, host, memory.usedKiB, false)
  store(out.columns.hostMemoryUsedPercent, host, memory.usedPercent, false)
}

/** Stores the huge-page pool (RA58); null when the host does not tell. */
export function setHugePages(out: DerivedHosts, host: number, pages: HugePageCounts): void {
  store(out.columns.hostHugePagesTotalKiB, host, pages.totalKiB, false)
  store(out.columns.hostHugePagesFreeKiB, host, pages.freeKiB, false)
}

/**
 * Sums and maxima over the domains of one host, after `deriveDomains` (RA54 to RA57, RA59).
 *
 * @param rows - All rows of the host in `rows[0..count)`, active or not.
 */
export function deriveHosts(
  table: DomainTable,
  domains: DerivedDomains,
  rows: Int32Array,
  count: number,
  host: number,
  capacity: HostCapacity,
  out: DerivedHosts,
  usesHugePages: UsesHugePages = () => false,
): void {
  const { hostCoresUsedByGuests, hostCoresWaiting, hostVcpuOvercommit } = out.columns
  const cores = sumOf(domains.columns.coresUsed, table, rows, count, isActive)
  const waiting = sumOf(domains.waitingCores, table, rows, count, isActive)
  const vcpus = sumOf(domains.columns.vcpuOnline, table, rows, count, isCommitted)
  store(hostCoresUsedByGuests, host, cores, false)
  store(hostCoresWaiting, host, waiting, false)
  store(hostVcpuOvercommit, host, ratio(vcpus, capacity.cpus), false)
  setMemoryOvercommit(table, domains, rows, count, host, capacity, out, usesHugePages)
  store(out.columns.hostStealWorstPercent, host, worstOf(domains.columns.stealWorstPercent, rows, count), false)
  store(out.columns.hostDiskLatencyWorstNs, host, worstOf(domains.columns.diskLatencyNs, rows, count), false)
}

/** Memory that is promised, against the part of the host's memory that it comes out of (RA56, RA59). */
function setMemoryOvercommit(
  table: DomainTable,
  domains: DerivedDomains,
  rows: Int32Array,
  count: number,
  host: number,
  { memoryKiB, hugePagesKiB }: HostCapacity,
  out: DerivedHosts,
  usesHugePages: UsesHugePages,
): void {
  const promised = domains.columns.memoryAllocatedKiB
  const isOrdinary = (of: DomainTable, row: number) => isCommitted(of, row) && !usesHugePages(row)
  const isHuge = (of: DomainTable, row: number) => isCommitted(of, row) && usesHugePages(row)
  const ordinary = sumOf(promised, table, rows, count, isOrdinary)
  const huge = sumOf(promised, table, rows, count, isHuge)
  store(out.columns.hostMemoryOvercommit, host, ratio(ordinary, memoryKiB - hugePagesKiB), false)
  store(out.columns.hostHugePagesOvercommit, host, ratio(huge, hugePagesKiB), false)
}

/** Running, blocked or paused; a process whose state is not known yet counts, because it holds what was promised. */
function isCommitted(table: DomainTable, row: number): boolean {
  if (!isActive(table, row)) return false
  const state = table.wire.gauges['state.state'].get(row)
  return state === null || state === RUNNING || state === BLOCKED || state === PAUSED
}

/** Sum over the rows that count and have a value; 0 when no row counts, null when rows count but none has a value. */
function sumOf(
  column: DerivedColumn,
  table: DomainTable,
  rows: Int32Array,
  count: number,
  counts: (table: DomainTable, row: number) => boolean,
): number | null {
  let sum = 0
  let counted = 0
  let known = 0
  for (let i = 0; i < count; i++) {
    const row = rows[i]!
    if (!counts(table, row)) continue
    counted++
    if (!column.valid.get(row)) continue
    sum += column.values[row]!
    known++
  }
  return counted > 0 && known === 0 ? null : sum
}

function worstOf(column: DerivedColumn, rows: Int32Array, count: number): number | null {
  let worst: number | null = null
  for (let i = 0; i < count; i++) {
    const row = rows[i]!
    if (column.valid.get(row) && (worst === null || column.values[row]! > worst)) worst = column.values[row]!
  }
  return worst
}

function ratio(sum: number | null, of: number): number | null {
  return sum === null || !(of > 0) ? null : sum / of
}

function store(column: DerivedColumn, host: number, value: number | null, reset: boolean): void {
  if (value !== null) column.set(host, value)
  else if (reset) column.setReset(host)
  else column.setUnknown(host)
}

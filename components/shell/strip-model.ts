import { UNKNOWN_16 } from '../../lib/columns/encodings.ts'
import { findMetric } from '../../lib/metrics/catalogue.ts'
import { formatMetric } from '../../lib/metrics/format.ts'
import { COUNTED_ON } from '../../lib/query/counted-rows.ts'
import { hostRowOf } from '../../lib/query/row-uuid.ts'
import type { Total } from '../../lib/query/totals.ts'
import { totalOf } from '../../lib/query/totals.ts'
import { stateKind } from '../../lib/view/state-kind.ts'
import type { HostStatus } from '../hosts/host-status.ts'
import type { LiveFleet } from '../live/live-fleet.ts'

/** Metrics of domains that the strip adds up, beyond the grid's own columns. */
export const STRIP_DOMAIN_COLUMNS: readonly string[] = ['coresUsed', 'diskIops', 'netRxBps', 'netTxBps']
/** Column of words of hosts: the host that stands for a machine which is seen more than once. */
const COUNTED_AS = 'countedAs'
/** Metrics of hosts that the strip adds up, and which of them count. */
export const STRIP_HOST_COLUMNS: readonly string[] = ['hostCpuPercent', 'hostMemoryUsedKiB', COUNTED_AS]

/** What the whole estate amounts to at one moment. Numbers are NaN when nothing is known. */
export interface StripNumbers {
  readonly domains: {
    readonly running: number
    readonly paused: number
    readonly off: number
    readonly unknown: number
  }
  readonly crashed: number
  readonly hosts: { readonly up: number; readonly unreachable: number; readonly connecting: number }
  readonly coresUsed: number
  readonly memoryUsedKiB: number
  readonly diskIops: number
  readonly netRxBps: number
  readonly netTxBps: number
}

/** Some of the domain rows. */
export interface DomainRows {
  readonly rows: Uint32Array
  readonly count: number
}

const allHosts = (): boolean => true

/**
 * Adds up the fleet. Rows of hosts out of reach count as unknown and are in no sum: their last values are not now. A
 * machine or domain that is seen by two connections counts once.
 */
export class StripModel {
  private rows = new Uint32Array(0)
  private readonly total: Total = { sum: 0, max: Number.NaN, known: 0 }

  /**
   * @param among - The domain rows that count; all of them when it is left out.
   * @param hasHost - Whether a host, by its row, counts.
   */
  read(fleet: LiveFleet, among: DomainRows | null = null, hasHost: (row: number) => boolean = allHosts): StripNumbers {
    const counts = { running: 0, paused: 0, off: 0, crashed: 0, unknown: 0 }
    const reachable = this.countStates(fleet, among, counts)
    const sum = (id: string): number => this.sum(fleet, id, reachable)
    return {
      domains: { running: counts.running, paused: counts.paused, off: counts.off, unknown: counts.unknown },
      crashed: counts.crashed,
      hosts: countHosts(fleet, hasHost),
      coresUsed: sum('coresUsed'),
      memoryUsedKiB: this.sumHosts(fleet, 'hostMemoryUsedKiB', hasHost),
      diskIops: sum('diskIops'),
      netRxBps: sum('netRxBps'),
      netTxBps: sum('netTxBps'),
    }
  }

  /** Counts states and gathers the rows of hosts in reach; returns how many those are. */
  private countStates(
    fleet: LiveFleet,
    among: DomainRows | null,
    counts: Record<'running' | 'paused' | 'off' | 'crashed' | 'unknown', number>,
  ): number {
    const { domains, freshness } = fleet
    if (this.rows.length < domains.rowLimit) this.rows = new Uint32Array(domains.capacity)
    const column = domains.column('state')
    const words = column === null ? [] : (domains.dictionaries.get(column.number)?.words ?? [])
    const kinds = words.map(stateKind)
    const countedOn = domains.column(COUNTED_ON)?.codes
    let reachable = 0
    for (let i = 0; i < (among?.count ?? domains.rowLimit); i++) {
      const row = among?.rows[i] ?? i
      if (!domains.isAlive(row)) continue
      if (countedOn !== undefined && countedOn[row] !== UNKNOWN_16) continue
      if (freshness[hostRowOf(domains, row)]?.state === 'unreachable') {
        counts.unknown++
        continue
      }
      counts[kinds[column?.codes[row] ?? -1] ?? 'unknown']++
      this.rows[reachable++] = row
    }
    return reachable
  }

  private sum(fleet: LiveFleet, id: string, count: number): number {
    const column = fleet.domains.column(id)
    if (column === null) return Number.NaN
    const { sum, known } = totalOf(column, this.rows, count, this.total)
    return known === 0 ? Number.NaN : sum
  }

  private sumHosts({ hosts, freshness }: LiveFleet, id: string, hasHost: (row: number) => boolean): number {
    const column = hosts.column(id)
    if (column === null) return Number.NaN
    const up: number[] = []
    for (let row = 0; row < hosts.rowLimit; row++) {
      if (hosts.isAlive(row) && hasHost(row) && freshness[row]?.state !== 'unreachable') up.push(row)
    }
    const { sum, known } = totalOf(column, Uint32Array.from(up), up.length, this.total)
    return known === 0 ? Number.NaN : sum
  }
}

/** Machines by whether they are in reach; a busy one is. A connection that fails counts also where another one stands. */
export function countHosts(
  { hosts, freshness }: LiveFleet,
  hasHost: (row: number) => boolean = allHosts,
): StripNumbers['hosts'] {
  const counts = { up: 0, unreachable: 0, connecting: 0 }
  const countedAs = hosts.column(COUNTED_AS)?.codes
  for (let row = 0; row < hosts.rowLimit; row++) {
    if (!hosts.isAlive(row) || !hasHost(row)) continue
    const state = freshness[row]?.state ?? 'connecting'
    if (state !== 'unreachable' && countedAs !== undefined && countedAs[row] !== UNKNOWN_16) continue
    counts[state === 'busy' ? 'up' : state]++
  }
  return counts
}

/** A value of the strip, with its unit. */
export function stripText(metricId: string, value: number): string {
  const metric = findMetric(metricId)
  return metric === null ? '' : formatMetric(metric, value)
}

/** CPUs and memory of all machines in reach, each once. */
export function capacityOf(hosts: readonly HostStatus[]): { readonly cpus: number; readonly memoryKiB: number } {
  const counted = hosts.filter(({ state, countedAs }) => state !== 'unreachable' && (countedAs ?? null) === null)
  return {
    cpus: counted.reduce((sum, host) => sum + (host.cpus ?? 0), 0),
    memoryKiB: counted.reduce((sum, host) => sum + (host.memoryKiB ?? 0), 0),
  }
}

import type { CodeTable } from '../../lib/columns/code-table.ts'
import type { PartialCause } from '../../lib/metrics/partial-cause.ts'
import type { Metric } from '../../lib/metrics/types.ts'
import type { DomainFacts } from '../facts/domain-facts.ts'
import type { DomainJob } from '../facts/domain-job.ts'
import type { HostRow, HostState } from './fleet-writer.ts'

/** One typed parameter exactly as libvirt sent it. */
export interface RawParameter {
  readonly name: string
  readonly type: 'int' | 'uint' | 'llong' | 'ullong' | 'double' | 'boolean' | 'string'
  /** Exact, as text. */
  readonly value: string
  readonly ageMs: number
}

export interface HostStatus {
  readonly host: string
  readonly row: HostRow
  /** Without secrets; empty for whoever does not see the host as a whole. */
  readonly uri: string
  readonly simulated: boolean
  readonly state: HostState
  /** Wall clock, ISO 8601. */
  readonly since: string
  readonly hostname: string | null
  /** Dotted versions, null until connected. */
  readonly version: string | null
  readonly hypervisor: string | null
  readonly cpus: number | null
  readonly memoryKiB: number | null
  readonly domains: number
  readonly active: number
  readonly partial: number
  /** Time since the fast groups, and the monitor groups, of all domains were last asked for, ms; null before the first. */
  readonly ageMs: number | null
  readonly monitorAgeMs: number | null
  /** What of these ages exceeds the interval that the groups keep. */
  readonly overdueMs: number | null
  readonly monitorOverdueMs: number | null
  readonly pollMs: number | null
  readonly monitorPollMs: number | null
  readonly replyBytes: number | null
  readonly duty: number | null
  readonly intervalMs: number | null
  readonly monitorIntervalMs: number | null
  readonly reconnects: number
  /** Over all domains of the host; null for whoever does not see all of them. */
  readonly unknownFields: number | null
  readonly resets: number | null
  /** The host that stands for the machine of this one, which is seen more than once; null where this one counts. */
  readonly countedAs: string | null
  readonly missing: readonly string[]
  readonly error: { readonly code: string; readonly message: string; readonly remedy: string | null } | null
  readonly metrics: Readonly<Record<string, number | null>>
}

/** Freshness of one host as a frame carries it (docs/spec/sync.md). Ages in ms at the time of the call. */
export interface HostFreshness {
  readonly row: HostRow
  readonly state: HostState
  /** By reading: age of the last one of all domains, or null; and the interval that it keeps on this host. */
  readonly ageMs: readonly (number | null)[]
  readonly intervalMs: readonly number[]
}

/** A row that differs from its host's freshness. */
export interface RowException {
  readonly row: number
  /** Groups (bits) whose last record left fields out, and why. */
  readonly partialGroups: number
  readonly cause: PartialCause
  /** By stat group: monotonic ms of the row's own sample; NaN as its host's, -Infinity never. Valid until the next call. */
  readonly sampledAt: Float64Array
}

/** What a row's last records left out. */
export interface RowPartial {
  /** Names of the stat groups. */
  readonly groups: readonly string[]
  /** Why, in words. */
  readonly reason: string
}

/** How old and how late a row is, ms (docs/spec/sync.md, SY33); null before the first sample. */
export interface RowAge {
  /** Time since the oldest sample that the row shows. */
  readonly ageMs: number | null
  /** What of an age exceeds its group's interval, of the group that is overdue most. */
  readonly overdueMs: number | null
}

export interface DomainIdentity extends RowAge {
  readonly row: number
  readonly host: string
  readonly uuid: string
  readonly name: string
  /** Id of the process, -1 when inactive. */
  readonly id: number
  /** libvirt's words: `running`, `paused`, … and the reason, or `unknown` when the host is out of reach. */
  readonly state: string
  readonly reason: string
}

/** What the XML of a domain told, and how old that is. */
export interface FactsReport {
  /** Null until they were read; those from before while they cannot be read again. */
  readonly facts: DomainFacts | null
  /** Why the last attempt gave none. */
  readonly error: { readonly code: string; readonly message: string; readonly remedy: string | null } | null
  /** Since the XML was asked for, ms; null when it never was. */
  readonly ageMs: number | null
}

/** What hub, API and history read. Implemented by `Fleet`. */
export interface FleetReader {
  /** 16 bytes, new for every life of the store. */
  readonly epoch: Uint8Array
  /** Offset of the last commit. */
  readonly offset: number
  readonly simulated: boolean
  /** Rows, codes, dictionaries and texts of the grid. Domain rows are keyed by (host row, UUID words). */
  readonly domains: CodeTable
  readonly hosts: CodeTable
  /** Called after each commit, in order; returns the undo. */
  onCommit(listener: (offset: number) => void): () => void
  /** Somebody looks from now on, until the undo is called: hosts are polled for people, not only for history. */
  look(): () => void
  freshness(): readonly HostFreshness[]
  rowExceptions(): readonly RowException[]
  hostStatuses(): readonly HostStatus[]
  /** Every host was tried at least once. */
  readonly ready: boolean
  /** Whether the domain of a row still exists. One that just ended lives on in `domains` until the next commit. */
  exists(row: number): boolean
  /** Rows with this UUID, on any host. `uuid` in canonical lower-case form. */
  rowsOf(uuid: string): readonly number[]
  identity(row: number): DomainIdentity
  age(row: number): RowAge
  /** Null when the row's last records were whole. */
  partial(row: number): RowPartial | null
  /** Full precision; null is unknown. */
  value(row: number, metric: Metric): number | null
  facts(row: number): FactsReport
  /** What is done to the domain or its disks now, as far as it is known; the job of the whole domain first. */
  jobs(row: number): readonly DomainJob[]
  /** What must be said beside values, by metric id: `incl. own CPU cap`, … */
  notes(row: number): Readonly<Record<string, string>>
  /** The host on which the domain of a row is counted, because two connections see it; null where this row counts. */
  countedOn(row: number): string | null
  raw(row: number): readonly RawParameter[]
  /** One typed parameter by name, in O(1). */
  stat(row: number, name: string): RawParameter | null
}

import { DomainTable } from '../../lib/columns/domain-table.ts'
import { NO_ROW, RowIndex } from '../../lib/columns/row-index.ts'
import { createDerived } from '../../lib/derive/derived-domains.ts'
import type { DomscopeError } from '../../lib/errors/domscope-error.ts'
import { readIdentity } from '../../lib/ingest/raw-reader.ts'
import { StatsIngest } from '../../lib/ingest/stats-ingest.ts'
import { groupBit, type Metric, StatGroup } from '../../lib/metrics/types.ts'
import type { Clock } from '../clock.ts'
import type { DomainJob } from '../facts/domain-job.ts'
import type { DomainEvent, DomainRef, HostFacts, HugePages } from '../libvirt/host-session.ts'
import { CommitQueue } from './commit-queue.ts'
import { CommitSchedule } from './commit-schedule.ts'
import type { EventReader } from './events/event-reader.ts'
import { FleetEvents } from './events/fleet-events.ts'
import { mayQuietDisks } from './events/quiet-disks.ts'
import type {
  DomainIdentity,
  FactsReport,
  FleetReader,
  HostFreshness,
  HostStatus,
  RawParameter,
  RowAge,
  RowException,
  RowPartial,
} from './fleet-reader.ts'
import {
  type ControlState,
  type FleetWriter,
  type HostPolling,
  type HostRow,
  type HostState,
  type IngestResult,
  LANE_COUNT,
  type Lane,
  type ReplyTiming,
} from './fleet-writer.ts'
import { GridTables } from './grid-tables.ts'
import { driverNotes } from './hosts/driver-notes.ts'
import { HostMetrics } from './hosts/host-metrics.ts'
import { HostRecord } from './hosts/host-record.ts'
import { hostStatus } from './hosts/host-statuses.ts'
import { SameMachine } from './hosts/same-machine.ts'
import { SeenTwice, shareGuests } from './hosts/seen-twice.ts'
import { newEpoch } from './new-epoch.ts'
import { ReplyIntake } from './reply-intake.ts'
import { ActiveDomains } from './rows/active-domains.ts'
import { DomainAbout } from './rows/domain-about.ts'
import { DomainRefs } from './rows/domain-refs.ts'
import { DomainView } from './rows/domain-view.ts'
import { PartialRows } from './rows/partial-rows.ts'
import { RowFacts } from './rows/row-facts.ts'
import { RowJobs } from './rows/row-jobs.ts'
import { RowLifecycle } from './rows/row-lifecycle.ts'
import { RowLives } from './rows/row-lives.ts'
import { notesOf, type RowNotes } from './rows/row-notes.ts'
import { ToldStates } from './rows/told-states.ts'
import { SampleView } from './sample-view.ts'

export interface FleetOptions {
  readonly clock: Clock
  readonly simulated: boolean
  /** Living words that a dictionary of the grid always has room for; 8,192 unless told. */
  readonly maxLivingWords?: number
}

/**
 * The store: every host's domains in columns, and the commits that make them visible.
 *
 * @remarks Replies and events are taken in at once; the tables that the hub reads change only in a commit, at most 50 ms
 * later. Everything is synchronous and owned by this one object, so there is nothing to lock.
 */
export class Fleet implements FleetReader, FleetWriter {
  /** Replaced, never written into, when a commit makes codes mean something else. */
  epoch = newEpoch()
  readonly simulated: boolean
  /** Every sample as it is taken. */
  readonly samples: SampleView
  readonly about: DomainAbout
  offset = 0
  private readonly clock: Clock
  private readonly table = new DomainTable()
  private readonly index = new RowIndex()
  private readonly derived = createDerived()
  private readonly machines = new SameMachine((one, other) => shareGuests(this.table, this.index, one, other))
  private readonly twice = new SeenTwice(this.index, this.machines)
  private readonly described = new RowFacts(this.table)
  private readonly working = new RowJobs(this.table)
  private readonly hostMetrics = new HostMetrics(this.table, this.derived, this.machines, this.twice, this.described)
  private readonly grid: GridTables
  private readonly view: DomainView
  private readonly stats: StatsIngest
  private readonly records: HostRecord[] = []
  private readonly schedule: CommitSchedule
  private readonly listeners = new Set<(offset: number) => void>()
  private readonly lookers = new Set<() => void>()
  private readonly queue: CommitQueue
  private readonly partialRows = new PartialRows(this.table)
  private readonly happened: FleetEvents
  private readonly refs: DomainRefs
  private readonly active: ActiveDomains
  private readonly lives: RowLives
  private readonly states = new ToldStates(this.table)
  private readonly lifecycle: RowLifecycle
  private readonly replies: ReplyIntake

  constructor(options: FleetOptions) {
    this.clock = options.clock
    this.simulated = options.simulated
    this.grid = new GridTables(this.derived, this.hostMetrics.derived, options.maxLivingWords)
    this.stats = new StatsIngest(
      this.table,
      this.index,
      {
        bear: (host, a, b, c, d, sentAt) => {
          this.active.changed(host)
          return this.lives.bear(host, a, b, c, d, sentAt)
        },
        renamed: (row) => {
          this.active.changed(this.table.hostRow[row]!)
          this.queue.renamed.add(row)
        },
        unrepeated: (row) => this.about.unrepeated(row),
        processChanged: (row) => {
          this.active.changed(this.table.hostRow[row]!)
          this.lives.processChanged(row)
        },
        cpuSourceChanged: (row) => this.queue.described.add(row),
      },
      LANE_COUNT,
    )
    const { clock, table, index, stats, grid, derived, records: hosts } = this
    const metrics = new Map(Object.entries(this.derived.columns))
    this.view = new DomainView({ clock, table, index, stats, metrics, hosts, partial: this.partialRows })
    this.refs = new DomainRefs(table, index, stats)
    this.active = new ActiveDomains(table, this.refs, (row) => this.lives.processSince(row))
    this.about = new DomainAbout({
      ...{ clock, derived, refs: this.refs, facts: this.described, jobs: this.working },
      rowsOf: (host) => this.host(host).rows,
      identityOf: (row) => readIdentity(stats, row),
      changed: (row) => {
        this.queue.described.add(row)
        this.schedule.request()
      },
    })
    this.happened = new FleetEvents({ clock, table, index, derived, nameOf: (row) => stats.names.text(row) })
    this.samples = new SampleView({ table, derived, stats, hosts, lives: () => this.lives })
    this.queue = new CommitQueue({
      ...{ table, index, stats, grid, hosts, machines: this.machines, twice: this.twice },
      ...{ facts: this.described, jobs: this.working },
    })
    const { about, partialRows: partial, queue, samples, hostMetrics, happened: events } = this
    this.lives = new RowLives({
      ...{ clock, table, index, stats, derived, partial, events, about, queue, hosts, hostMetrics },
    })
    const { lives, states } = this
    this.lifecycle = new RowLifecycle({ clock, table, stats, lives, states })
    this.replies = new ReplyIntake({
      ...{ clock, table, derived, stats, partial, lives, states, events, queue, samples, hostMetrics },
    })
    this.schedule = new CommitSchedule(options.clock, () => this.commit())
  }

  /** Adds a host; `uri` is shown to users, so it comes without secrets. */
  addHost(name: string, uri: string): HostRow {
    const record = new HostRecord(this.records.length, name, uri, this.simulated, this.clock.wall())
    this.records.push(record)
    this.hostMetrics.addHost(record.row)
    this.queue.hostAdded(record)
    this.schedule.request()
    return record.row
  }

  /** Stops committing. */
  close(): void {
    this.schedule.close()
  }

  get domains() {
    return this.grid.domains
  }

  get hosts() {
    return this.grid.hosts
  }

  /** Values that a cell could not carry and that were shown as the largest it can; since the start. */
  get saturatedCells(): number {
    return this.grid.saturated
  }

  /** What happened to domains and hosts, within bounds. */
  get events(): EventReader {
    return this.happened.log
  }

  get ready(): boolean {
    return this.records.every((record) => record.tried)
  }

  onCommit(listener: (offset: number) => void): () => void {
    this.listeners.add(listener)
    return () => void this.listeners.delete(listener)
  }

  look(): () => void {
    const leave = () => void this.lookers.delete(leave)
    this.lookers.add(leave)
    return leave
  }

  isLookedAt(): boolean {
    return this.lookers.size > 0
  }

  hostState(host: HostRow, state: HostState, error: DomscopeError | null): void {
    const record = this.host(host)
    const before = record.state
    if (before !== state) record.stateSince = this.clock.wall()
    record.state = state
    record.error = error
    this.machines.changed()
    this.happened.hostState(record, before, error)
    if (state !== 'connecting') record.tried = true
    if (state === 'unreachable') this.hostMetrics.unreachable(host)
    this.schedule.request()
  }

  hostUp(host: HostRow, facts: HostFacts): string | null {
    const record = this.host(host)
    record.facts = facts
    record.connectedAt = this.clock.now()
    this.stats.doubtProcesses(host, record.rows.rows, record.rows.count, facts.node.cpus)
    this.hostState(host, 'up', null)
    return this.machines.connected(record)?.name ?? null
  }

  connectionRenewed(host: HostRow, facts: HostFacts, lost: number): void {
    const record = this.host(host)
    record.facts = facts
    this.hostState(host, 'up', null)
    this.happened.connectionRenewed(record, lost)
  }

  polling(host: HostRow, polling: HostPolling): void {
    this.host(host).setPolling(polling)
  }

  nodeCpu(host: HostRow, at: number, stats: ReadonlyMap<string, bigint>, doubtMs = 0): void {
    this.hostMetrics.nodeCpu(this.host(host), { at, doubtMs, stats })
    this.schedule.request()
  }

  nodeMemory(host: HostRow, stats: ReadonlyMap<string, bigint> | null): void {
    this.hostMetrics.nodeMemory(this.host(host), stats)
    this.schedule.request()
  }

  hugePages(host: HostRow, pages: HugePages): void {
    this.hostMetrics.hugePages(this.host(host), pages)
    this.schedule.request()
  }

  ingest(host: HostRow, lane: Lane, words: Uint32Array, timing: ReplyTiming, complete: boolean): IngestResult {
    const result = this.replies.ingest(this.host(host), lane, words, timing, complete)
    this.schedule.request()
    return result
  }

  finishLists(host: HostRow, lane: Lane, askedAt: number): number {
    const missing = this.replies.finishLists(this.host(host), lane, askedAt)
    this.schedule.request()
    return missing
  }

  event(host: HostRow, event: DomainEvent): void {
    const record = this.host(host)
    const row = this.refs.rowOf(host, event.domain)
    this.happened.told(record, row, event)
    if (row === NO_ROW) return
    this.about.heard(row, event)
    if (mayQuietDisks(event)) {
      this.derived.forgetStall(row, this.clock.now())
      this.queue.rewritten.add(row)
    }
    if (event.kind === 'lifecycle' && this.lifecycle.heard(record, row, event)) this.stateChanged(record, row)
    this.schedule.request()
  }

  /** An event told of another state. */
  private stateChanged(record: HostRecord, row: number): void {
    this.queue.stateChanged.add(row)
    this.hostMetrics.sumSoon(record.row)
    this.replies.derive(record, Int32Array.of(row), 1, groupBit(StatGroup.State))
  }

  partialDomains(host: HostRow): readonly DomainRef[] {
    return this.refs.of(this.partialRows.some(this.host(host).rows))
  }

  activeDomains(host: HostRow): readonly DomainRef[] {
    return this.active.of(this.host(host), this.clock.now())
  }

  watchedDomains(host: HostRow): readonly DomainRef[] {
    return this.refs.of(this.samples.watchedOf(host, MOST_WATCHED))
  }

  control(host: HostRow, domain: DomainRef, info: ControlState, at: number): void {
    const row = this.refs.rowOf(host, domain)
    if (row === NO_ROW || this.table.domainId[row] !== domain.id) return
    if (this.partialRows.control(row, info, at)) this.queue.described.add(row)
    this.working.control(row, info.state, at)
  }

  private commit(): void {
    const offset = this.offset + 1
    this.hostMetrics.sumDue(this.records)
    if (this.queue.apply(offset)) this.epoch = newEpoch()
    this.offset = offset
    for (const listener of this.listeners) listener(offset)
  }

  freshness(): readonly HostFreshness[] {
    const now = this.clock.now()
    return this.records.map((record) => record.freshness(now))
  }

  rowExceptions(): readonly RowException[] {
    return this.view.exceptions()
  }

  hostStatuses(): readonly HostStatus[] {
    const now = this.clock.now()
    const { table, stats, hostMetrics, machines } = this
    return this.records.map((record) => hostStatus(record, now, { table, stats, hostMetrics, machines }))
  }

  exists(row: number): boolean {
    return (this.table.hostRow[row] ?? -1) !== -1
  }

  rowsOf(uuid: string): readonly number[] {
    return this.view.rowsOf(uuid)
  }

  identity(row: number): DomainIdentity {
    return this.view.identity(row)
  }

  age(row: number): RowAge {
    return this.view.age(row)
  }

  partial(row: number): RowPartial | null {
    return this.view.partial(row)
  }

  value(row: number, metric: Metric): number | null {
    return this.view.value(row, metric)
  }

  facts(row: number): FactsReport {
    return this.described.report(row, this.clock.now())
  }

  jobs(row: number): readonly DomainJob[] {
    return this.working.of(row)?.jobs ?? []
  }

  notes(row: number): RowNotes {
    const { facts = null } = this.records[this.table.hostRow[row]!] ?? {}
    return { ...driverNotes(facts), ...notesOf(this.table, this.derived, row) }
  }

  countedOn(row: number): string | null {
    return this.twice.countedOn(row)?.name ?? null
  }

  raw(row: number): readonly RawParameter[] {
    return this.view.raw(row)
  }

  stat(row: number, name: string): RawParameter | null {
    return this.view.stat(row, name)
  }

  private host(row: HostRow): HostRecord {
    const record = this.records[row]
    if (record === undefined) throw new RangeError(`no host ${row}`)
    return record
  }
}

/** Domains of a host that are polled every interval because somebody looks at them. */
const MOST_WATCHED = 50

export function createFleet(options: FleetOptions): Fleet {
  return new Fleet(options)
}

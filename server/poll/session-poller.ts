import type { DomscopeError } from '../../lib/errors/domscope-error.ts'
import { findDomscopeError } from '../../lib/errors/domscope-error.ts'
import type { Clock } from '../clock.ts'
import type { FleetWriter, HostRow } from '../fleet/fleet-writer.ts'
import { Lane } from '../fleet/fleet-writer.ts'
import type { DomainEvent, DomainRef, HostSession } from '../libvirt/host-session.ts'
import type { Log } from '../log.ts'
import type { PollOutcome } from './bulk-lane.ts'
import { BulkLane } from './bulk-lane.ts'
import { ChangedDomains } from './changed-domains.ts'
import { ControlPoller } from './control-poller.ts'
import { DutyBudget } from './duty-budget.ts'
import { FactsPoller } from './facts-poller.ts'
import { HostCondition } from './host-condition.ts'
import { JobPoller } from './job-poller.ts'
import { NodePoller } from './node-poller.ts'
import type { OrphanBudget } from './orphan-budget.ts'
import { dutyPause, nextFastAt } from './schedule.ts'
import { WatchedDomains } from './watched-domains.ts'

/** The roster is asked at least this often. */
const ROSTER_MS = 10_000
/** After an event: a moment for those that come with it. */
const AFTER_EVENT_MS = 20
/** Share of the daemon's time that rosters after events may take, in percent. */
const ROSTER_DUTY_PERCENT = 20
/** Least pause between rosters after events, and between those asked for because rows were missing. */
const ROSTER_GAP_MS = 100
const MISSING_GAP_MS = 1_000
/** With all orphans there may be, a lane that may get stuck is only tried this often. */
const PROBE_MS = 60_000
/** What a monitor call is charged that waited for a guest that hangs, as long as no other one told what they cost. */
const UNKNOWN_COST_MS = 1_000
/** Due time of a roster that is under way. */
const IN_FLIGHT = Number.POSITIVE_INFINITY

export interface SessionPollerOptions {
  readonly host: HostRow
  readonly session: HostSession
  readonly fleet: FleetWriter
  readonly clock: Clock
  readonly intervalMs: number
  readonly dutyPercent: number
  readonly log: Log
  /** Of this host since the start; the poller adds to `timeouts`. */
  readonly tally: { readonly reconnects: number; timeouts: number }
  /** Of this host; it outlives the session. */
  readonly orphans: OrphanBudget
}

/**
 * Polls over one session: fast and roster calls take turns in one slot, monitor calls have the other.
 *
 * @remarks Never more than one call in each slot. A call that would become the third orphan is not given up: its slot waits
 * for it, and the host counts as busy meanwhile.
 */
export class SessionPoller {
  readonly #options: SessionPollerOptions
  readonly #fast: BulkLane
  readonly #roster: BulkLane
  readonly #monitor: BulkLane
  readonly #condition: HostCondition
  readonly #node: NodePoller
  readonly #control: ControlPoller
  readonly #orphans: OrphanBudget
  readonly #undo: (() => void)[] = []
  #cancelFast: () => void = () => {}
  #cancelMonitor: () => void = () => {}
  #fastAt: number
  #rosterAt: number
  #rosterAgain = false
  #rosterEndedAt = Number.NEGATIVE_INFINITY
  #fastBusy = false
  #monitorBusy = false
  /** No monitor call about everything before this, whatever the budget allows: guests hang. */
  #probeAt = Number.NEGATIVE_INFINITY
  readonly #budget: DutyBudget
  readonly #changed = new ChangedDomains()
  readonly #watched: WatchedDomains
  #fastStuck = false
  #controlTurn = false
  #stopped = false

  constructor(options: SessionPollerOptions) {
    const { host, session, fleet, clock, intervalMs, dutyPercent } = options
    this.#options = options
    this.#orphans = options.orphans
    const overdue = (which: Lane, error: DomscopeError) => this.#overdue(which, error)
    const lane = (which: Lane) =>
      new BulkLane({
        lane: which,
        host,
        session,
        fleet,
        clock,
        overdue,
        lateFault: (late, error) => this.#lateFault(late, error),
        orphans: this.#orphans,
      })
    this.#fast = lane(Lane.Fast)
    this.#roster = lane(Lane.Roster)
    this.#monitor = lane(Lane.Monitor)
    this.#condition = new HostCondition(host, fleet)
    this.#node = new NodePoller(options)
    this.#control = new ControlPoller(options)
    this.#watched = new WatchedDomains(options)
    this.#budget = new DutyBudget(dutyPercent, intervalMs)
    this.#fastAt = clock.now()
    this.#rosterAt = clock.now()
  }

  /** Begins; returns the function that ends it. The session stays open. */
  start(): () => void {
    const { session } = this.#options
    this.#undo.push(
      session.onEvent((event) => {
        this.#tellEvent(event)
        if (event.kind === 'lifecycle') this.#askRoster(AFTER_EVENT_MS, ROSTER_GAP_MS)
        this.#changed.note(event, this.#options.clock.now())
        if (!this.#monitorBusy) this.#armMonitor()
      }),
      session.onLink((link) => this.#condition.link(link)),
      new FactsPoller(this.#options).start(),
      new JobPoller(this.#options).start(),
    )
    void this.#fastSlot()
    void this.#monitorSlot()
    return () => this.#stop()
  }

  /** A fresh connection was tried because calls of this one are lost, and failed: part of why the host is busy. */
  renewalFailed(error: DomscopeError): void {
    this.#condition.renewalFailed(error)
  }

  #stop(): void {
    this.#stopped = true
    this.#cancelFast()
    this.#cancelMonitor()
    for (const undo of this.#undo) undo()
  }

  /** Moves the next roster closer, if the last one is far enough back. */
  #askRoster(inMs: number, gapMs: number): void {
    if (this.#rosterAt === IN_FLIGHT) {
      this.#rosterAgain = true
      return
    }
    const gap = Math.max(gapMs, dutyPause(this.#roster.timing.meanMs, ROSTER_DUTY_PERCENT))
    const at = Math.max(this.#options.clock.now() + inMs, this.#rosterEndedAt + gap)
    if (at >= this.#rosterAt) return
    this.#rosterAt = at
    if (!this.#fastBusy) this.#armFast()
  }

  #armFast(): void {
    if (this.#stopped) return
    const { clock } = this.#options
    this.#cancelFast()
    const at = Math.min(this.#fastAt, this.#rosterAt)
    this.#cancelFast = clock.after(Math.max(0, at - clock.now()), () => void this.#fastSlot())
  }

  async #fastSlot(): Promise<void> {
    if (this.#stopped || this.#fastBusy) return
    this.#fastBusy = true
    const now = this.#options.clock.now()
    // The roster first: it is rare, and it is what brings new rows.
    if (this.#rosterAt <= now) await this.#pollRoster()
    else if (this.#fastAt <= now) await this.#pollFast()
    this.#fastBusy = false
    this.#armFast()
  }

  async #pollRoster(): Promise<void> {
    const { clock } = this.#options
    this.#rosterAt = IN_FLIGHT
    this.#rosterAgain = false
    const outcome = await this.#poll(this.#roster)
    this.#rosterEndedAt = clock.now()
    this.#fastStuck = outcome.kind === 'timeout' || (this.#fastStuck && outcome.kind !== 'ok')
    this.#rosterAt = this.#rosterEndedAt + (this.#mustProbe() ? PROBE_MS : ROSTER_MS)
    // What happened while it was under way may not be in it.
    if (this.#rosterAgain && !this.#mustProbe()) this.#askRoster(AFTER_EVENT_MS, ROSTER_GAP_MS)
  }

  async #pollFast(): Promise<void> {
    const { clock, intervalMs } = this.#options
    const plannedAt = this.#fastAt
    this.#pollBeside()
    const outcome = await this.#poll(this.#fast)
    this.#fastAt = nextFastAt(plannedAt, clock.now(), intervalMs)
    // Somebody may have begun to look.
    if (!this.#monitorBusy) this.#armMonitor()
    if (outcome.kind === 'timeout') this.#fastStuck = true
    if (this.#mustProbe()) this.#fastAt = clock.now() + PROBE_MS
    if (outcome.kind !== 'ok') return
    this.#fastStuck = false
    if (outcome.missingActive > 0) this.#askRoster(AFTER_EVENT_MS, MISSING_GAP_MS)
  }

  /**
   * What goes out beside a fast call. With an orphan the connection has one slot left for the machine's figures and for
   * who hangs: they take turns.
   */
  #pollBeside(): void {
    if (this.#orphans.count === 0) {
      this.#node.poll()
      this.#control.poll()
      return
    }
    this.#controlTurn = !this.#controlTurn
    if (this.#node.isBusy || this.#control.isBusy) return
    const asked = this.#controlTurn && this.#control.poll()
    // With all orphans there may be, this slot is the last one, and who hangs is what it is for.
    if (!asked && !this.#orphans.full) this.#node.poll()
  }

  #mustProbe(): boolean {
    return this.#fastStuck && this.#orphans.full
  }

  #armMonitor(): void {
    if (this.#stopped) return
    const { clock } = this.#options
    this.#cancelMonitor()
    const at = Math.min(this.#wholeAt(), this.#changedAt(), this.#watchedAt())
    this.#cancelMonitor = clock.after(Math.max(0, at - clock.now()), () => void this.#monitorSlot())
  }

  get #looked(): boolean {
    return this.#options.fleet.isLookedAt()
  }

  /** When the next monitor call about everything goes out. */
  #wholeAt(): number {
    return Math.max(this.#budget.wholeAt(this.#looked), this.#probeAt)
  }

  #changedAt(): number {
    return Math.max(this.#changed.nextAt, this.#budget.smallNotBefore)
  }

  #watchedAt(): number {
    return this.#watched.nextAt(this.#wholeAt(), this.#budget.smallNotBefore)
  }

  async #monitorSlot(): Promise<void> {
    if (this.#stopped || this.#monitorBusy) return
    this.#monitorBusy = true
    const now = this.#options.clock.now()
    if (this.#wholeAt() <= now) await this.#pollMonitor()
    else if (this.#watchedAt() <= now) await this.#pollSmall(this.#watched.take())
    // Whoever looks at a domain that changes asks about it anyway.
    else if (this.#changedAt() <= now) await this.#pollSmall(this.#changed.take(now))
    this.#monitorBusy = false
    this.#armMonitor()
  }

  async #pollMonitor(): Promise<void> {
    const { clock, fleet, host } = this.#options
    const startedAt = clock.now()
    this.#watched.asked(startedAt)
    const outcome = await this.#monitor.poll(fleet.activeDomains(host))
    if (this.#stopped) return
    const endedAt = clock.now()
    // A call past its deadline waited for a guest that hangs; what it cost the daemon is the usual.
    const usual = outcome.kind === 'ok' && !outcome.overdue
    const guessMs = this.#budget.meanMs || Math.min(endedAt - startedAt, UNKNOWN_COST_MS)
    this.#budget.whole(startedAt, endedAt, usual ? outcome.durationMs : guessMs, usual)
    // What the answer shows of carried calls comes first: without them nothing has to be probed.
    this.#judge(this.#monitor, outcome)
    this.#probeAt = this.#orphans.full ? startedAt + PROBE_MS : startedAt
  }

  /** Some domains by name; not while a guest hangs that may be one of them. */
  async #pollSmall(domains: readonly DomainRef[]): Promise<void> {
    const { clock } = this.#options
    if (domains.length === 0 || this.#orphans.count > 0) return
    const startedAt = clock.now()
    const outcome = await this.#monitor.pollSome(domains)
    const endedAt = clock.now()
    const overdue = outcome.kind !== 'ok' || outcome.overdue
    this.#budget.small(startedAt, endedAt, overdue ? 0 : outcome.durationMs)
    if (outcome.kind === 'failed' && !this.#stopped) this.#failed(Lane.Monitor, outcome.error)
  }

  /** One poll, and what it means for the host's state. */
  async #poll(lane: BulkLane): Promise<PollOutcome> {
    const outcome = await lane.poll()
    if (!this.#stopped) this.#judge(lane, outcome)
    return outcome
  }

  #judge(lane: BulkLane, outcome: PollOutcome): void {
    if (outcome.kind === 'ok') {
      this.#condition.fine(lane.lane)
      this.#freeCarried(lane.lane, outcome.partialRecords)
    } else if (outcome.kind === 'timeout') this.#condition.failed(lane.lane, outcome.error, true)
    else this.#failed(lane.lane, outcome.error)
    this.#tell()
  }

  /** What an answer about all domains shows of calls that earlier connections left unanswered. */
  #freeCarried(lane: Lane, partialRecords: number): void {
    if (this.#orphans.carried === 0) return
    if (lane !== Lane.Monitor) this.#orphans.statesSeen()
    else {
      const { fleet, host } = this.#options
      this.#orphans.partialSeen(Math.max(partialRecords, fleet.partialDomains(host).length))
    }
  }

  #overdue(lane: Lane, error: DomscopeError): void {
    if (this.#stopped) return
    this.#options.tally.timeouts++
    this.#condition.failed(lane, error, true)
  }

  #failed(lane: Lane, error: DomscopeError): void {
    // The end of the connection is the business of whoever opened it.
    if (findDomscopeError(error)?.code === 'CONNECTION_LOST') return
    if (this.#condition.failed(lane, error, false)) {
      this.#options.log.warn('poll.failed', { host: this.#options.host, lane, error, ...stackOf(error) })
    }
  }

  /** An event that the fleet cannot take in is lost; what it was about shows with the next poll. */
  #tellEvent(event: DomainEvent): void {
    const { fleet, host, log } = this.#options
    try {
      fleet.event(host, event)
    } catch (error) {
      const stack = error instanceof Error ? error.stack : String(error)
      log.error('poll.event-failed', { host, kind: event.kind, error, stack })
    }
  }

  #lateFault(lane: Lane, error: DomscopeError): void {
    if (!this.#stopped) this.#failed(lane, error)
  }

  #tell(): void {
    const { fleet, host, intervalMs, tally } = this.#options
    const fast = this.#fast.timing
    const monitor = this.#monitor.timing
    fleet.polling(host, {
      fastIntervalMs: Math.max(intervalMs, fast.meanMs),
      monitorIntervalMs: this.#budget.intervalMs(this.#looked),
      fastMs: fast.lastMs,
      monitorMs: monitor.lastMs,
      replyBytes: Math.max(this.#fast.bytes, this.#monitor.bytes, this.#roster.bytes),
      dutyPercent: this.#budget.sharePercent(this.#looked),
      reconnects: tally.reconnects,
      orphans: this.#orphans.count,
      timeouts: tally.timeouts,
    })
  }
}

/** Where a mistake of ours was made; other errors tell enough by themselves. */
function stackOf(error: DomscopeError): { stack?: string } {
  const { cause } = error
  return error.code === 'INTERNAL' && cause instanceof Error && cause.stack !== undefined ? { stack: cause.stack } : {}
}

import { DomscopeError, findDomscopeError } from '../../lib/errors/domscope-error.ts'
import { LIST_ACTIVE, LIST_INACTIVE, Procedure, STATS_ACTIVE, STATS_NOWAIT } from '../../lib/libvirt/constants.ts'
import { ErrorCode } from '../../lib/libvirt/error-codes.ts'
import { remoteCode } from '../../lib/libvirt/error-payload.ts'
import type { Clock } from '../clock.ts'
import type { FleetWriter, HostRow } from '../fleet/fleet-writer.ts'
import { LANE_GROUPS, Lane } from '../fleet/fleet-writer.ts'
import type { BulkReply, DomainRef, HostSession } from '../libvirt/host-session.ts'
import { timeoutError } from '../libvirt/rpc-errors.ts'
import { SINGLE_DOMAINS } from '../libvirt/single-stats.ts'
import { type BudgetedCall, callWithinBudget } from './budgeted-call.ts'
import { ClockJump } from './clock-jump.ts'
import { LaneTiming, type ReplyStamps } from './lane-timing.ts'
import type { Keeper, OrphanBudget } from './orphan-budget.ts'

/** Domains in one explicit list. */
const LIST_DOMAINS = 2_000
/** How long a host that refused one call for everything is asked by lists, before that is tried again. */
const LISTS_FOR_MS = 10 * 60_000

/** Deadline of a list of domains, which costs the daemon about nothing. */
const LIST_DEADLINE_MS = 15_000

/** Fast and monitor calls are about active domains; the roster is about all. */
const LANE_FLAGS = [STATS_ACTIVE + STATS_NOWAIT, STATS_ACTIVE + STATS_NOWAIT, STATS_NOWAIT] as const

/** How a poll of one lane went. */
export type PollOutcome =
  /** `overdue`: one of its calls passed its deadline, so the duration tells of a guest that hung and not of the cost. */
  | {
      readonly kind: 'ok'
      readonly durationMs: number
      readonly missingActive: number
      readonly partialRecords: number
      readonly overdue: boolean
    }
  | { readonly kind: 'timeout'; readonly error: DomscopeError }
  | { readonly kind: 'failed'; readonly error: DomscopeError }

export interface BulkLaneOptions {
  readonly lane: Lane
  readonly host: HostRow
  readonly session: HostSession
  readonly fleet: FleetWriter
  readonly clock: Clock
  /** A call is not answered by its deadline. */
  readonly overdue: (lane: Lane, error: DomscopeError) => void
  /** A reply after its deadline could not be taken in, by a mistake of ours. */
  readonly lateFault: (lane: Lane, error: DomscopeError) => void
  /** Of the host: shared by all its lanes. */
  readonly orphans: OrphanBudget
}

/**
 * Polls one lane of one host: one call for all domains, or explicit lists where the daemon refuses that.
 *
 * @remarks The caller sees to it that a lane has one poll at a time.
 */
export class BulkLane {
  readonly timing = new LaneTiming()
  /** Bytes of the last poll. */
  bytes = 0
  readonly #options: BulkLaneOptions
  readonly #jump: ClockJump
  #listsUntil = Number.NEGATIVE_INFINITY
  #listDomains = LIST_DOMAINS
  /** A call of the poll under way passed its deadline. */
  #overdue = false
  /** Partial records in the replies of the poll under way. */
  #partialRecords = 0

  constructor(options: BulkLaneOptions) {
    this.#options = options
    // Without a bulk call there is one for each domain: short lists, so that each keeps its deadline.
    if (options.session.facts.stats === 'single') {
      this.#listsUntil = Number.POSITIVE_INFINITY
      if (options.lane === Lane.Monitor) this.#listDomains = SINGLE_DOMAINS
    }
    this.#jump = new ClockJump(options.clock)
  }

  get lane(): Lane {
    return this.#options.lane
  }

  /**
   * Polls once. Never rejects.
   *
   * @param known - Active domains that are settled: then one call names them, and says nothing of others. A call about
   * everything waits for every domain that is being started or stopped, even to see whether it is active: for seconds, on
   * a busy host.
   */
  async poll(known: readonly DomainRef[] = []): Promise<PollOutcome> {
    const { clock } = this.#options
    const startedAt = clock.now()
    this.#overdue = false
    this.#partialRecords = 0
    this.#jump.begin()
    try {
      const missingActive = startedAt < this.#listsUntil ? await this.#pollLists() : await this.#pollAll(known)
      this.#jump.succeeded()
      const durationMs = clock.now() - startedAt
      return { kind: 'ok', durationMs, missingActive, partialRecords: this.#partialRecords, overdue: this.#overdue }
    } catch (error) {
      // What is no DomscopeError is a mistake of ours: it costs this host one poll, and no other host anything.
      const known = findDomscopeError(error) ?? pollFault(error)
      return { kind: known.code === 'RPC_TIMEOUT' ? 'timeout' : 'failed', error: known }
    }
  }

  /**
   * Asks about some domains only, beside the regular polls: their usual time and list mode are not touched.
   *
   * @returns what the call took. Never rejects.
   */
  async pollSome(domains: readonly DomainRef[]): Promise<PollOutcome> {
    const { clock, host, fleet, lane } = this.#options
    const startedAt = clock.now()
    this.#overdue = false
    try {
      const reply = await this.#call(domains)
      const timing = { ...stampsOf(reply), suspect: this.#jump.seen }
      const { error, partialRecords } = fleet.ingest(host, lane, reply.words, timing, false)
      reply.release()
      if (error !== null) throw error
      const durationMs = clock.now() - startedAt
      return { kind: 'ok', durationMs, missingActive: 0, partialRecords, overdue: this.#overdue }
    } catch (error) {
      const known = findDomscopeError(error) ?? pollFault(error)
      return { kind: known.code === 'RPC_TIMEOUT' ? 'timeout' : 'failed', error: known }
    }
  }

  async #pollAll(known: readonly DomainRef[]): Promise<number> {
    const { lane, host, fleet, clock } = this.#options
    const askedAt = clock.now()
    const named = known.length > 0 && known.length <= LIST_DOMAINS
    try {
      const reply = await (named ? this.#call(known) : this.#call())
      this.bytes = reply.bytes
      const missingActive = this.#ingest(reply, !named)
      return named ? fleet.finishLists(host, lane, askedAt) : missingActive
    } catch (error) {
      if (!isTooMuch(error)) throw error
      this.#listsUntil = this.#options.clock.now() + LISTS_FOR_MS
      this.#listDomains = LIST_DOMAINS
      return await this.#pollLists()
    }
  }

  /** Lists one after another: two at once would take two of the daemon's workers. */
  async #pollLists(): Promise<number> {
    const { lane, host, fleet, clock } = this.#options
    const askedAt = clock.now()
    const domains = await this.#listAll()
    let bytes = 0
    for (let at = 0; at < domains.length; at += this.#listDomains) {
      const reply = await this.#callList(domains.slice(at, at + this.#listDomains))
      bytes += reply.bytes
      this.#ingest(reply, false)
    }
    this.bytes = bytes
    return fleet.finishLists(host, lane, askedAt)
  }

  async #callList(domains: readonly DomainRef[]): Promise<BulkReply> {
    try {
      return await this.#call(domains)
    } catch (error) {
      // Guests with many vCPUs and KVM's counters: fewer of them next time.
      if (isTooMuch(error)) this.#listDomains = Math.max(1, this.#listDomains >> 1)
      throw error
    }
  }

  /** Active and inactive ones apart, because the limit of a list is 16,384. */
  async #listAll(): Promise<DomainRef[]> {
    const active = await this.#list(LIST_ACTIVE)
    return this.lane === Lane.Roster ? [...active, ...(await this.#list(LIST_INACTIVE))] : active
  }

  #list(flags: number): Promise<DomainRef[]> {
    const { session } = this.#options
    const start = () => session.listDomains(flags, Number.POSITIVE_INFINITY)
    return this.#budgeted(Procedure.ListAllDomains, 'domain', LIST_DEADLINE_MS, start, () => {})
  }

  #call(domains?: readonly DomainRef[]): Promise<BulkReply> {
    const { session, lane } = this.#options
    const request = { groups: LANE_GROUPS[lane], flags: LANE_FLAGS[lane] }
    const whole = domains === undefined
    return this.#budgeted(
      Procedure.GetAllDomainStats,
      lane === Lane.Monitor ? 'monitor' : 'domain',
      this.timing.deadlineMs,
      () => session.bulkStats(whole ? request : { ...request, domains }, Number.POSITIVE_INFINITY),
      (reply) => this.#late(reply, whole),
    )
  }

  #budgeted<Reply>(
    procedure: BudgetedCall<Reply>['procedure'],
    keeper: Keeper,
    deadlineMs: number,
    start: () => Promise<Reply>,
    late: (reply: Reply) => void,
  ): Promise<Reply> {
    const { lane, clock, orphans } = this.#options
    const overdue = () => {
      this.#overdue = true
      this.#options.overdue(lane, timeoutError(procedure, deadlineMs, true))
    }
    return callWithinBudget({ clock, orphans, procedure, keeper, deadlineMs, start, overdue, late })
  }

  /** A reply after its deadline still tells something, unless a later call told more. */
  #late(reply: BulkReply, complete: boolean): void {
    try {
      if (this.timing.isNewest(reply)) this.#write(reply, complete)
      else reply.release()
    } catch (error) {
      // Nobody waits for this call any more.
      this.#options.lateFault(this.lane, findDomscopeError(error) ?? pollFault(error))
    }
  }

  /** @throws the error of a reply that could not be decoded to its end; its sound records are in the fleet. */
  #ingest(reply: BulkReply, complete: boolean): number {
    const result = this.#write(reply, complete)
    if (result.error !== null) throw result.error
    this.#partialRecords += result.partialRecords
    return result.missingActive
  }

  #write(reply: BulkReply, complete: boolean) {
    const { fleet, host, lane } = this.#options
    this.timing.note(reply)
    const result = fleet.ingest(host, lane, reply.words, { ...stampsOf(reply), suspect: this.#jump.seen }, complete)
    reply.release()
    return result
  }
}

function stampsOf({ sentAt, firstByteAt, endAt }: BulkReply): ReplyStamps {
  return { sentAt, firstByteAt, endAt }
}

/** A mistake of ours as the error of one host; the cause keeps its stack. */
function pollFault(error: unknown): DomscopeError {
  const text = error instanceof Error ? error.message : String(error)
  return new DomscopeError('INTERNAL', `a poll failed unexpectedly: ${text}`, { radius: 'connection', cause: error })
}

/** More than 16,384 records (code 1) or more than 32 MiB (code 39). */
function isTooMuch(error: unknown): boolean {
  const code = error instanceof DomscopeError ? remoteCode(error) : null
  return code === ErrorCode.Internal || code === ErrorCode.Rpc
}

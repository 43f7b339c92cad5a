/** Calls that may be given up while the daemon still works on them: each holds one of its workers until it answers. */
export const MAX_ORPHANS = 2

/**
 * What can keep a worker of the daemon in a call for long: a guest's `monitor`, a `domain`'s lock, or `nothing`: calls
 * about the machine and the daemon wait for no guest, so giving them up leaves nothing behind.
 */
export type Keeper = 'monitor' | 'domain' | 'nothing'

/** A call that is not answered yet. Written by {@link OrphanBudget} alone. */
export interface OpenCall {
  readonly keeper: Keeper
  readonly sentAt: number
  /** When its deadline passed, monotonic ms; null before that. */
  overdueAt: number | null
  /** Given up: nobody waits for it any more. */
  orphan: boolean
  /** The daemon was seen to be free of it: its answer was lost, and it holds no worker. */
  cleared: boolean
}

/**
 * One host's calls without an answer. It outlives connections, because the daemon's workers do: closing our end does not
 * free a worker.
 *
 * @remarks What a connection leaves unanswered is *carried*: it counts until a later answer shows that the daemon is free
 * of it, or until there is another daemon. A call about all domains that is answered held every domain's lock; and each
 * worker that is kept by a guest's monitor keeps that guest's record partial, so a reply about all of them tells how many
 * there can be.
 */
export class OrphanBudget {
  /** Told whenever an open call ends or passes its deadline. */
  changed: () => void = () => {}
  readonly #open = new Set<OpenCall>()
  readonly #carried: Record<Keeper, number> = { monitor: 0, domain: 0, nothing: 0 }

  /** Orphans, those of earlier connections too. */
  get count(): number {
    return this.#count((call) => call.orphan && !call.cleared)
  }

  get full(): boolean {
    return this.count >= MAX_ORPHANS
  }

  /** Calls that may hold a worker although they will not be waited for, if the connection were left now. */
  get held(): number {
    return this.#count((call) => call.keeper !== 'nothing' && !call.cleared)
  }

  /** As {@link held}, of those that a guest's monitor may keep. */
  get heldByMonitors(): number {
    return this.#carried.monitor + [...this.#open].filter((call) => call.keeper === 'monitor' && !call.cleared).length
  }

  /** Whether no call is under way that may still be answered in time. */
  get quiet(): boolean {
    return ![...this.#open].some((call) => call.keeper !== 'nothing' && call.overdueAt === null)
  }

  /** When calls of the present connection passed their deadlines without an answer since, oldest first. */
  get lostAt(): readonly number[] {
    return [...this.#open].flatMap(({ overdueAt }) => (overdueAt === null ? [] : [overdueAt])).sort((a, b) => a - b)
  }

  /** Orphans of earlier connections. */
  get carried(): number {
    return this.#carried.monitor + this.#carried.domain
  }

  begin(keeper: Keeper, now: number): OpenCall {
    const call = { keeper, sentAt: now, overdueAt: null, orphan: false, cleared: false }
    this.#open.add(call)
    return call
  }

  overdue(call: OpenCall, now: number): void {
    call.overdueAt = now
    this.changed()
  }

  /** Takes a place for the call; false when there is none: then the caller has to go on waiting. */
  giveUp(call: OpenCall): boolean {
    if (!call.cleared && (call.keeper === 'nothing' || this.full)) return false
    call.orphan = true
    return true
  }

  /** The daemon answered. */
  end(call: OpenCall): void {
    this.#open.delete(call)
    this.changed()
  }

  /** The connection ended before the answer. */
  carry(call: OpenCall): void {
    this.#open.delete(call)
    if (call.keeper !== 'nothing' && !call.cleared) this.#carried[call.keeper]++
  }

  /** A call that needs every domain's lock, sent at `sentAt`, was answered: no call of before waits for one. */
  locksSeenFree(sentAt: number): void {
    this.#carried.domain = 0
    for (const call of this.#open) if (call.keeper === 'domain' && call.sentAt < sentAt) call.cleared = true
  }

  /** At most `guests` monitors were found held by calls sent before `sentAt`. */
  monitorsSeenHeld(guests: number, sentAt: number): void {
    let surplus = this.heldByMonitors - guests
    const fromCarried = Math.max(0, Math.min(surplus, this.#carried.monitor))
    this.#carried.monitor -= fromCarried
    surplus -= fromCarried
    for (const call of this.#open) {
      if (surplus <= 0) return
      if (call.keeper !== 'monitor' || call.cleared || call.sentAt >= sentAt) continue
      call.cleared = true
      surplus--
    }
  }

  /** A call about all domains was answered that asks no guest: nothing carried waits for a domain's lock. */
  statesSeen(): void {
    this.#carried.domain = 0
  }

  /** A reply about all active domains came with so many partial records: no more than these keep carried calls. */
  partialSeen(records: number): void {
    this.#carried.monitor = Math.min(this.#carried.monitor, records)
  }

  /** Another daemon has taken the place of the one that held the carried calls. */
  newDaemon(): void {
    this.#carried.monitor = 0
    this.#carried.domain = 0
  }

  #count(which: (call: OpenCall) => boolean): number {
    let count = this.carried
    for (const call of this.#open) if (which(call)) count++
    return count
  }
}

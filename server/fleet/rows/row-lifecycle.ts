import type { DomainTable } from '../../../lib/columns/domain-table.ts'
import type { StatsIngest } from '../../../lib/ingest/stats-ingest.ts'
import { Lifecycle, type StateAndReason, stateAfter } from '../../../lib/libvirt/words.ts'
import type { Clock } from '../../clock.ts'
import type { DomainEvent } from '../../libvirt/host-session.ts'
import type { HostRecord } from '../hosts/host-record.ts'
import type { RowLives } from './row-lives.ts'
import type { ToldStates } from './told-states.ts'

type LifecycleEvent = Extract<DomainEvent, { readonly kind: 'lifecycle' }>

const NO_PROCESS = -1
/** Detail of *undefined*: removed, not renamed. */
const UNDEFINED_REMOVED = 0

/** What lifecycle events change; all of it belongs to the fleet. */
export interface LifecycleTargets {
  readonly clock: Clock
  readonly table: DomainTable
  readonly stats: StatsIngest
  readonly lives: RowLives
  readonly states: ToldStates
}

/** What a lifecycle event does to the row of its domain: another process or none, another state, the end of the row. */
export class RowLifecycle {
  private readonly to: LifecycleTargets

  constructor(targets: LifecycleTargets) {
    this.to = targets
  }

  /** @returns whether the state of the row is another one now. */
  heard(host: HostRecord, row: number, event: LifecycleEvent): boolean {
    const { table, lives } = this.to
    if (event.event === Lifecycle.Undefined) {
      if (event.detail === UNDEFINED_REMOVED && table.domainId[row] === NO_PROCESS) lives.bury(host, row)
      return false
    }
    const after = stateAfter(event.event, event.detail)
    if (after === null || !this.follow(row, event)) return false
    this.setState(row, after)
    return true
  }

  /**
   * Gives the row the process that the event is about.
   *
   * @remarks The end of a process may be told with its id or already without one. With the id of another one, a reply has
   * told of that one first, and the event comes late.
   * @returns false when the event is about a process that the row no longer has.
   */
  private follow(row: number, { event, domain }: LifecycleEvent): boolean {
    const { table, stats, clock } = this.to
    const current = table.domainId[row]!
    const isOther = domain.id !== NO_PROCESS && domain.id !== current
    if (event === Lifecycle.Stopped) {
      if (isOther && current !== NO_PROCESS) return false
      stats.newProcess(row, NO_PROCESS, clock.now())
      return true
    }
    if (!isOther) return true
    if (event !== Lifecycle.Started && current !== NO_PROCESS) return false
    stats.newProcess(row, domain.id, clock.now())
    return true
  }

  private setState(row: number, { state, reason }: StateAndReason): void {
    const { table, states, clock } = this.to
    table.wire.gauges['state.state'].set(row, state)
    table.wire.gauges['state.reason'].set(row, reason)
    states.event(row, clock.now())
  }
}

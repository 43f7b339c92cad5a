import type { ScopeRule } from '../auth/access.ts'
import type { Clock } from '../clock.ts'
import type { CommitReadings } from './commit-readings.ts'
import type { FleetView } from './fleet-view.ts'
import { type HostLabels, ScopeMatcher } from './scope-matcher.ts'
import { ScopedEvents } from './scoped-events.ts'
import { ScopedFleet } from './scoped-fleet.ts'
import { ScopedHistory } from './scoped-history.ts'
import { ScopedPast } from './scoped-past.ts'
import { ScopedSamples } from './scoped-samples.ts'
import { ScopedTables } from './scoped-tables.ts'

/** Everything that one scope may read, made of what is read of the whole fleet. */
export class ScopedView implements FleetView {
  readonly fleet: ScopedFleet
  readonly samples: ScopedSamples
  readonly events: ScopedEvents
  readonly history: ScopedHistory
  readonly labels: HostLabels

  constructor(scope: readonly ScopeRule[], whole: FleetView, readings: CommitReadings, clock: Clock) {
    const { fleet, events } = whole
    const matcher = new ScopeMatcher(scope, whole.labels)
    const past = new ScopedPast(fleet, events, matcher)
    const tables = new ScopedTables(fleet, matcher, past)
    past.follow(tables)
    this.fleet = new ScopedFleet({ fleet, tables, readings, clock })
    const parentRow = (row: number) => this.fleet.parentRow(row)
    this.samples = new ScopedSamples(whole.samples, tables.rows.mirror.rows, parentRow)
    this.events = new ScopedEvents({ events, matcher, hosts: tables.hosts, past, clock })
    this.history = new ScopedHistory(whole.history, past, this.fleet, clock)
    this.labels = new Map([...whole.labels].filter(([host]) => matcher.host(host).whole))
    this.fleet.follow()
  }

  /** The fleet committed. */
  follow(): void {
    this.fleet.follow()
    this.events.follow()
  }

  /** Nobody may use it any more. */
  close(): void {
    this.fleet.close()
    this.events.close()
  }
}

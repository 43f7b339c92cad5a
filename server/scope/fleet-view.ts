import type { Scope } from '../auth/access.ts'
import type { EventReader } from '../fleet/events/event-reader.ts'
import type { FleetReader } from '../fleet/fleet-reader.ts'
import type { HistoryReader } from '../fleet/history-reader.ts'
import type { SampleReader } from '../fleet/sample-reader.ts'
import type { HostLabels } from './scope-matcher.ts'

/** Everything that may be read of the fleet by somebody with one scope. Rows are numbers of this view alone. */
export interface FleetView {
  readonly fleet: FleetReader
  readonly samples: SampleReader
  readonly events: EventReader
  readonly history: HistoryReader
  /** Of the hosts that are seen as a whole. */
  readonly labels: HostLabels
}

/** A view that is kept up to date until it is released. */
export interface HeldView {
  readonly view: FleetView
  release(): void
}

/** Gives everybody the part of the fleet that they may see. Implemented by `ScopeRegistry`. */
export interface FleetViews {
  /**
   * The view of a scope, for an answer that is given now.
   *
   * @remarks It is kept for a minute at least. An answer that takes longer finds its domains gone.
   */
  view(scope: Scope): FleetView
  /** The same, for as long as it is held. */
  hold(scope: Scope): HeldView
}

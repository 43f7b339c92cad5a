import { type Scope, scopeKey } from '../auth/access.ts'
import type { FleetViews } from '../scope/fleet-view.ts'
import { scopeWords } from '../scope/scope-words.ts'
import { HubLane, type LaneReads, type LaneShares } from './hub-lane.ts'

/** The lanes of a hub: one for those who may see everything, and one for each scope that somebody looks with. */
export class HubLanes {
  private readonly whole: HubLane
  private readonly views: FleetViews | null
  private readonly shares: LaneShares
  private readonly scoped = new Map<string, HubLane>()
  /** Frames of lanes that are over. */
  private readonly past = { made: 0, shared: 0 }

  /** @param views - Null where nobody has a scope. */
  constructor(reads: LaneReads, views: FleetViews | null, shares: LaneShares) {
    this.whole = new HubLane(reads, shares, scopeWords(null))
    this.views = views
    this.shares = shares
  }

  get frames(): { readonly made: number; readonly shared: number } {
    let { made, shared } = this.past
    for (const { context } of this.all()) {
      made += context.source.made
      shared += context.source.shared
    }
    return { made, shared }
  }

  get details(): number {
    let sum = 0
    for (const lane of this.all()) sum += lane.details
    return sum
  }

  /** The lane of a scope; throws RangeError where there are no views, rather than to show more than may be seen. */
  of(scope: Scope): HubLane {
    if (scope === null) return this.whole
    const key = scopeKey(scope)
    const known = this.scoped.get(key)
    if (known !== undefined) return known
    if (this.views === null) throw new RangeError('this hub knows no scopes')
    const { view, release } = this.views.hold(scope)
    const lane = new HubLane(view, this.shares, scopeWords(scope), release)
    this.scoped.set(key, lane)
    return lane
  }

  /** Ends the lanes that nobody is in. */
  tidy(): void {
    for (const [key, lane] of this.scoped) {
      if (!lane.isEmpty) continue
      const { source } = lane.context
      this.past.made += source.made
      this.past.shared += source.shared
      lane.close()
      this.scoped.delete(key)
    }
  }

  sweep(): void {
    for (const lane of this.all()) lane.sweep()
    this.tidy()
  }

  close(): void {
    for (const lane of this.all()) lane.close()
  }

  private all(): HubLane[] {
    return [this.whole, ...this.scoped.values()]
  }
}

import { type Scope, type ScopeRule, scopeKey } from '../auth/access.ts'
import type { Clock } from '../clock.ts'
import { CommitReadings } from './commit-readings.ts'
import type { FleetView, FleetViews, HeldView } from './fleet-view.ts'
import { ScopedView } from './scoped-view.ts'

/** A view that nobody uses any more is kept so long: a page that reloads finds it, and its offsets, again. ms. */
const KEEP_MS = 60_000

interface Entry {
  readonly view: ScopedView
  holders: number
  /** Set while nobody holds it. */
  cancelDrop: (() => void) | null
}

/**
 * The views of all scopes in use, one for equal scopes.
 *
 * @remarks Costs nothing while everybody may see everything: then it does not even listen to commits.
 */
export class ScopeRegistry implements FleetViews {
  private readonly whole: FleetView
  private readonly clock: Clock
  private readonly readings: CommitReadings
  private readonly entries = new Map<string, Entry>()
  private stopListening: (() => void) | null = null

  /** @param whole - What those see who may see everything. */
  constructor(whole: FleetView, clock: Clock) {
    this.whole = whole
    this.clock = clock
    this.readings = new CommitReadings(whole.fleet)
  }

  /** Views that are kept up to date. */
  get size(): number {
    return this.entries.size
  }

  view(scope: Scope): FleetView {
    if (scope === null) return this.whole
    const entry = this.entry(scope)
    if (entry.holders === 0) this.dropLater(scopeKey(scope), entry)
    return entry.view
  }

  hold(scope: Scope): HeldView {
    if (scope === null) return { view: this.whole, release: () => {} }
    const entry = this.entry(scope)
    entry.holders++
    entry.cancelDrop?.()
    entry.cancelDrop = null
    let isHeld = true
    const release = () => {
      if (!isHeld) return
      isHeld = false
      if (--entry.holders === 0) this.dropLater(scopeKey(scope), entry)
    }
    return { view: entry.view, release }
  }

  /** Drops all views. */
  close(): void {
    for (const [key, entry] of this.entries) this.drop(key, entry)
  }

  private entry(scope: readonly ScopeRule[]): Entry {
    const key = scopeKey(scope)
    let entry = this.entries.get(key)
    if (entry === undefined) {
      entry = { view: new ScopedView(scope, this.whole, this.readings, this.clock), holders: 0, cancelDrop: null }
      this.entries.set(key, entry)
      this.stopListening ??= this.whole.fleet.onCommit(() => this.committed())
    }
    return entry
  }

  private committed(): void {
    for (const { view } of [...this.entries.values()]) view.follow()
  }

  private dropLater(key: string, entry: Entry): void {
    entry.cancelDrop?.()
    entry.cancelDrop = this.clock.after(KEEP_MS, () => this.drop(key, entry))
  }

  private drop(key: string, entry: Entry): void {
    entry.cancelDrop?.()
    entry.view.close()
    this.entries.delete(key)
    if (this.entries.size > 0) return
    this.stopListening?.()
    this.stopListening = null
  }
}

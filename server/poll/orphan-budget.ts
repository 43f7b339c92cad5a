/** Calls that may be given up while the daemon still works on them: each holds one of its workers until it answers. */
const MAX_ORPHANS = 2

/** Counts a host's calls that were given up and are not answered. */
export class OrphanBudget {
  count = 0

  get full(): boolean {
    return this.count >= MAX_ORPHANS
  }

  /** Takes a place; false when there is none: then the caller has to go on waiting. */
  take(): boolean {
    if (this.full) return false
    this.count++
    return true
  }

  /** An orphan was answered, or its connection is gone. */
  release(): void {
    this.count--
  }
}

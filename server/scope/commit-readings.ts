import type { FleetReader, HostFreshness, RowException } from '../fleet/fleet-reader.ts'

/** What all scopes read of the fleet at a commit, read once. */
export class CommitReadings {
  private readonly fleet: FleetReader
  private exceptions: readonly RowException[] = []
  private exceptionsAt = -1

  constructor(fleet: FleetReader) {
    this.fleet = fleet
  }

  /** Looks at every row of the fleet: not to be done by each scope. */
  rowExceptions(): readonly RowException[] {
    if (this.exceptionsAt !== this.fleet.offset) {
      this.exceptionsAt = this.fleet.offset
      this.exceptions = this.fleet.rowExceptions()
    }
    return this.exceptions
  }

  freshness(): readonly HostFreshness[] {
    return this.fleet.freshness()
  }
}

import { decodeCell } from '../../columns/encodings.ts'
import type { Frame, Section } from '../wire/frame.ts'
import type { SyncHostState } from '../wire/protocol.ts'
import { HOST_STATES } from '../wire/protocol.ts'
import { readExceptions, readFreshness } from './decode-freshness.ts'

/** How fresh a host's samples are, on the client's clock. By stat group; NaN before the first sample. */
export interface ReplicaFreshness {
  readonly state: SyncHostState
  readonly sampledAt: Float64Array
  readonly intervalMs: Float64Array
}

export interface ReplicaException {
  readonly partialGroups: number
  readonly since: number
}

/** What the server said about freshness, with its ages turned into moments of the client's clock. */
export class FreshnessMirror {
  readonly hosts: (ReplicaFreshness | undefined)[] = []
  readonly exceptions = new Map<number, ReplicaException>()

  clear(): void {
    this.hosts.length = 0
    this.exceptions.clear()
  }

  forgetHost(row: number): void {
    if (row < this.hosts.length) this.hosts[row] = undefined
  }

  applyFreshness(frame: Frame, section: Section, now: number): void {
    for (const { row, state, ages, intervals } of readFreshness(frame, section)) {
      const sampledAt = Float64Array.from(ages, (code) => now - decodeCell('ufloat16', code))
      const intervalMs = Float64Array.from(intervals, (code) => decodeCell('ufloat16', code))
      this.hosts[row] = { state: HOST_STATES[state]!, sampledAt, intervalMs }
    }
  }

  /** `alive` says whether a domain row lives: an exception of a dead one ends with it. */
  applyExceptions(frame: Frame, section: Section, now: number, alive: (row: number) => boolean): void {
    readExceptions(frame, section, (row, partialGroups, ageMs) => {
      if (partialGroups === 0 || !alive(row)) this.exceptions.delete(row)
      else this.exceptions.set(row, { partialGroups, since: now - ageMs })
    })
  }
}

import { decodeCell } from '../../columns/encodings.ts'
import type { Frame, Section } from '../wire/frame.ts'
import type { SyncHostState } from '../wire/protocol.ts'
import { AGE_OF_HOST, HOST_STATES, NEVER_SAMPLED } from '../wire/protocol.ts'
import type { ExceptionRecord } from './decode-freshness.ts'
import { readExceptions, readFreshness } from './decode-freshness.ts'

/** How fresh a host's samples are, on the client's clock. By reading; NaN before the first sample. */
export interface ReplicaFreshness {
  readonly state: SyncHostState
  readonly sampledAt: Float64Array
  readonly intervalMs: Float64Array
}

/** A row that differs from its host's freshness. */
export interface ReplicaException {
  /** Bits of the stat groups whose last record left fields out, and why: a `PartialCause` of lib/metrics. */
  readonly partialGroups: number
  readonly cause: number
  /** By stat group: when the row itself was sampled; NaN as its host was, -Infinity never. */
  readonly sampledAt: Float64Array
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
    for (const record of readExceptions(frame, section)) {
      if (isOver(record) || !alive(record.row)) this.exceptions.delete(record.row)
      else this.exceptions.set(record.row, exceptionOf(record, now))
    }
  }
}

function isOver({ groups, ages }: ExceptionRecord): boolean {
  return groups === 0 && ages.every((code) => code === AGE_OF_HOST)
}

function exceptionOf({ groups, cause, ages }: ExceptionRecord, now: number): ReplicaException {
  const sampledAt = Float64Array.from(ages, (code) => {
    if (code === AGE_OF_HOST) return Number.NaN
    return code === NEVER_SAMPLED ? Number.NEGATIVE_INFINITY : now - decodeCell('ufloat16', code)
  })
  return { partialGroups: groups, cause, sampledAt }
}

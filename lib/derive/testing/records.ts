import type { StatGroup } from '../../metrics/types.ts'

/** One child as a record of a test names it. */
export interface ChildRecord {
  /** vCPU id as text, disk or NIC name. */
  readonly identity: string
  readonly ordinal: number
  readonly gauges: Readonly<Record<string, number>>
  readonly counters: Readonly<Record<string, bigint>>
}

/** What one record says of one group, in plain objects. Fields that it leaves out are missing on the wire. */
export interface GroupRecord {
  readonly group: StatGroup
  /** Sample time, monotonic ms. */
  readonly at: number
  /** False: fields are missing that should be there; counters of the record do not count. */
  readonly complete: boolean
  /** How far `at` may be off, ms. */
  readonly doubtMs: number
  /** The clock jumped since the sample before. */
  readonly jumped: boolean
  readonly gauges: Readonly<Record<string, number>>
  readonly counters: Readonly<Record<string, bigint>>
  readonly children: readonly ChildRecord[]
}

import type { XdrReader } from '../../xdr/xdr-reader.ts'
import type { Call } from '../call.ts'
import { Procedure } from '../constants.ts'
import type { DomainRef } from '../domain-ref.ts'
import { writeDomainRef } from '../domain-ref.ts'
import { MAX_JOB_PARAMS } from '../limits.ts'
import type { TypedParam } from '../typed-params.ts'
import { readTypedParams } from '../typed-params.ts'

/** Kinds of answer of GET_JOB_STATS. */
export const JobType = { None: 0, Bounded: 1, Unbounded: 2, Completed: 3, Failed: 4, Cancelled: 5 } as const

/** A job of the whole domain, as migration or save. */
export interface JobStats {
  /** One of {@link JobType}. */
  readonly type: number
  readonly params: readonly TypedParam[]
}

/** 298: the job that has hold of a domain. Goes through the domain's monitor, so it can hang with it. */
export function getJobStats(domain: DomainRef): Call<JobStats> {
  return {
    procedure: Procedure.DomainGetJobStats,
    encode(writer) {
      writeDomainRef(writer, domain)
      writer.u32(0)
    },
    decode: (reader) => ({ type: reader.i32(), params: readTypedParams(reader, MAX_JOB_PARAMS) }),
  }
}

/** A job of one disk. */
export interface BlockJobInfo {
  /** As in block job events: 1 pull, 2 copy, 3 commit, 4 active commit, 5 backup. */
  readonly type: number
  /** Its speed limit in B/s; 0 is none. */
  readonly bandwidthBps: number
  /** How far it is, in a unit of its own. */
  readonly current: number
  readonly end: number
}

/** Flag: the bandwidth in bytes, not in MiB. */
const BANDWIDTH_BYTES = 1

/** 238: the job of one disk; null when it has none. Goes through the domain's monitor. */
export function getBlockJobInfo(domain: DomainRef, disk: string): Call<BlockJobInfo | null> {
  return {
    procedure: Procedure.DomainGetBlockJobInfo,
    encode(writer) {
      writeDomainRef(writer, domain)
      writer.string(disk).u32(BANDWIDTH_BYTES)
    },
    decode(reader) {
      const found = reader.i32() !== 0
      const info = readInfo(reader)
      return found ? info : null
    },
  }
}

function readInfo(reader: XdrReader): BlockJobInfo {
  return {
    type: reader.i32(),
    bandwidthBps: Number(reader.u64()),
    current: Number(reader.u64()),
    end: Number(reader.u64()),
  }
}

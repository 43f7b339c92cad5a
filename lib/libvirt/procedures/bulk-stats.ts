import type { XdrReader } from '../../xdr/xdr-reader.ts'
import type { Call } from '../call.ts'
import { Procedure } from '../constants.ts'
import type { DomainRef } from '../domain-ref.ts'
import { writeDomainRef } from '../domain-ref.ts'

export interface BulkStatsArgs {
  /** Mask of stat group bits. */
  readonly groups: number
  /** `STATS_ACTIVE`, `STATS_NOWAIT`, … */
  readonly flags: number
  /** Explicit list of at most 16,384; absent means all domains. */
  readonly domains?: readonly DomainRef[]
}

/** 344: statistics of many domains. The body stays bytes here: `domain-stats.ts` walks it. */
export function getAllDomainStats(args: BulkStatsArgs): Call<Uint8Array> {
  return {
    procedure: Procedure.GetAllDomainStats,
    encode(writer) {
      const domains = args.domains ?? []
      writer.u32(domains.length)
      for (const domain of domains) writeDomainRef(writer, domain)
      writer.u32(args.groups).u32(args.flags)
    },
    decode: restOf,
  }
}

function restOf(reader: XdrReader): Uint8Array {
  return reader.opaque(reader.remaining)
}

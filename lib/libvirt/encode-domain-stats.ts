import { XdrWriter } from '../xdr/xdr-writer.ts'
import { ParamType } from './constants.ts'
import { type DomainRef, writeDomainRef } from './domain-ref.ts'

/** A typed parameter to be written; types as bulk statistics have them for that name. */
export type StatParam =
  | { readonly name: string; readonly type: typeof ParamType.Int | typeof ParamType.Uint; readonly value: number }
  | { readonly name: string; readonly type: typeof ParamType.Ullong; readonly value: bigint }

export interface StatRecord {
  readonly domain: DomainRef
  readonly params: readonly StatParam[]
}

/**
 * Writes the body of a bulk-stats reply: the mirror of `domain-stats.ts`, for figures that came by other calls and are
 * to go the same way.
 *
 * @returns a view on memory that nobody else has.
 * @see libvirt `src/remote/remote_protocol.x`, `remote_connect_get_all_domain_stats_ret`
 */
export function encodeDomainStats(records: readonly StatRecord[]): Uint8Array<ArrayBuffer> {
  const writer = new XdrWriter()
  writer.u32(records.length)
  for (const { domain, params } of records) {
    writeDomainRef(writer, domain)
    writer.u32(params.length)
    for (const param of params) writeParam(writer, param)
  }
  return writer.finish()
}

function writeParam(writer: XdrWriter, param: StatParam): void {
  writer.string(param.name).u32(param.type)
  if (param.type === ParamType.Ullong) writer.u64(param.value)
  else if (param.type === ParamType.Int) writer.i32(param.value)
  else writer.u32(param.value)
}

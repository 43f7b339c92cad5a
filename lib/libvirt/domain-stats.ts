import { xdrError } from '../xdr/xdr-error.ts'
import { XdrReader } from '../xdr/xdr-reader.ts'
import { ParamType } from './constants.ts'
import {
  MAX_DOMAINS,
  MAX_FIELD_NAME_BYTES,
  MAX_RECORD_PARAMS,
  MAX_STRING_BYTES,
  MIN_PARAM_BYTES,
  MIN_RECORD_BYTES,
  UUID_BYTES,
} from './limits.ts'

/**
 * Receives a bulk reply. All offsets are into the body and hold while the call lasts.
 *
 * @remarks A record's calls come only when the whole record was found to be sound: `record`, its parameters in wire order,
 * `recordEnd`. Doubles come as they are; one that is not finite means unknown.
 */
export interface StatsSink {
  /** First of all: how many records the reply announces. */
  begin(records: number): void
  record(nameStart: number, nameEnd: number, uuidStart: number, id: number, params: number): void
  /** INT (signed), UINT and BOOLEAN. */
  word(nameStart: number, nameEnd: number, type: ParamType, value: number): void
  /** LLONG and ULLONG as two unsigned words. */
  long(nameStart: number, nameEnd: number, type: ParamType, hi: number, lo: number): void
  double(nameStart: number, nameEnd: number, value: number): void
  text(nameStart: number, nameEnd: number, valueStart: number, valueEnd: number): void
  recordEnd(): void
}

/**
 * Walks a bulk-stats reply and reports each record and typed parameter to `sink`.
 *
 * @remarks The reference for the fast path in `lib/ingest`: plain, allocation-light, checked at every length. Each record is
 * walked to its end before any of it is reported, so an error leaves the records before it and nothing of its own.
 * @param body - XDR body of the reply, without header.
 * @returns the number of records reported.
 * @throws DomscopeError with an `XDR_…` code of radius `reply`.
 * @see libvirt `src/remote/remote_protocol.x`, `remote_connect_get_all_domain_stats_ret`
 */
export function walkDomainStats(body: Uint8Array, sink: StatsSink): number {
  const reader = new XdrReader(body)
  const records = reader.count(MAX_DOMAINS, MIN_RECORD_BYTES)
  sink.begin(records)
  for (let i = 0; i < records; i++) {
    const start = reader.position
    walkRecord(reader, SILENT)
    reader.position = start
    walkRecord(reader, sink)
  }
  reader.finish()
  return records
}

const SILENT: StatsSink = {
  begin() {},
  record() {},
  word() {},
  long() {},
  double() {},
  text() {},
  recordEnd() {},
}

function walkRecord(reader: XdrReader, sink: StatsSink): void {
  reader.stringRange(MAX_STRING_BYTES)
  const nameStart = reader.textStart
  const nameEnd = reader.textEnd
  const uuidStart = reader.position
  reader.skip(UUID_BYTES)
  const id = reader.i32()
  const params = reader.count(MAX_RECORD_PARAMS, MIN_PARAM_BYTES)
  sink.record(nameStart, nameEnd, uuidStart, id, params)
  for (let i = 0; i < params; i++) walkParam(reader, sink)
  sink.recordEnd()
}

function walkParam(reader: XdrReader, sink: StatsSink): void {
  reader.stringRange(MAX_FIELD_NAME_BYTES)
  const nameStart = reader.textStart
  const nameEnd = reader.textEnd
  const type = reader.u32()
  switch (type) {
    case ParamType.Int:
      sink.word(nameStart, nameEnd, type, reader.i32())
      break
    case ParamType.Uint:
      sink.word(nameStart, nameEnd, type, reader.u32())
      break
    case ParamType.Boolean:
      sink.word(nameStart, nameEnd, type, reader.bool() ? 1 : 0)
      break
    case ParamType.Llong:
    case ParamType.Ullong:
      reader.u64Words()
      sink.long(nameStart, nameEnd, type, reader.hi, reader.lo)
      break
    case ParamType.Double:
      sink.double(nameStart, nameEnd, reader.f64())
      break
    case ParamType.String:
      reader.stringRange(MAX_STRING_BYTES)
      sink.text(nameStart, nameEnd, reader.textStart, reader.textEnd)
      break
    default:
      // Its length is unknown, so nothing after it can be read.
      throw xdrError('XDR_BAD_VALUE', `typed parameter of type ${type}`, reader.offset - 4, { type })
  }
}

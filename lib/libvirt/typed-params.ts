import { xdrError } from '../xdr/xdr-error.ts'
import type { XdrReader } from '../xdr/xdr-reader.ts'
import { ParamType } from './constants.ts'
import { MAX_FIELD_NAME_BYTES, MAX_STRING_BYTES, MIN_PARAM_BYTES } from './limits.ts'

/** One typed parameter outside of bulk statistics. Integers of 64 bits are doubles here: exact up to 2^53. */
export interface TypedParam {
  readonly field: string
  readonly value: number | string | boolean
}

/** Reads a list of at most `max` typed parameters. Everything in it is a copy. */
export function readTypedParams(reader: XdrReader, max: number): TypedParam[] {
  const params: TypedParam[] = []
  for (let left = reader.count(max, MIN_PARAM_BYTES); left > 0; left--) {
    params.push({ field: reader.string(MAX_FIELD_NAME_BYTES), value: readValue(reader) })
  }
  return params
}

function readValue(reader: XdrReader): TypedParam['value'] {
  const type = reader.u32()
  switch (type) {
    case ParamType.Int:
      return reader.i32()
    case ParamType.Uint:
      return reader.u32()
    case ParamType.Llong:
      return Number(reader.i64())
    case ParamType.Ullong:
      return Number(reader.u64())
    case ParamType.Double:
      return reader.f64()
    case ParamType.Boolean:
      return reader.i32() !== 0
    case ParamType.String:
      return reader.string(MAX_STRING_BYTES)
    default:
      throw xdrError('XDR_BAD_VALUE', `typed parameter of type ${type}`, reader.offset - 4, { type })
  }
}

/** A numeric parameter of a list; null when it is absent, no number or not finite. */
export function numberParam(params: readonly TypedParam[], field: string): number | null {
  const value = params.find((param) => param.field === field)?.value
  return typeof value === 'number' && Number.isFinite(value) ? value : null
}

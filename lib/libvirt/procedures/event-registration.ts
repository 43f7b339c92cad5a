import type { Call } from '../call.ts'
import { nothing } from '../call.ts'
import { Procedure } from '../constants.ts'

/** 316: asks for one kind of event of all domains; answers the callback's id. Unknown kinds get code 1. */
export function eventRegisterAny(eventId: number): Call<number> {
  return {
    procedure: Procedure.EventRegisterAny,
    encode: (writer) => void writer.i32(eventId).bool(false),
    decode: (reader) => reader.i32(),
  }
}

/** 317 */
export function eventDeregisterAny(callbackId: number): Call<void> {
  return {
    procedure: Procedure.EventDeregisterAny,
    encode: (writer) => void writer.i32(callbackId),
    decode: nothing,
  }
}

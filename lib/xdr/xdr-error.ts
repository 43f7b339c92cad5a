import type { ErrorDetail } from '../errors/domscope-error.ts'
import { DomscopeError } from '../errors/domscope-error.ts'

/**
 * What can be wrong with XDR bytes. Codes are stable.
 *
 * @remarks `XDR_OUT_OF_BOUNDS`: a value or length runs past the end. `XDR_TOO_LONG`: a string, opaque or array is longer
 * than its type allows. `XDR_BAD_PADDING`: pad bytes are not zero. `XDR_BAD_VALUE`: a boolean, enumeration or union tag has
 * no such value. `XDR_TRAILING_BYTES`: bytes are left over after the last field.
 */
export type XdrErrorCode =
  | 'XDR_OUT_OF_BOUNDS'
  | 'XDR_TOO_LONG'
  | 'XDR_BAD_PADDING'
  | 'XDR_BAD_VALUE'
  | 'XDR_TRAILING_BYTES'

/** An error that spoils one reply only: the framing around it is intact. `offset` is relative to the decoded bytes. */
export function xdrError(code: XdrErrorCode, message: string, offset: number, detail: ErrorDetail = {}): DomscopeError {
  return new DomscopeError(code, `${message} at byte ${offset}`, { radius: 'reply', detail: { offset, ...detail } })
}

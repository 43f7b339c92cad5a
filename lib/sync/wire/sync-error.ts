import type { ErrorDetail } from '../../errors/domscope-error.ts'
import { DomscopeError } from '../../errors/domscope-error.ts'

/** What a client could not make sense of in a frame. The remedy is always a fresh snapshot. */
export function malformedFrame(what: string, detail: ErrorDetail = {}): DomscopeError {
  return new DomscopeError('SYNC_MALFORMED_FRAME', `malformed frame: ${what}`, {
    radius: 'connection',
    detail,
    remedy: 'Reload the page if this repeats; the connection starts over by itself.',
  })
}

/** What a server could not make sense of in a client's message. */
export function badMessage(what: string, detail: ErrorDetail = {}): DomscopeError {
  return new DomscopeError('SYNC_BAD_MESSAGE', `bad message: ${what}`, {
    radius: 'client',
    detail,
    remedy: 'Reload the page, so that it matches the build of the server.',
  })
}

import { DomscopeError } from '../../errors/domscope-error.ts'
import { ResyncCause } from '../wire/protocol.ts'

/** A frame that is sound and does not fit what the client has. */
export function gap(what: string, expected: number, actual: number): DomscopeError {
  return new DomscopeError('SYNC_GAP', `the server sent ${what}`, {
    radius: 'connection',
    detail: { expected, actual },
    remedy: 'The connection starts over by itself.',
  })
}

/** What to tell the server about an error, when the next connection starts over. */
export function causeOf(error: unknown): ResyncCause {
  if (!(error instanceof DomscopeError)) return ResyncCause.Malformed
  if (error.code === 'SYNC_AUDIT_MISMATCH') return ResyncCause.Audit
  return error.code === 'SYNC_GAP' ? ResyncCause.Gap : ResyncCause.Malformed
}

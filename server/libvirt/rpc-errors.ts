import type { ErrorDetail } from '../../lib/errors/domscope-error.ts'
import { DomscopeError } from '../../lib/errors/domscope-error.ts'
import { procedureName } from '../../lib/libvirt/call.ts'

/** A call's deadline passed. `sent` is false when it never left: all slots of the connection were taken. */
export function timeoutError(procedure: number, deadlineMs: number, sent: boolean): DomscopeError {
  const what = sent ? 'got no answer' : 'was not sent: earlier calls are still unanswered'
  return new DomscopeError('RPC_TIMEOUT', `${procedureName(procedure)} ${what} within ${Math.round(deadlineMs)} ms`, {
    radius: 'reply',
    detail: { procedure, deadlineMs: Math.round(deadlineMs), sent },
    remedy:
      'A guest hangs, or the daemon does: see its log. Domscope goes on with what is answered, and with a fresh connection after a second such call.',
  })
}

/** The connection ended; what was outstanding has no answer. `reason` is why, where that is known. */
export function lostError(endpoint: string, reason: DomscopeError | null, pendingBytes: number): DomscopeError {
  const how = pendingBytes > 0 ? ` in the middle of a message (${pendingBytes} bytes of it came)` : ''
  return new DomscopeError('CONNECTION_LOST', `the daemon behind ${endpoint} closed the connection${how}`, {
    radius: 'connection',
    detail: { endpoint, pendingBytes },
    remedy: 'Look at the log of the daemon; Domscope connects again by itself.',
    cause: reason ?? undefined,
  })
}

/** A message that may not come on this connection. Ends it. */
export function unexpectedMessage(what: string, detail: ErrorDetail): DomscopeError {
  return new DomscopeError('FRAME_UNEXPECTED', `the daemon sent ${what}`, {
    radius: 'connection',
    detail,
    remedy: 'Check that this is the socket of a libvirt daemon.',
  })
}

export function floodError(perSecond: number): DomscopeError {
  return new DomscopeError(
    'EVENT_FLOOD',
    `the daemon sent over ${perSecond} messages in a second that nobody asked for`,
    {
      radius: 'connection',
      detail: { perSecond },
      remedy: 'Look at the log of the daemon; Domscope connects again by itself.',
    },
  )
}

export function silentError(endpoint: string, silentMs: number): DomscopeError {
  return new DomscopeError('CONNECTION_SILENT', `the daemon behind ${endpoint} was silent for ${silentMs / 1000} s`, {
    radius: 'connection',
    detail: { endpoint, silentMs },
    remedy: 'The daemon or the host hangs, or the network between is down. Domscope connects again by itself.',
  })
}

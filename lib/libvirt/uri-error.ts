import { DomscopeError } from '../errors/domscope-error.ts'
import { redactUriText } from './uri-redact.ts'

/** A URI that cannot be parsed. `position` is the index of the offending character. */
export function badUri(text: string, position: number, why: string, cause?: unknown): DomscopeError {
  const shown = redactUriText(text)
  return new DomscopeError('BAD_URI', `"${shown}" is not a connection URI: ${why} (character ${position + 1})`, {
    radius: 'process',
    detail: { position, uri: shown },
    remedy: 'Write driver[+transport]://[user@][host][:port]/path, as in qemu:///system or qemu+ssh://kvm-01/system.',
    cause,
  })
}

import { DomscopeError } from '../errors/domscope-error.ts'
import { redactUriText } from './uri-redact.ts'

const REMEDY = 'Write driver[+transport]://[user@][host][:port]/path, as in qemu:///system or qemu+ssh://kvm-01/system.'

/** A URI that cannot be parsed. `position` is the index of the offending character. */
export function badUri(text: string, position: number, why: string, cause?: unknown): DomscopeError {
  const shown = redactUriText(text)
  return new DomscopeError('BAD_URI', `"${shown}" is not a connection URI: ${why} (character ${position + 1})`, {
    radius: 'process',
    detail: { position, uri: shown },
    remedy: REMEDY,
    cause,
  })
}

/** Several addresses in the place of one, which would hide all but the first. */
export function severalUris(text: string, position: number, why: string): DomscopeError {
  const shown = redactUriText(text)
  return new DomscopeError('BAD_URI', `"${shown}" is not one connection URI: ${why} (character ${position + 1})`, {
    radius: 'process',
    detail: { position, uri: shown },
    remedy:
      'Give each address by itself: repeat --connect, put spaces between them in DOMSCOPE_CONNECT, or list them as hosts in the config file.',
  })
}

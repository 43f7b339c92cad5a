import { DomscopeError } from '../../lib/errors/domscope-error.ts'

export type XmlErrorCode = 'XML_TOO_LARGE' | 'XML_DTD_REFUSED' | 'XML_MALFORMED' | 'XML_NOT_A_DOMAIN'

/** One document cannot be read; it costs that reply and nothing else. */
export function xmlError(code: XmlErrorCode, message: string): DomscopeError {
  return new DomscopeError(code, message, { radius: 'reply' })
}

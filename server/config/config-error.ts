import { DomscopeError, findDomscopeError } from '../../lib/errors/domscope-error.ts'
import { markInvisible } from '../../lib/text/mark-invisible.ts'

/**
 * A setting that cannot be used. What nobody would see of it is marked by its code point.
 *
 * @param where - The flag, variable or file and key, as the user would look for it.
 * @param what - What is wrong with it.
 * @param remedy - What to write instead, a sentence.
 */
export function configError(where: string, what: string, remedy: string, cause?: unknown): DomscopeError {
  const message = markInvisible(`${where}: ${what}`)
  return new DomscopeError('BAD_CONFIG', message, { radius: 'process', detail: { where }, remedy, cause })
}

/** Says of an error in a value where that value stands. */
export function locate(where: string, cause: unknown): DomscopeError {
  const known = findDomscopeError(cause)
  if (known === null) throw cause
  return configError(where, known.message, known.remedy ?? 'See domscope --help.', known)
}

/** One line for the terminal, whatever the texts hold. */
export function oneLine(error: DomscopeError): string {
  const end = /[.!?]$/.test(error.message) ? '' : '.'
  const text = `domscope: ${error.message}${end}${error.remedy === null ? '' : ` ${error.remedy}`}`
  return text.replace(/[\p{Cc}\p{Zl}\p{Zp}]+/gu, ' ')
}

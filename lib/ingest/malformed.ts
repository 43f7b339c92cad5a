import { DomscopeError } from '../errors/domscope-error.ts'

/** A bulk reply that cannot be walked any further; the records before the place are sound. */
export function malformed(code: string, what: string): DomscopeError {
  return new DomscopeError(code, `bulk statistics reply: ${what}`, { radius: 'reply' })
}

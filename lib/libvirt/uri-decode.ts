import { nameCharacter } from '../text/name-character.ts'
import { badUri } from './uri-error.ts'

/**
 * Decodes a part of a URI that begins at `start` of `text`.
 *
 * @throws DomscopeError `BAD_URI` for escapes that are no UTF-8, and for control characters, which no name or path has.
 */
export function decodePart(text: string, start: number, raw: string): string {
  const at = start + Math.max(0, raw.indexOf('%'))
  let decoded: string
  try {
    decoded = decodeURIComponent(raw)
  } catch (cause) {
    throw badUri(text, at, 'a percent sign is not followed by UTF-8 in hex', cause)
  }
  const control = /\p{Cc}/u.exec(decoded)?.[0]
  if (control === undefined) return decoded
  throw badUri(text, at, `an escape stands for ${nameCharacter(control)}`)
}

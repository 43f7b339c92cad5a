import { nameCharacter } from '../../lib/text/name-character.ts'

/** Says of a value that is to be plain ASCII which sign is none, for it may look like a plain one; empty when all are. */
export function strangerIn(text: string): string {
  const sign = /[^\x20-\x7e]/u.exec(text)?.[0]
  return sign === undefined ? '' : `: it holds ${nameCharacter(sign)}`
}

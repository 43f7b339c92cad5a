import { nameCharacter } from '../../lib/text/name-character.ts'
import { configError } from './config-error.ts'

const QUOTES = /[\u2018-\u201f\u00ab\u00bb\u2033\uff02]/u

/**
 * Reads JSON that somebody wrote.
 *
 * @throws DomscopeError `BAD_CONFIG` with line and column; signs that cannot be seen, or look like others, by code point.
 */
export function parseJson(text: string, path: string): unknown {
  try {
    return JSON.parse(text)
  } catch (cause) {
    const remedy = 'Correct it there; comments and trailing commas are not JSON.'
    const odd = oddSign(text)
    if (odd !== null) {
      const what = `this is not JSON: ${nameCharacter(odd.sign)} stands ${odd.where}`
      throw configError(place(path, text, odd.at), what, QUOTES.test(odd.sign) ? 'Write plain quotes: ".' : remedy)
    }
    const why = cause instanceof Error ? cause.message : String(cause)
    const position = Number(/at position (\d+)/.exec(why)?.[1] ?? Number.NaN)
    const where = Number.isNaN(position) ? path : place(path, text, position)
    throw configError(where, `this is not JSON (${why})`, remedy, cause)
  }
}

/** The first sign that JSON has no use for: outside of strings what is not plain ASCII, in them a control. */
function oddSign(text: string): { sign: string; at: number; where: string } | null {
  // A string that is not closed is none: what follows is looked at.
  for (const { 0: found, index } of text.matchAll(/"(?:[^"\\\n]|\\.)*"|[^\t\n\r\x20-\x7e]/gu)) {
    if (!found.startsWith('"')) return { sign: found, at: index, where: 'outside of the quotes' }
    // biome-ignore lint/suspicious/noControlCharactersInRegex: what JSON wants escaped
    const control = found.search(/[\x00-\x1f]/)
    if (control >= 0) return { sign: found[control]!, at: index + control, where: 'in quotes as itself' }
  }
  return null
}

function place(path: string, text: string, at: number): string {
  const before = text.slice(0, at).split('\n')
  return `${path}:${before.length}:${before.at(-1)!.length + 1}`
}

/** Whether a text as a whole matches a pattern. */
export type Glob = (text: string) => boolean

const MANY = '*'
const ONE = '?'

/**
 * Compiles a pattern in which `*` stands for any characters, none too, and `?` for one; compared without regard to case.
 *
 * @remarks No regular expression: patterns come from people and names from tenants, and a few stars must not cost more
 * than length times length. A character is a code point.
 */
export function compileGlob(pattern: string): Glob {
  const wanted = characters(pattern)
  if (wanted.every((one) => one === MANY) && wanted.length > 0) return () => true
  return (text) => matches(wanted, characters(text))
}

function characters(text: string): readonly string[] {
  return Array.from(text.toLowerCase())
}

/** Goes back to the last star alone: whatever an earlier one could take, the last one can take as well. */
function matches(wanted: readonly string[], given: readonly string[]): boolean {
  let at = 0
  let place = 0
  let star = -1
  let resumeAt = 0
  while (at < given.length) {
    const next = wanted[place]
    if (next === MANY) {
      star = place++
      resumeAt = at
    } else if (next === ONE || (next !== undefined && next === given[at])) {
      place++
      at++
    } else if (star >= 0) {
      place = star + 1
      at = ++resumeAt
    } else return false
  }
  while (wanted[place] === MANY) place++
  return place === wanted.length
}

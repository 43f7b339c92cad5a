/** Fifteen digits at most: more would be rounded without a word, and are some id rather than a quantity. */
const NUMBER = /^-?(?:0|[1-9]\d{0,14})(?:\.\d{1,15})?$/

/**
 * What a scalar without quotes means.
 *
 * @remarks Only what JSON writes is a number, a truth value or nothing (`~` and an empty place as well). YAML's own rules
 * would make a number of `0123`, `0x1F` or the id `12345e67`, and quietly change all three; here they stay text.
 */
export function plainValue(source: string): string | number | boolean | null {
  switch (source) {
    case '':
    case '~':
    case 'null':
      return null
    case 'true':
      return true
    case 'false':
      return false
    default:
      return NUMBER.test(source) ? Number(source) : source
  }
}

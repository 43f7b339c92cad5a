const MARKS = /\p{M}+/gu

/**
 * Text in the form in which it is compared: lower case, without diacritics.
 *
 * @remarks Names are nearly always ASCII, and then this is one `toLowerCase`, which returns the same string when nothing
 * changes.
 */
export function foldText(text: string): string {
  for (let i = 0; i < text.length; i++) {
    if (text.charCodeAt(i) > 127) return text.normalize('NFD').replace(MARKS, '').toLowerCase()
  }
  return text.toLowerCase()
}

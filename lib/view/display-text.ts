/** Longest name that is shown, in graphemes. */
export const MAX_GRAPHEMES = 256
/** One grapheme can hold any number of combining marks: the code points are bounded too. */
const MAX_CODE_POINTS = 1024
const ELLIPSIS = '…'

// Controls, line separators, invisible direction marks, the byte order mark, and halves of surrogate pairs.
const UNSAFE = /[\p{Cc}\p{Cs}\u061c\u200e\u200f\u2028\u2029\u202a-\u202e\u2066-\u2069\ufeff]/gu
const PLAIN = /^[\x20-\x7e]*$/
const REPLACEMENT = '\ufffd'

/**
 * A name as it may be shown: control and direction characters as visible marks, at most 256 graphemes.
 *
 * @remarks Names come from tenants, and may try to hide, to reverse or to flood what stands beside them. The result is
 * text, to be put into a text node inside `<bdi>`; identity always uses the raw name.
 */
export function displayText(raw: string): string {
  if (raw.length <= MAX_GRAPHEMES && PLAIN.test(raw)) return raw
  return cut(raw).replace(UNSAFE, visibleMark)
}

/** Whether {@link displayText} changes a name, so that the page can offer the raw form. */
export function isDisguised(raw: string): boolean {
  return displayText(raw) !== raw
}

/** Code points in angle marks: pictures of control characters are missing from most fonts. */
function visibleMark(character: string): string {
  const code = character.codePointAt(0) ?? 0
  if (code >= 0xd800 && code <= 0xdfff) return REPLACEMENT
  return `‹${code.toString(16).toUpperCase().padStart(4, '0')}›`
}

let segmenter: Intl.Segmenter | null = null

function cut(raw: string): string {
  if (raw.length <= MAX_GRAPHEMES) return raw
  const head = firstCodePoints(raw)
  segmenter ??= new Intl.Segmenter('en', { granularity: 'grapheme' })
  let graphemes = 0
  for (const { index } of segmenter.segment(head)) {
    if (graphemes++ === MAX_GRAPHEMES) return head.slice(0, index) + ELLIPSIS
  }
  return head.length < raw.length ? head + ELLIPSIS : raw
}

function firstCodePoints(raw: string): string {
  let end = 0
  for (let count = 0; count < MAX_CODE_POINTS && end < raw.length; count++) {
    end += (raw.codePointAt(end) ?? 0) > 0xffff ? 2 : 1
  }
  return raw.slice(0, end)
}

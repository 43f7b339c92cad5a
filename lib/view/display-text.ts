import { markInvisible, markOf } from '../text/mark-invisible.ts'

/** Longest name that is shown, in graphemes. */
export const MAX_GRAPHEMES = 256
/** One grapheme can hold any number of combining marks: the code points are bounded too. */
const MAX_CODE_POINTS = 1024
const ELLIPSIS = '…'
const SPACE_MARK = markOf(' ')

const PLAIN = /^(?! )(?:[\x21-\x7e]| (?! |$))*$/
/** Pages show several spaces as one, and those at the ends not at all. */
const UNSEEN_SPACE = /^ +| +$|(?<= ) +/g

/**
 * A name as it may be shown: marks in the place of what nobody would see, at most 256 graphemes.
 *
 * @remarks Names come from tenants, and may try to hide, to reverse or to flood what stands beside them. The result is
 * text, to be put into a text node inside `<bdi>`; identity always uses the raw name.
 */
export function displayText(raw: string): string {
  if (raw.length <= MAX_GRAPHEMES && PLAIN.test(raw)) return raw
  return markInvisible(cut(raw).replace(UNSEEN_SPACE, (spaces) => SPACE_MARK.repeat(spaces.length)))
}

/** Whether {@link displayText} changes a name, so that the page can offer the raw form. */
export function isDisguised(raw: string): boolean {
  return displayText(raw) !== raw
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

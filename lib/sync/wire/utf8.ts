import { MAX_TEXT_BYTES } from './protocol.ts'

const ELLIPSIS = '…'
const ELLIPSIS_BYTES = 3
const REPLACEMENT = 0xfffd
const CHUNK = 512

/** Code point at `index`; a lone surrogate counts as U+FFFD. */
function codePointAt(text: string, index: number): number {
  const point = text.codePointAt(index)!
  return point >= 0xd800 && point <= 0xdfff ? REPLACEMENT : point
}

function bytesOf(point: number): number {
  return point < 0x80 ? 1 : point < 0x800 ? 2 : point < 0x10000 ? 3 : 4
}

/** Bytes that `text` takes as UTF-8. */
export function utf8Length(text: string): number {
  let length = 0
  for (let i = 0; i < text.length; i++) {
    const point = codePointAt(text, i)
    length += bytesOf(point)
    if (point > 0xffff) i++
  }
  return length
}

/** `text` as it travels: cut at a character to {@link MAX_TEXT_BYTES}, with an ellipsis in place of the rest. */
export function wireText(text: string): string {
  // Three bytes for each UTF-16 unit is the most that UTF-8 can take.
  if (text.length * 3 <= MAX_TEXT_BYTES || utf8Length(text) <= MAX_TEXT_BYTES) return text
  let length = 0
  for (let i = 0; i < text.length; i++) {
    const point = codePointAt(text, i)
    length += bytesOf(point)
    if (length > MAX_TEXT_BYTES - ELLIPSIS_BYTES) return text.slice(0, i) + ELLIPSIS
    if (point > 0xffff) i++
  }
  return text
}

/** Writes `text` at `at`, where the caller has made room, and returns the end. */
export function writeUtf8(text: string, bytes: Uint8Array, at: number): number {
  let end = at
  for (let i = 0; i < text.length; i++) {
    const point = codePointAt(text, i)
    if (point < 0x80) {
      bytes[end++] = point
      continue
    }
    end = writeMultibyte(point, bytes, end)
    if (point > 0xffff) i++
  }
  return end
}

function writeMultibyte(point: number, bytes: Uint8Array, at: number): number {
  const length = bytesOf(point)
  const lead = length === 2 ? 0xc0 : length === 3 ? 0xe0 : 0xf0
  bytes[at] = lead | (point >>> (6 * (length - 1)))
  for (let i = 1; i < length; i++) bytes[at + i] = 0x80 | ((point >>> (6 * (length - 1 - i))) & 0x3f)
  return at + length
}

/** The text in `bytes[start, end)`, or null when that is not well-formed UTF-8. */
export function readUtf8(bytes: Uint8Array, start: number, end: number): string | null {
  let text = ''
  const units: number[] = []
  for (let at = start; at < end; ) {
    const point = readPoint(bytes, at, end)
    if (point < 0) return null
    at += bytesOf(point)
    if (point > 0xffff) units.push(0xd800 + ((point - 0x10000) >>> 10), 0xdc00 + ((point - 0x10000) & 0x3ff))
    else units.push(point)
    if (units.length >= CHUNK) {
      text += String.fromCharCode(...units)
      units.length = 0
    }
  }
  return text + String.fromCharCode(...units)
}

/** The code point at `at`, or -1: cut short, overlong, a surrogate, or too large. */
function readPoint(bytes: Uint8Array, at: number, end: number): number {
  const lead = bytes[at]!
  if (lead < 0x80) return lead
  const length = lead >= 0xf0 ? 4 : lead >= 0xe0 ? 3 : 2
  if (lead < 0xc2 || lead > 0xf4 || at + length > end) return -1
  let point = lead & (0x7f >>> length)
  for (let i = 1; i < length; i++) {
    const byte = bytes[at + i]!
    if ((byte & 0xc0) !== 0x80) return -1
    point = (point << 6) | (byte & 0x3f)
  }
  const wellFormed = bytesOf(point) === length && point <= 0x10ffff && (point < 0xd800 || point > 0xdfff)
  return wellFormed ? point : -1
}

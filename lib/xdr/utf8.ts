const REPLACEMENT = 0xfffd
/** Code units collected before they become a string: keeps the argument list of `fromCharCode` short. */
const CHUNK_UNITS = 2048

/**
 * Decodes UTF-8; what is not UTF-8 becomes U+FFFD, one for each maximal ill-formed part, as browsers do it.
 *
 * @remarks Written out because `lib/` runs without platform types. Never throws on content.
 */
export function decodeUtf8(bytes: Uint8Array, start = 0, end = bytes.length): string {
  let text = ''
  let units: number[] = []
  let at = start
  while (at < end) {
    const lead = bytes[at] as number
    if (lead < 0x80) {
      units.push(lead)
      at++
    } else {
      const length = sequenceLength(bytes, at, end)
      pushCodePoint(units, length > 0 ? codePoint(bytes, at, length) : REPLACEMENT)
      at += Math.abs(length)
    }
    if (units.length >= CHUNK_UNITS) {
      text += String.fromCharCode(...units)
      units = []
    }
  }
  return text + String.fromCharCode(...units)
}

/** Length of the sequence at `at`; negative: that many bytes are ill-formed and stand for one replacement. */
function sequenceLength(bytes: Uint8Array, at: number, end: number): number {
  const lead = bytes[at] as number
  const length =
    lead >= 0xc2 && lead <= 0xdf ? 2 : lead >= 0xe0 && lead <= 0xef ? 3 : lead >= 0xf0 && lead <= 0xf4 ? 4 : 0
  if (length === 0) return -1
  for (let i = 1; i < length; i++) {
    if (at + i >= end) return -i
    const byte = bytes[at + i] as number
    if (byte < lowestContinuation(lead, i) || byte > highestContinuation(lead, i)) return -i
  }
  return length
}

/** Overlong forms and surrogates show in the byte after the lead. */
function lowestContinuation(lead: number, i: number): number {
  return i > 1 ? 0x80 : lead === 0xe0 ? 0xa0 : lead === 0xf0 ? 0x90 : 0x80
}

function highestContinuation(lead: number, i: number): number {
  return i > 1 ? 0xbf : lead === 0xed ? 0x9f : lead === 0xf4 ? 0x8f : 0xbf
}

function codePoint(bytes: Uint8Array, at: number, length: number): number {
  let value = (bytes[at] as number) & (0xff >> (length + 1))
  for (let i = 1; i < length; i++) value = (value << 6) | ((bytes[at + i] as number) & 0x3f)
  return value
}

function pushCodePoint(units: number[], value: number): void {
  if (value < 0x10000) units.push(value)
  else units.push(0xd7c0 + (value >> 10), 0xdc00 | (value & 0x3ff))
}

/** Encodes text as UTF-8; a lone surrogate becomes U+FFFD. */
export function encodeUtf8(text: string): Uint8Array {
  const out = new Uint8Array(text.length * 3)
  let length = 0
  for (const character of text) {
    const value = character.codePointAt(0) as number
    length = putCodePoint(out, length, value >= 0xd800 && value <= 0xdfff ? REPLACEMENT : value)
  }
  return out.slice(0, length)
}

function putCodePoint(out: Uint8Array, at: number, value: number): number {
  if (value < 0x80) {
    out[at] = value
    return at + 1
  }
  if (value < 0x800) {
    out[at] = 0xc0 | (value >> 6)
  } else if (value < 0x10000) {
    out[at++] = 0xe0 | (value >> 12)
    out[at] = 0x80 | ((value >> 6) & 0x3f)
  } else {
    out[at++] = 0xf0 | (value >> 18)
    out[at++] = 0x80 | ((value >> 12) & 0x3f)
    out[at] = 0x80 | ((value >> 6) & 0x3f)
  }
  out[at + 1] = 0x80 | (value & 0x3f)
  return at + 2
}

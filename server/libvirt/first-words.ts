import { markInvisible } from '../../lib/text/mark-invisible.ts'

/** Enough for a banner in colours; more of it tells nothing more. */
const KEPT_BYTES = 1024
/** Longest quotation in an error, in characters. */
const QUOTED = 120
const HEX_BYTES = 16

/** Colours, titles and moves of the cursor, as terminals understand them. */
// biome-ignore lint/suspicious/noControlCharactersInRegex: they begin with one
const TERMINAL_CODES = /\x1b(?:\[[0-?]*[ -/]*[@-~]|\][^\x07\x1b]*(?:\x07|\x1b\\)|[@-Z\\^_])/g
const READABLE = /[\p{L}\p{N}]/u

/** Who begins like this, by the first bytes as text. */
const KINDS: readonly (readonly [RegExp, string])[] = [
  [/^HTTP\/\d|^<(?:!doctype|html)/i, 'a web server'],
  [/^SSH-\d/, 'an ssh server'],
  [/^\{"QMP"/, 'the monitor of a QEMU process'],
  [/^RFB \d{3}\./, 'a VNC server'],
  [/^220[ -]/, 'a mail or FTP server'],
  // biome-ignore lint/suspicious/noControlCharactersInRegex: the head of a TLS record, alert or handshake
  [/^[\x15\x16]\x03[\0-\x04]/, 'a TLS server'],
]

/** The first bytes from the other side, kept until they have proved to be libvirt's protocol, to quote them if not. */
export class FirstWords {
  readonly #bytes = new Uint8Array(KEPT_BYTES)
  #length = 0

  /** Keeps a copy, as far as there is room. */
  push(chunk: Uint8Array): void {
    const part = chunk.subarray(0, KEPT_BYTES - this.#length)
    this.#bytes.set(part, this.#length)
    this.#length += part.length
  }

  /** Nothing that comes later could make the quotation better. */
  get complete(): boolean {
    if (this.#length === KEPT_BYTES || !this.#looksLikeText()) return true
    return this.#lines().slice(0, -1).some(isReadable)
  }

  /** What came, to stand after "it said": a quoted line, or bytes in hex; null when nothing came. */
  quotation(): string | null {
    if (this.#length === 0) return null
    const line = this.#looksLikeText() ? this.readableLine() : null
    return line === null ? `bytes ${this.#hex()}` : `"${line}"`
  }

  /** The first line with letters or digits, else the first that is not blank, without codes for terminals; or null. */
  readableLine(): string | null {
    const lines = this.#lines()
    const line = lines.find(isReadable) ?? lines.find((one) => one.trim() !== '')
    if (line === undefined) return null
    const signs = Array.from(markInvisible(line.trim()))
    return signs.length > QUOTED ? `${signs.slice(0, QUOTED).join('')}…` : signs.join('')
  }

  /** What kind of server begins like this, or null. */
  kind(): string | null {
    const start = this.#text('latin1')
    return KINDS.find(([pattern]) => pattern.test(start))?.[1] ?? null
  }

  #lines(): string[] {
    return this.#text('utf8')
      .replace(TERMINAL_CODES, '')
      .split(/[\r\n]+/)
  }

  #text(encoding: 'utf8' | 'latin1'): string {
    return Buffer.from(this.#bytes.buffer, 0, this.#length).toString(encoding)
  }

  /** No controls but those that texts for terminals have. */
  #looksLikeText(): boolean {
    const part = this.#bytes.subarray(0, this.#length)
    return part.every((byte) => byte >= 0x20 || byte === 0x1b || (byte >= 7 && byte <= 13))
  }

  #hex(): string {
    const shown = Array.from(this.#bytes.subarray(0, Math.min(this.#length, HEX_BYTES)), (byte) =>
      byte.toString(16).padStart(2, '0'),
    )
    return shown.join(' ') + (this.#length > HEX_BYTES ? ' …' : '')
  }
}

function isReadable(line: string): boolean {
  return READABLE.test(line)
}

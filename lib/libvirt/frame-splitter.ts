import { DomscopeError } from '../errors/domscope-error.ts'
import type { Header } from './header.ts'
import { checkHeader, checkLength, decodeHeader } from './header.ts'
import { HEADER_BYTES, LENGTH_BYTES, MAX_MESSAGE_BYTES } from './limits.ts'

/** One whole message. `bytes` belongs to the receiver and starts on a 4-byte boundary, so its body does too. */
export interface Message {
  readonly header: Header
  readonly bytes: Uint8Array<ArrayBuffer>
  /** When its first and its last byte came, in the caller's clock. */
  readonly firstByteAt: number
  readonly endAt: number
}

export interface FrameSplitterOptions {
  /** Called for each whole message, in order. */
  readonly onMessage: (message: Message) => void
  /** Called before the body is buffered; throws to refuse the message and with it the connection. */
  readonly admit?: (header: Header) => void
  /** Largest message accepted; at most 32 MiB + 4. */
  readonly maxMessageBytes?: number
  /** Gives a zeroed or unzeroed buffer whose start is 4-byte aligned. */
  readonly allocate?: (bytes: number) => Uint8Array<ArrayBuffer>
}

const State = { Header: 0, Body: 1, Dead: 2 } as const
type State = (typeof State)[keyof typeof State]

/** Below this much of a message missing, {@link FrameSplitter.room} gives nothing: a read may then bring the next ones too. */
const LEAST_ROOM_BYTES = 64 << 10

/**
 * Turns chunks of a stream into whole messages.
 *
 * @remarks A message gets one buffer, allocated when its header is complete and accepted; nothing is concatenated. Any
 * error is of radius `connection`: after it the splitter takes no more bytes.
 */
export class FrameSplitter {
  readonly #onMessage: (message: Message) => void
  readonly #admit: (header: Header) => void
  readonly #max: number
  readonly #allocate: (bytes: number) => Uint8Array<ArrayBuffer>
  readonly #head = new Uint8Array(HEADER_BYTES)
  #state: State = State.Header
  #header: Header | null = null
  #message: Uint8Array<ArrayBuffer> = this.#head
  #filled = 0
  #firstByteAt = 0

  constructor(options: FrameSplitterOptions) {
    this.#onMessage = options.onMessage
    this.#admit = options.admit ?? (() => {})
    this.#max = Math.min(options.maxMessageBytes ?? MAX_MESSAGE_BYTES, MAX_MESSAGE_BYTES)
    this.#allocate = options.allocate ?? ((bytes) => new Uint8Array(bytes))
  }

  /** Bytes of a message that has begun and is not whole. */
  get pendingBytes(): number {
    return this.#filled
  }

  /**
   * Takes the next bytes of the stream; they may be overwritten afterwards.
   *
   * @param now - Time of their arrival, for the stamps of the messages.
   * @throws DomscopeError `FRAME_LENGTH`, `FRAME_HEADER`, or what `admit` throws.
   */
  push(chunk: Uint8Array, now: number): void {
    let at = 0
    while (at < chunk.length) {
      if (this.#state === State.Dead) throw dead()
      if (this.#filled === 0) this.#firstByteAt = now
      at = this.#state === State.Header ? this.#takeHeader(chunk, at) : this.#fill(chunk, at)
      if (this.#header !== null && this.#filled === this.#header.length) this.#deliver(this.#header, now)
    }
  }

  /**
   * Where the next bytes of the stream can be read to without a copy afterwards: the rest of the message under way.
   *
   * @returns null while no message is under way of which at least 64 KiB are missing. Valid until the next call of
   * {@link push} or {@link filled}; what was read there goes to `filled`.
   */
  room(): Uint8Array<ArrayBuffer> | null {
    if (this.#state !== State.Body || this.#message.length - this.#filled < LEAST_ROOM_BYTES) return null
    return this.#message.subarray(this.#filled)
  }

  /** As {@link push}, for `count` bytes that were read to the start of the {@link room}. */
  filled(count: number, now: number): void {
    if (this.#header === null || count > this.#message.length - this.#filled) throw new RangeError('no room for that')
    this.#filled += count
    if (this.#filled === this.#header.length) this.#deliver(this.#header, now)
  }

  #takeHeader(chunk: Uint8Array, from: number): number {
    const hadLength = this.#filled >= LENGTH_BYTES
    const at = this.#fill(chunk, from)
    try {
      // The length alone tells a stranger early, before 28 bytes have come.
      if (!hadLength && this.#filled >= LENGTH_BYTES) checkLength(wordAt(this.#head), this.#max)
      if (this.#filled === HEADER_BYTES) this.#begin(decodeHeader(this.#head))
    } catch (error) {
      this.#state = State.Dead
      throw error
    }
    return at
  }

  #begin(header: Header): void {
    checkHeader(header, this.#max)
    this.#admit(header)
    this.#header = header
    this.#message = this.#allocate(header.length)
    this.#message.set(this.#head)
    this.#state = State.Body
  }

  #fill(chunk: Uint8Array, from: number): number {
    const take = Math.min(chunk.length - from, this.#message.length - this.#filled)
    this.#message.set(chunk.subarray(from, from + take), this.#filled)
    this.#filled += take
    return from + take
  }

  #deliver(header: Header, now: number): void {
    const message = { header, bytes: this.#message, firstByteAt: this.#firstByteAt, endAt: now }
    this.#state = State.Header
    this.#header = null
    this.#message = this.#head
    this.#filled = 0
    this.#onMessage(message)
  }
}

/** Body of a message: everything after the header, as a view. */
export function bodyOf(message: Message): Uint8Array<ArrayBuffer> {
  return message.bytes.subarray(HEADER_BYTES)
}

/** Body of a message as 32-bit words, big-endian bytes in this machine's order. */
export function bodyWordsOf(message: Message): Uint32Array<ArrayBuffer> {
  const { buffer, byteOffset, length } = message.bytes
  return new Uint32Array(buffer, byteOffset + HEADER_BYTES, (length - HEADER_BYTES) / 4)
}

function wordAt(bytes: Uint8Array): number {
  return new DataView(bytes.buffer, bytes.byteOffset).getUint32(0)
}

function dead(): DomscopeError {
  return new DomscopeError('FRAME_DEAD', 'bytes after an error that ended this connection', { radius: 'connection' })
}

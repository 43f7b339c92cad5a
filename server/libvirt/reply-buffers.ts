import type { Clock } from '../clock.ts'

/** Smaller messages come and go with the heap's own collections. */
const LEAST_BYTES = 64 << 10
/** Spare memory beyond this goes, and what nobody took for so long. */
const MOST_SPARE_BYTES = 64 << 20
const SPARE_MS = 60_000

interface Spare {
  readonly buffer: ArrayBuffer
  readonly since: number
}

/**
 * Memory for large messages, used again.
 *
 * @remarks Memory outside the heap counts for the collector: an estate whose replies make up 60 MB a second had it go
 * through the whole heap each second, for nothing. See docs/decisions/own-rpc-client.md.
 */
export class ReplyBuffers {
  readonly #clock: Clock
  /** In the order in which they were given back. */
  readonly #spare: Spare[] = []
  #spareBytes = 0

  constructor(clock: Clock) {
    this.#clock = clock
  }

  /** Bytes that are kept for the next message. */
  get spareBytes(): number {
    return this.#spareBytes
  }

  /** So many bytes, which hold anything. Whoever takes them may keep them. */
  take(bytes: number): Uint8Array<ArrayBuffer> {
    if (bytes < LEAST_BYTES) return new Uint8Array(Buffer.allocUnsafeSlow(bytes).buffer)
    let best = -1
    for (let i = 0; i < this.#spare.length; i++) {
      const room = this.#spare[i]!.buffer.byteLength
      if (room < bytes || room > bytes * 2) continue
      if (best < 0 || room < this.#spare[best]!.buffer.byteLength) best = i
    }
    if (best >= 0) return new Uint8Array(this.#remove(best), 0, bytes)
    // A little more, for the domains that come in the meantime.
    const room = Math.ceil((bytes * 1.125) / LEAST_BYTES) * LEAST_BYTES
    return new Uint8Array(Buffer.allocUnsafeSlow(room).buffer, 0, bytes)
  }

  /** Takes back what {@link take} gave. Nobody may look at it any more. */
  give({ buffer }: Uint8Array<ArrayBuffer>): void {
    const now = this.#clock.now()
    while (this.#spare.length > 0 && now - this.#spare[0]!.since > SPARE_MS) this.#remove(0)
    if (buffer.byteLength < LEAST_BYTES || buffer.byteLength > MOST_SPARE_BYTES) return
    while (this.#spareBytes + buffer.byteLength > MOST_SPARE_BYTES) this.#remove(0)
    this.#spare.push({ buffer, since: now })
    this.#spareBytes += buffer.byteLength
  }

  #remove(index: number): ArrayBuffer {
    const [{ buffer }] = this.#spare.splice(index, 1) as [Spare]
    this.#spareBytes -= buffer.byteLength
    return buffer
  }
}

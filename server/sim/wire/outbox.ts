import type { Socket } from 'node:net'
import type { Clock } from '../../clock.ts'
import type { Faults } from '../faults.ts'

/** How long replies are collected before they go out in another order. */
const REORDER_MS = 20

interface Parcel {
  readonly bytes: Uint8Array
  readonly sent: () => void
}

/** Sends messages to one client: whole and in order, or as badly as the faults say. */
export class Outbox {
  readonly #socket: Socket
  readonly #clock: Clock
  readonly #faults: Faults
  readonly #held: Parcel[] = []
  readonly #trickling: Parcel[] = []

  constructor(socket: Socket, clock: Clock, faults: Faults) {
    this.#socket = socket
    this.#clock = clock
    this.#faults = faults
  }

  /** A reply. `sent` is called once its bytes may be overwritten, sent or not. */
  reply(bytes: Uint8Array, sent: () => void = () => {}): void {
    if (!this.#faults.reorder && this.#held.length === 0) {
      this.message(bytes, sent)
      return
    }
    this.#held.push({ bytes, sent })
    if (this.#held.length === 1) this.#clock.after(REORDER_MS, () => this.#releaseHeld())
  }

  /** An event or a PONG: never reordered. */
  message(bytes: Uint8Array, sent: () => void = () => {}): void {
    if (this.#faults.trickle === null && this.#trickling.length === 0) {
      this.#write(bytes, sent)
      return
    }
    this.#trickling.push({ bytes, sent })
    if (this.#trickling.length === 1) this.#trickle(0)
  }

  /** Sends the first `count` bytes, then cuts the connection. */
  cut(bytes: Uint8Array, count: number, sent: () => void): void {
    this.#socket.write(bytes.subarray(0, count), () => {
      sent()
      this.#socket.destroy()
    })
  }

  #releaseHeld(): void {
    for (const { bytes, sent } of this.#held.splice(0).reverse()) this.message(bytes, sent)
  }

  #trickle(from: number): void {
    const parcel = this.#trickling[0]
    if (parcel === undefined) return
    const { bytes, everyMs } = this.#faults.trickle ?? { bytes: parcel.bytes.length, everyMs: 0 }
    const end = Math.min(parcel.bytes.length, from + bytes)
    const whole = end === parcel.bytes.length
    this.#write(parcel.bytes.subarray(from, end), whole ? parcel.sent : () => {})
    if (whole) this.#trickling.shift()
    if (this.#trickling.length > 0) this.#clock.after(everyMs, () => this.#trickle(whole ? 0 : end))
  }

  #write(bytes: Uint8Array, sent: () => void): void {
    if (this.#socket.destroyed) sent()
    else this.#socket.write(bytes, () => sent())
  }
}

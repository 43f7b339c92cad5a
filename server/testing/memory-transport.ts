import type { DomscopeError } from '../../lib/errors/domscope-error.ts'
import type { Transport, TransportHandlers } from '../libvirt/transport/transport.ts'
import { headerOf, message, type WireHeader } from './daemon-messages.ts'

/** A transport whose other end is the test. */
export class MemoryTransport implements Transport {
  readonly endpoint = 'memory'
  readonly firstAnswerMs = 3_000
  readonly written: Uint8Array[] = []
  destroyed = false
  #handlers: TransportHandlers | null = null

  start(handlers: TransportHandlers): void {
    this.#handlers = handlers
  }

  write(bytes: Uint8Array): void {
    this.written.push(Uint8Array.from(bytes))
  }

  destroy(): void {
    this.destroyed = true
  }

  /** Messages written by the client that are calls. */
  get calls(): WireHeader[] {
    return this.written.map(headerOf).filter(({ type }) => type === 0)
  }

  feed(bytes: Uint8Array): void {
    this.#handlers?.data(bytes)
  }

  reply(call: WireHeader | undefined, body: ArrayLike<number> = [], status = 0): void {
    if (call === undefined) throw new Error('no such call was written')
    this.feed(message({ procedure: call.procedure, serial: call.serial, type: 1, status }, body))
  }

  end(error: DomscopeError | null = null): void {
    this.#handlers?.closed(error)
  }
}

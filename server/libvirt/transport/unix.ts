import { statSync } from 'node:fs'
import type { Socket } from 'node:net'
import { connect } from 'node:net'
import { DomscopeError } from '../../../lib/errors/domscope-error.ts'
import type { Clock } from '../../clock.ts'
import { socketCandidates, socketPlaces } from '../local-sockets.ts'
import { nearbySockets } from '../nearby-sockets.ts'
import type { Dial, Transport, TransportHandlers } from './transport.ts'
import { noSocket, socketError } from './unix-errors.ts'
import { withNearby } from './unix-remedies.ts'

/** Longest path that fits `sockaddr_un` with its terminator. */
const MAX_SOCKET_PATH_BYTES = 107
const READ_BYTES = 64 << 10

/**
 * Connects to a socket of this machine: the first candidate that accepts.
 *
 * @remarks A candidate that is a leftover of a daemon that is gone does not hide the next one. The error shown is that of the
 * best candidate that exists.
 */
export const dialUnix: Dial = async (uri, options) => {
  const places = socketPlaces(options.runtimeDir)
  const candidates = socketCandidates(uri, places)
  let first: DomscopeError | null = null
  for (const path of candidates) {
    if (candidates.length > 1 && isMissing(path)) continue
    try {
      const incoming = new Incoming()
      const socket = await connectTo(path, incoming, options.clock, options.connectTimeoutMs)
      return new UnixTransport(path, socket, incoming, options.connectTimeoutMs)
    } catch (error) {
      if (!(error instanceof DomscopeError)) throw error
      first ??= error
    }
  }
  const error = first ?? noSocket(candidates)
  throw withNearby(error, nearbySockets(uri, candidates, places))
}

/** Whether nothing is there; not when we may not look. */
function isMissing(path: string): boolean {
  try {
    statSync(path)
    return false
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException
    return code === 'ENOENT' || code === 'ENOTDIR'
  }
}

/**
 * Where a socket reads to: into the message under way if that is large, else into one buffer of its own.
 *
 * @remarks A new buffer for each read would be memory for the collector to find; the message's own saves a copy and, as it
 * takes all that the kernel holds, most of the reads.
 */
class Incoming {
  handlers: Pick<TransportHandlers, 'data' | 'room' | 'filled'> | null = null
  readonly #own = new Uint8Array(READ_BYTES)

  /** As Node asks for it: before the first read and after each. */
  readonly buffer = (): Uint8Array => this.handlers?.room() ?? this.#own

  /** As Node asks for it; true to go on reading. */
  readonly callback = (bytes: number, buffer: Uint8Array): boolean => {
    if (buffer === this.#own) this.handlers?.data(buffer.subarray(0, bytes))
    else this.handlers?.filled(bytes)
    return true
  }
}

function connectTo(path: string, incoming: Incoming, clock: Clock, timeoutMs: number): Promise<Socket> {
  if (Buffer.byteLength(path) > MAX_SOCKET_PATH_BYTES) throw socketError(path, { code: 'ENAMETOOLONG' })
  return new Promise((resolve, reject) => {
    const socket = connect({ path, onread: incoming })
    // Until somebody starts the transport bytes have nowhere to go.
    socket.pause()
    const cancel = clock.after(timeoutMs, () => {
      socket.destroy()
      reject(socketError(path, { code: 'ETIMEDOUT' }))
    })
    socket.once('connect', () => {
      cancel()
      socket.removeAllListeners('error')
      resolve(socket)
    })
    socket.once('error', (error: NodeJS.ErrnoException) => {
      cancel()
      reject(socketError(path, error))
    })
  })
}

class UnixTransport implements Transport {
  readonly endpoint: string
  readonly firstAnswerMs: number
  readonly #socket: Socket
  readonly #incoming: Incoming

  constructor(path: string, socket: Socket, incoming: Incoming, firstAnswerMs: number) {
    this.endpoint = path
    this.firstAnswerMs = firstAnswerMs
    this.#socket = socket
    this.#incoming = incoming
    // Until somebody starts the transport an error has nowhere to go; the close that follows is reported then.
    socket.on('error', () => {})
  }

  start(handlers: TransportHandlers): void {
    let failure: DomscopeError | null = null
    this.#socket.on('error', (error: NodeJS.ErrnoException) => {
      failure = socketError(this.endpoint, error)
    })
    this.#incoming.handlers = handlers
    if (this.#socket.destroyed) queueMicrotask(() => handlers.closed(failure))
    else this.#socket.once('close', () => handlers.closed(failure))
    this.#socket.resume()
  }

  write(bytes: Uint8Array): void {
    if (!this.#socket.destroyed) this.#socket.write(bytes)
  }

  destroy(): void {
    this.#socket.removeAllListeners('close')
    this.#incoming.handlers = null
    this.#socket.destroy()
  }
}

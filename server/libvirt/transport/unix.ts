import { existsSync } from 'node:fs'
import type { Socket } from 'node:net'
import { connect } from 'node:net'
import { DomscopeError } from '../../../lib/errors/domscope-error.ts'
import type { Clock } from '../../clock.ts'
import { socketCandidates, socketPlaces } from '../local-sockets.ts'
import type { Dial, Transport, TransportHandlers } from './transport.ts'
import { noSocket, socketError } from './unix-errors.ts'

/** Longest path that fits `sockaddr_un` with its terminator. */
const MAX_SOCKET_PATH_BYTES = 107

/**
 * Connects to a socket of this machine: the first candidate that accepts.
 *
 * @remarks A candidate that is a leftover of a daemon that is gone does not hide the next one. The error shown is that of the
 * best candidate that exists.
 */
export const dialUnix: Dial = async (uri, options) => {
  const candidates = socketCandidates(uri, socketPlaces(options.runtimeDir))
  let first: DomscopeError | null = null
  for (const path of candidates) {
    if (candidates.length > 1 && !existsSync(path)) continue
    try {
      const socket = await connectTo(path, options.clock, options.connectTimeoutMs)
      return new UnixTransport(path, socket, options.connectTimeoutMs)
    } catch (error) {
      if (!(error instanceof DomscopeError)) throw error
      first ??= error
    }
  }
  throw first ?? noSocket(candidates)
}

function connectTo(path: string, clock: Clock, timeoutMs: number): Promise<Socket> {
  if (Buffer.byteLength(path) > MAX_SOCKET_PATH_BYTES) throw socketError(path, { code: 'ENAMETOOLONG' })
  return new Promise((resolve, reject) => {
    const socket = connect({ path })
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

  constructor(path: string, socket: Socket, firstAnswerMs: number) {
    this.endpoint = path
    this.firstAnswerMs = firstAnswerMs
    this.#socket = socket
    // Until somebody starts the transport an error has nowhere to go; the close that follows is reported then.
    socket.on('error', () => {})
  }

  start(handlers: TransportHandlers): void {
    let failure: DomscopeError | null = null
    this.#socket.on('error', (error: NodeJS.ErrnoException) => {
      failure = socketError(this.endpoint, error)
    })
    this.#socket.on('data', (chunk: Buffer) => handlers.data(chunk))
    if (this.#socket.destroyed) queueMicrotask(() => handlers.closed(failure))
    else this.#socket.once('close', () => handlers.closed(failure))
  }

  write(bytes: Uint8Array): void {
    if (!this.#socket.destroyed) this.#socket.write(bytes)
  }

  destroy(): void {
    this.#socket.removeAllListeners('close')
    this.#socket.removeAllListeners('data')
    this.#socket.destroy()
  }
}

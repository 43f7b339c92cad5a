import type { DomscopeError } from '../../../lib/errors/domscope-error.ts'
import type { LibvirtUri } from '../../../lib/libvirt/uri.ts'
import type { Clock } from '../../clock.ts'

/** What a transport reports. Nothing is called before {@link Transport.start} or after `closed`. */
export interface TransportHandlers {
  /** Bytes as they come; valid during the call only. */
  data(chunk: Uint8Array): void
  /** Where the next bytes may be read to, in the place of memory of the transport's own; null: nowhere. */
  room(): Uint8Array | null
  /** So many bytes were read to the start of the {@link room}, instead of `data`. */
  filled(bytes: number): void
  /** Once. null: the other side closed in good order. */
  closed(error: DomscopeError | null): void
}

/** A stream of bytes to a daemon and back. */
export interface Transport {
  /** Where it leads, without secrets, for errors: a socket's path, or ssh and a host. */
  readonly endpoint: string
  /** How long the daemon may take for its first answer. */
  readonly firstAnswerMs: number
  start(handlers: TransportHandlers): void
  write(bytes: Uint8Array): void
  /** Ends it now, without waiting; `closed` is not called afterwards. */
  destroy(): void
}

export interface DialOptions {
  readonly clock: Clock
  /** For the socket's connect or ssh's handshake. */
  readonly connectTimeoutMs: number
  /** Directory of the user's session sockets, as XDG_RUNTIME_DIR gives it; null: the usual one of this user. */
  readonly runtimeDir: string | null
}

/** Opens a transport. Rejects with a DomscopeError of radius `connection` that names the way it failed. */
export type Dial = (uri: LibvirtUri, options: DialOptions) => Promise<Transport>

/** Time-out of a connect where nothing else is said. */
export const CONNECT_TIMEOUT_MS = 3_000

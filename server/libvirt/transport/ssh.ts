import type { ChildProcessWithoutNullStreams } from 'node:child_process'
import { spawn } from 'node:child_process'
import type { DomscopeError } from '../../../lib/errors/domscope-error.ts'
import type { LibvirtUri } from '../../../lib/libvirt/uri.ts'
import { sshCommand } from './ssh-command.ts'
import type { SshEnd } from './ssh-errors.ts'
import { sshError, sshMissing } from './ssh-errors.ts'
import type { Dial, Transport, TransportHandlers } from './transport.ts'

/** stderr kept for the explanation; a login banner may be long. */
const KEPT_STDERR = 8_192
/** The handshake, the far login shell and the daemon behind it, on top of the connect itself. */
const HANDSHAKE_MS = 10_000

/**
 * Connections that ended without a byte from the far side. ssh may have gone through one that another ssh of this user
 * shares, and whose host is gone without a word: the next attempt goes alone, the one after it as ssh_config says.
 */
const unanswered = new WeakSet<LibvirtUri>()

/**
 * Starts the system's ssh.
 *
 * @remarks Resolves when the program runs; whether it gets through shows in the first answer, or in the error of `closed`.
 */
export const dialSsh: Dial = (uri, options) => {
  const { connectTimeoutMs } = options
  const alone = unanswered.delete(uri)
  const { program, args } = sshCommand(uri, { connectTimeoutMs, alone })
  return new Promise((resolve, reject) => {
    // In a session of its own it has no terminal to ask on, and an interrupt there does not end it before we say so.
    const child = spawn(program, args, { stdio: 'pipe', detached: true })
    child.once('error', (error) => reject(sshMissing(program, error)))
    child.once('spawn', () => {
      child.removeAllListeners('error')
      resolve(new SshTransport(uri, child, { alone, firstAnswerMs: connectTimeoutMs + HANDSHAKE_MS }))
    })
  })
}

class SshTransport implements Transport {
  readonly endpoint: string
  readonly firstAnswerMs: number
  readonly #uri: LibvirtUri
  readonly #child: ChildProcessWithoutNullStreams
  #stderr = ''
  /** Nothing is to be learnt from a silent end: something came, or no shared connection was in between. */
  #answered: boolean
  #end: SshEnd | null = null
  #closed: ((error: DomscopeError | null) => void) | null = null

  constructor(
    uri: LibvirtUri,
    child: ChildProcessWithoutNullStreams,
    { alone, firstAnswerMs }: { alone: boolean; firstAnswerMs: number },
  ) {
    this.#answered = alone
    this.endpoint = `ssh to ${uri.host}`
    this.firstAnswerMs = firstAnswerMs
    this.#uri = uri
    this.#child = child
    // Both only say that the process is gone; why, its exit code and stderr say.
    child.on('error', () => {})
    child.stdin.on('error', () => {})
    child.stderr.setEncoding('utf8')
    child.stderr.on('data', (text: string) => {
      this.#stderr = (this.#stderr + text).slice(-KEPT_STDERR)
    })
    // `close`, not `exit`: only then stdout and stderr have been read to their ends.
    child.once('close', (exitCode) => {
      this.#end = { exitCode, stderr: this.#stderr }
      this.#closed?.(sshError(this.#uri, this.#end))
    })
  }

  start(handlers: TransportHandlers): void {
    this.#closed = (error) => handlers.closed(error)
    this.#child.stdout.on('data', (chunk: Buffer) => {
      this.#answered = true
      handlers.data(chunk)
    })
    const end = this.#end
    if (end !== null) queueMicrotask(() => handlers.closed(sshError(this.#uri, end)))
  }

  write(bytes: Uint8Array): void {
    if (this.#child.stdin.writable) this.#child.stdin.write(bytes)
  }

  destroy(): void {
    this.#closed = null
    if (!this.#answered && this.#end === null) unanswered.add(this.#uri)
    this.#child.stdout.removeAllListeners('data')
    this.#child.stdout.destroy()
    this.#child.stdin.destroy()
    this.#child.kill()
  }
}

import type { ChildProcessByStdio } from 'node:child_process'
import { spawn } from 'node:child_process'
import { existsSync } from 'node:fs'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { createInterface } from 'node:readline'
import type { Readable, Writable } from 'node:stream'
import type { ErrorDetail } from '../../lib/errors/domscope-error.ts'
import { DomscopeError } from '../../lib/errors/domscope-error.ts'
import type { Log } from '../log.ts'
import type { ControlCommand } from './control-command.ts'
import type { SimOptions } from './sim-uri.ts'
import { formatSimUri, parseSimUri } from './sim-uri.ts'

export interface StartSimOptions {
  /** `sim:?…`; or give `options`. */
  readonly uri?: string
  readonly options?: SimOptions
  /** Folder for the sockets; a new one under the system's temporary folder when absent, removed at the end. */
  readonly dir?: string
  /** Built entry of the simulation; `sim.mjs` beside the running script when absent. */
  readonly entry?: string
  readonly log: Log
}

export interface SimHostAddress {
  readonly name: string
  /** Path of its unix socket. */
  readonly socket: string
}

/** A running simulated fleet. */
export interface Sim {
  readonly hosts: readonly SimHostAddress[]
  /** Process id of the simulation, to measure it. */
  readonly pid: number
  /** Sends a command to one host, or to all of them as `*`, and resolves with its answer. */
  control(command: ControlCommand & { readonly host: string }): Promise<unknown>
  /** Settles when the process has ended, however that came about. */
  readonly ended: Promise<void>
  stop(): Promise<void>
}

interface WireError {
  readonly code: string
  readonly message: string
  readonly detail: ErrorDetail
  readonly remedy: string | null
}

type Line =
  | { readonly ready: true; readonly hosts: readonly SimHostAddress[] }
  | { readonly ready: false; readonly error: WireError }
  | { readonly id: number; readonly ok: true; readonly result: unknown }
  | { readonly id: number; readonly ok: false; readonly error: WireError }

type SimProcess = ChildProcessByStdio<Writable, Readable, Readable>

/** How long a simulation may take to end by itself before it is killed. */
const STOP_MS = 3_000

/**
 * Starts a simulated fleet in a process of its own and waits until all of its hosts listen.
 *
 * @throws DomscopeError `BAD_SIM_URI`, `SIM_ENTRY_MISSING`, `SIM_CANNOT_LISTEN`, or `SIM_ENDED` when the process died.
 */
export async function startSim(options: StartSimOptions): Promise<Sim> {
  const uri = formatSimUri(options.options ?? parseSimUri(options.uri ?? 'sim:'))
  const entry = options.entry ?? path.join(path.dirname(process.argv[1] ?? ''), 'sim.mjs')
  if (!existsSync(entry)) {
    throw new DomscopeError('SIM_ENTRY_MISSING', `the simulated fleet is not at ${entry}`, {
      radius: 'process',
      detail: { entry },
      remedy: 'Build it: npm run build.',
    })
  }
  const dir = options.dir ?? (await mkdtemp(path.join(tmpdir(), 'domscope-sim-')))
  const args = [entry, '--uri', uri, '--dir', dir, ...(options.dir === undefined ? ['--own-dir'] : [])]
  const child = spawn(process.execPath, args, { stdio: ['pipe', 'pipe', 'pipe'] })
  const sim = new SimHandle(child, options.log, options.dir === undefined ? dir : null)
  try {
    await sim.ready
  } catch (error) {
    await sim.stop()
    throw error
  }
  return sim
}

class SimHandle implements Sim {
  hosts: readonly SimHostAddress[] = []
  readonly pid: number
  readonly ready: Promise<void>
  readonly ended: Promise<void>
  readonly #child: SimProcess
  readonly #waiting = new Map<number, { resolve: (value: unknown) => void; reject: (error: Error) => void }>()
  readonly #ownDir: string | null
  #nextId = 1
  #stopping = false
  /** Why nothing can be asked any more. */
  #over: DomscopeError | null = null

  constructor(child: SimProcess, log: Log, ownDir: string | null) {
    this.#child = child
    this.pid = child.pid ?? -1
    this.#ownDir = ownDir
    createInterface({ input: child.stderr }).on('line', (line) => log.warn('sim.stderr', { line }))
    // Writing to a process that has just died fails; its end says the same with a reason.
    child.stdin.on('error', () => {})
    this.ended = new Promise((resolve) => {
      child.on('error', (cause) => this.#fail(ended('could not be started', { cause: cause.message })))
      child.on('close', (code, signal) => {
        if (!this.#stopping) log.error('sim.ended', { code, signal })
        this.#fail(ended('ended', { code, signal }))
        resolve()
      })
    })
    this.ready = new Promise((resolve, reject) => {
      this.#waiting.set(0, { resolve: () => resolve(), reject })
    })
    createInterface({ input: child.stdout }).on('line', (line) => this.#hear(JSON.parse(line) as Line))
  }

  control(command: ControlCommand & { readonly host: string }): Promise<unknown> {
    const id = this.#nextId++
    return new Promise((resolve, reject) => {
      if (this.#over !== null) {
        reject(this.#over)
        return
      }
      this.#waiting.set(id, { resolve, reject })
      this.#child.stdin.write(`${JSON.stringify({ id, ...command })}\n`)
    })
  }

  async stop(): Promise<void> {
    this.#stopping = true
    this.#child.stdin.end()
    const kill = setTimeout(() => this.#child.kill('SIGKILL'), STOP_MS)
    await this.ended
    clearTimeout(kill)
    if (this.#ownDir !== null) await rm(this.#ownDir, { recursive: true, force: true })
  }

  #hear(line: Line): void {
    if ('ready' in line) {
      if (line.ready) this.hosts = line.hosts
      this.#settle(0, line.ready ? null : line.error, null)
      return
    }
    this.#settle(line.id, line.ok ? null : line.error, line.ok ? line.result : null)
  }

  #settle(id: number, error: WireError | null, result: unknown): void {
    const waiting = this.#waiting.get(id)
    this.#waiting.delete(id)
    if (error === null) waiting?.resolve(result)
    else waiting?.reject(revive(error))
  }

  #fail(error: DomscopeError): void {
    this.#over ??= error
    for (const { reject } of this.#waiting.values()) reject(error)
    this.#waiting.clear()
  }
}

function revive({ code, message, detail, remedy }: WireError): DomscopeError {
  return new DomscopeError(code, message, { radius: 'process', detail, ...(remedy === null ? {} : { remedy }) })
}

function ended(what: string, detail: ErrorDetail): DomscopeError {
  return new DomscopeError('SIM_ENDED', `the process of the simulated fleet ${what}`, {
    radius: 'process',
    detail,
    remedy: 'Its last words are in the log as sim.stderr.',
  })
}

import { rmSync } from 'node:fs'
import type { Server } from 'node:net'
import { createServer } from 'node:net'
import { DomscopeError } from '../../lib/errors/domscope-error.ts'
import type { Clock } from '../clock.ts'
import { runCommand } from './control.ts'
import type { ControlCommand } from './control-command.ts'
import { SimCounters } from './counters.ts'
import { Faults } from './faults.ts'
import { startChurn } from './guest/churn.ts'
import { makeHost } from './guest/make-host.ts'
import { NodeFigures } from './guest/node-figures.ts'
import { SimHost } from './guest/sim-host.ts'
import { BulkStats } from './procedures/bulk-stats.ts'
import { allProcedures } from './procedures/procedures.ts'
import type { SimHostSpec } from './sim-uri.ts'
import { Connection } from './wire/connection.ts'
import { ReplyPool } from './wire/reply-pool.ts'

/** One simulated libvirt daemon. */
export interface SimDaemon {
  readonly host: SimHost
  /** Listens on a unix socket. Rejects with `SIM_CANNOT_LISTEN`. */
  listen(path: string): Promise<void>
  /** Ends all connections and removes the socket. */
  close(): Promise<void>
  /** Does what a command says and resolves with what it answers. Rejects with a `SIM_…` DomscopeError. */
  control(command: ControlCommand): Promise<unknown>
}

/** What fits into `sun_path` on Linux, without its end. */
const MAX_SOCKET_PATH_BYTES = 107

export interface SimDaemonOptions {
  readonly host: SimHostSpec
  readonly clock: Clock
  /** Buffers shared with the other hosts of the process; its own when absent. */
  readonly replies?: ReplyPool
}

/** Builds the daemon of one host; nothing moves by itself until it listens. */
export function createSimDaemon({ host, clock, replies }: SimDaemonOptions): SimDaemon {
  return new Daemon(host, clock, replies ?? new ReplyPool())
}

class Daemon implements SimDaemon {
  readonly host: SimHost
  readonly faults: Faults
  readonly clock: Clock
  readonly bulk: BulkStats
  readonly counters = new SimCounters()
  readonly procedures
  readonly #connections = new Set<Connection>()
  #server: Server | null = null
  #path = ''
  #callbacks = 0
  #stopChurn: (() => void) | null = null
  #reopening: (() => void) | null = null

  constructor(spec: SimHostSpec, clock: Clock, replies: ReplyPool) {
    this.host = new SimHost(makeHost(spec), clock)
    this.clock = clock
    this.faults = new Faults(spec.options.slow, spec.options.partial)
    this.bulk = new BulkStats(this.host, clock, () => this.faults, replies)
    this.procedures = allProcedures(new NodeFigures(this.host))
    this.host.onEvent((event) => {
      for (const connection of this.#connections) connection.notify(event)
    })
    freezeSome(this.host)
  }

  readonly nextCallback = (): number => this.#callbacks++

  async listen(path: string): Promise<void> {
    this.#path = path
    await this.#open()
    if (this.host.world.spec.options.churn) this.setChurn(true)
  }

  async close(): Promise<void> {
    this.setChurn(false)
    this.#reopening?.()
    await this.#shut()
  }

  control(command: ControlCommand): Promise<unknown> {
    return runCommand(command, this)
  }

  setChurn(on: boolean): void {
    this.#stopChurn?.()
    this.#stopChurn = on ? startChurn(this.host, this.clock) : null
  }

  modeChanged(): void {
    for (const connection of this.#connections) connection.modeChanged()
  }

  dropConnections(): void {
    for (const connection of this.#connections) connection.drop()
  }

  /** As a daemon that dies and comes back: guests go on, connections and callbacks do not. */
  async restart(downMs: number): Promise<void> {
    await this.#shut()
    this.#callbacks = 0
    await new Promise<void>((resolve) => {
      const cancel = this.clock.after(downMs, resolve)
      this.#reopening = () => {
        cancel()
        resolve()
      }
    })
    this.#reopening = null
    if (this.#path !== '') await this.#open()
  }

  #open(): Promise<void> {
    // Node would cut a longer path short and listen somewhere else.
    if (Buffer.byteLength(this.#path) > MAX_SOCKET_PATH_BYTES) return Promise.reject(cannotListen(this.#path, null))
    rmSync(this.#path, { force: true })
    const server = createServer((socket) => {
      const connection = new Connection(socket, this)
      this.#connections.add(connection)
      this.counters.connections++
      this.counters.connectionsEver++
      socket.on('close', () => {
        this.#connections.delete(connection)
        this.counters.connections--
      })
    })
    this.#server = server
    return new Promise((resolve, reject) => {
      server.on('error', (cause) => reject(cannotListen(this.#path, cause)))
      server.listen(this.#path, resolve)
    })
  }

  #shut(): Promise<void> {
    const server = this.#server
    this.#server = null
    if (server === null) return Promise.resolve()
    const closed = new Promise<void>((resolve) => server.close(() => resolve()))
    this.dropConnections()
    return closed
  }
}

/** Freezes this host's share of `freeze=`, running guests only. */
function freezeSome(host: SimHost): void {
  const { options, index } = host.world.spec
  const share = Math.floor(options.freeze / options.hosts) + (index < options.freeze % options.hosts ? 1 : 0)
  const ordinary = host.guests.filter((guest) => guest.active && guest.shape.noise === 0)
  for (const guest of ordinary.slice(0, share)) host.monitors.freeze(guest)
}

function cannotListen(path: string, cause: unknown): DomscopeError {
  return new DomscopeError('SIM_CANNOT_LISTEN', `the simulated host cannot listen on ${path}`, {
    radius: 'process',
    detail: { path },
    remedy: 'Give a folder that exists, can be written and whose path is at most 90 bytes long.',
    cause,
  })
}

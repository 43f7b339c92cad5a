import { findDomscopeError } from '../../lib/errors/domscope-error.ts'
import { Procedure } from '../../lib/libvirt/constants.ts'
import type { Clock } from '../clock.ts'
import type { FleetWriter, HostRow } from '../fleet/fleet-writer.ts'
import type { HostSession } from '../libvirt/host-session.ts'
import type { Log } from '../log.ts'
import { type BudgetedCall, callWithinBudget } from './budgeted-call.ts'
import type { OrphanBudget } from './orphan-budget.ts'

/** Memory of the machine moves slowly. */
const MEMORY_MS = 5_000
/** What the machine says of itself waits for no guest: beyond this the call counts as lost. */
const DEADLINE_MS = 15_000

export interface NodePollerOptions {
  readonly host: HostRow
  readonly session: HostSession
  readonly fleet: FleetWriter
  readonly clock: Clock
  readonly log: Log
  /** Of the host. */
  readonly orphans: OrphanBudget
}

/** Reads CPU and memory of the machine beside the fast calls: at most one such call at a time. */
export class NodePoller {
  readonly #options: NodePollerOptions
  #busy = false
  #memoryAt = Number.NEGATIVE_INFINITY
  #complained = false

  constructor(options: NodePollerOptions) {
    this.#options = options
  }

  get isBusy(): boolean {
    return this.#busy
  }

  /** Starts a round unless the last one is still under way. */
  poll(): void {
    if (this.#busy) return
    this.#busy = true
    this.#read()
      .catch((error: unknown) => this.#complain(error))
      .finally(() => {
        this.#busy = false
      })
  }

  async #read(): Promise<void> {
    const { session, fleet, host, clock } = this.#options
    const sentAt = clock.now()
    const cpu = await this.#call(Procedure.NodeGetCpuStats, () => session.nodeCpuStats())
    const halfMs = (clock.now() - sentAt) / 2
    if (cpu !== null) fleet.nodeCpu(host, sentAt + halfMs, cpu, halfMs)
    if (clock.now() - this.#memoryAt < MEMORY_MS) return
    this.#memoryAt = clock.now()
    fleet.nodeMemory(host, await this.#call(Procedure.NodeGetMemoryStats, () => session.nodeMemoryStats()))
    const pages = await this.#call(Procedure.GetCapabilities, () => session.hugePages())
    if (pages !== null) fleet.hugePages(host, pages)
  }

  /** What one call refuses, another may tell. */
  #call<Reply>(procedure: BudgetedCall<Reply>['procedure'], start: () => Promise<Reply>): Promise<Reply | null> {
    const { clock, orphans } = this.#options
    const call = callWithinBudget({ clock, orphans, procedure, keeper: 'nothing', deadlineMs: DEADLINE_MS, start })
    return call.catch((error: unknown) => {
      if (findDomscopeError(error)?.code === 'CONNECTION_LOST') throw error
      this.#complain(error)
      return null
    })
  }

  /** Once a session: the same answer would come every second. */
  #complain(error: unknown): void {
    const known = findDomscopeError(error)
    if (known?.code === 'CONNECTION_LOST' || this.#complained) return
    this.#complained = true
    this.#options.log.warn('poll.node-failed', { host: this.#options.host, error })
  }
}

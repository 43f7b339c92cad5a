import type { DomscopeError } from '../../lib/errors/domscope-error.ts'
import { findDomscopeError } from '../../lib/errors/domscope-error.ts'
import { getCapabilities } from '../../lib/libvirt/procedures/connection.ts'
import { nodeGetFreePages } from '../../lib/libvirt/procedures/node.ts'
import { type PageFacts, readPageFacts } from '../facts/page-facts.ts'
import type { HugePages } from './host-session.ts'
import type { RpcClient } from './rpc-client.ts'

/** Who asks has at most one call outstanding. */
const PATIENT_MS = Number.POSITIVE_INFINITY
/** How many calls use one reading of capabilities: pages are reserved by administrators, not by load. */
const READS_PER_LAYOUT = 60

/**
 * The huge-page pool of a host: what is reserved comes from capabilities, what of it is free from NODE_GET_FREE_PAGES.
 *
 * @remarks A daemon that does not tell is not asked again. Nothing is asked of one that has reserved none, apart from
 * its capabilities every {@link READS_PER_LAYOUT} calls.
 */
export class HugePageReader {
  readonly #client: RpcClient
  readonly #unsupported: (error: unknown) => boolean
  #layout: readonly PageFacts[] | null = null
  #readsLeft = 0
  #silent = false

  constructor(client: RpcClient, unsupported: (error: unknown) => boolean) {
    this.#client = client
    this.#unsupported = unsupported
  }

  /** Rejects when the connection is gone, or the daemon refuses for another reason than that it lacks the call. */
  async read(): Promise<HugePages | null> {
    if (this.#silent) return null
    try {
      const layout = await this.#layoutNow()
      if (layout !== null) return await this.#count(layout)
    } catch (error) {
      if (!this.#unsupported(error) && !isAboutXml(findDomscopeError(error))) throw error
    }
    this.#silent = true
    return null
  }

  async #layoutNow(): Promise<readonly PageFacts[] | null> {
    if (this.#readsLeft-- > 0) return this.#layout
    this.#layout = readPageFacts(await this.#client.call(getCapabilities, PATIENT_MS))
    this.#readsLeft = READS_PER_LAYOUT
    return this.#layout
  }

  /** One call for each NUMA node: node numbers may have holes, and sizes differ from node to node. */
  async #count(layout: readonly PageFacts[]): Promise<HugePages | null> {
    let totalKiB = 0
    let freeKiB = 0
    for (const cell of new Set(layout.map((pool) => pool.cell))) {
      const pools = layout.filter((pool) => pool.cell === cell)
      const sizes = pools.map((pool) => pool.sizeKiB)
      const free = await this.#client.call(nodeGetFreePages(cell, sizes), PATIENT_MS)
      pools.forEach(({ sizeKiB, pages }, i) => {
        totalKiB += sizeKiB * pages
        freeKiB += sizeKiB * Number(free[i] ?? 0n)
      })
    }
    // More free than reserved: somebody has reserved more since. The next call reads anew.
    if (freeKiB > totalKiB) this.#readsLeft = 0
    return { totalKiB, freeKiB: freeKiB > totalKiB ? null : freeKiB }
  }
}

/** Capabilities that cannot be read tell nothing, and will not the next time. */
function isAboutXml(error: DomscopeError | null): boolean {
  return error?.code.startsWith('XML_') ?? false
}

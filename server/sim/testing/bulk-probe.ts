import { walkDomainStats } from '../../../lib/libvirt/domain-stats.ts'
import { HEADER_BYTES } from '../../../lib/libvirt/limits.ts'
import type { CollectedRecord } from '../../../lib/libvirt/testing/collect-stats.ts'
import { collectStats } from '../../../lib/libvirt/testing/collect-stats.ts'
import type { Clock } from '../../clock.ts'
import { ManualClock } from '../../testing/manual-clock.ts'
import { Faults } from '../faults.ts'
import { makeHost } from '../guest/make-host.ts'
import { SimHost } from '../guest/sim-host.ts'
import type { BulkQuery } from '../procedures/bulk-stats.ts'
import { BulkStats } from '../procedures/bulk-stats.ts'
import { deriveSimHosts, parseSimUri } from '../sim-uri.ts'

export const NOWAIT = 2 ** 29
/** All groups that are polled: state, cpu, balloon, vcpu, interface, block. */
export const POLLED = 63

/** A record with its values by name. */
export interface Probed {
  readonly name: string
  readonly id: number
  readonly keys: string[]
  readonly values: ReadonlyMap<string, bigint | number | string>
}

/** One simulated host without a socket, on a clock of the test's own. */
export class BulkProbe {
  readonly clock: Clock & ManualClock
  readonly host: SimHost
  readonly faults: Faults
  readonly bulk: BulkStats

  constructor(uri: string, hostIndex = 0) {
    const spec = deriveSimHosts(parseSimUri(uri))[hostIndex]
    if (spec === undefined) throw new RangeError(`${uri} has no host ${hostIndex}`)
    this.clock = new ManualClock()
    this.host = new SimHost(makeHost(spec), this.clock)
    this.faults = new Faults(spec.options.slow, spec.options.partial)
    this.bulk = new BulkStats(this.host, this.clock, () => this.faults)
  }

  /** Body of the reply, a copy. */
  async body(query: Partial<BulkQuery> = {}): Promise<Uint8Array> {
    const reply = await this.bulk.answer({ uuids: null, stats: POLLED, flags: NOWAIT, ...query })
    const bytes = reply.bytes.slice(HEADER_BYTES, reply.byteLength)
    this.bulk.release(reply)
    return bytes
  }

  async records(query: Partial<BulkQuery> = {}): Promise<Map<string, Probed>> {
    const records = collectStats(await this.body(query), walkDomainStats)
    return new Map(records.map((record) => [record.uuid, probed(record)]))
  }

  /** The record of one domain, found by its present name. */
  async record(name: string, query: Partial<BulkQuery> = {}): Promise<Probed> {
    const uuids = [this.host.find(name).shape.uuid]
    const [record] = (await this.records({ ...query, uuids })).values()
    if (record === undefined) throw new Error(`no record of ${name}`)
    return record
  }
}

function probed({ name, id, params }: CollectedRecord): Probed {
  const values = new Map(params.map(([field, , value]) => [field, value]))
  return { name, id, keys: params.map(([field]) => field), values }
}

/** Whether a field path is a counter of a process: it may only grow. */
export function isCounter(path: string): boolean {
  if (path === 'balloon.last-update') return true
  return /\.(time|user|system|delay|bytes|pkts|errs|drop|reqs|times|sum)$|fault$|swap_(in|out)$/.test(path)
}

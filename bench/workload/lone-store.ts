import type { CodeTable } from '../../lib/columns/code-table.ts'
import { deriveDomains } from '../../lib/derive/derive-domains.ts'
import { createDerivedHosts } from '../../lib/derive/derive-host.ts'
import { createDerived, type DerivedDomains } from '../../lib/derive/derived-domains.ts'
import { DomainState } from '../../lib/libvirt/words.ts'
import { STAT_GROUP_COUNT } from '../../lib/metrics/types.ts'
import { writeColumn, writeRoster } from '../../lib/sync/grid/delta.ts'
import { RowList } from '../../lib/sync/grid/diff.ts'
import { beginFrame, endFrame } from '../../lib/sync/grid/encode.ts'
import { ByteWriter } from '../../lib/sync/wire/byte-writer.ts'
import { FrameType, TableCode } from '../../lib/sync/wire/protocol.ts'
import { GridTables } from '../../server/fleet/grid-tables.ts'
import { HostReplies } from './host-replies.ts'
import { createLoneIngest, type LoneIngest } from './lone-ingest.ts'
import type { FieldSpec } from './recorded-fields.ts'

const ALL_GROUPS = (1 << STAT_GROUP_COUNT) - 1
/** Reason of a running domain. */
const BOOTED = 1
const MAX_GAP_MS = 5000
const HOST_CPUS = 64
/** Most domains that the made-up hosts have: a reply's limit, with room to spare. */
const PER_HOST = 4_000

/** The store without its schedule: each step of a commit can be called, and timed, alone. */
export interface LoneStore {
  readonly lone: LoneIngest
  readonly sources: readonly HostReplies[]
  readonly derived: DerivedDomains
  readonly grid: GridTables
  readonly domains: CodeTable
  /** Bytes of the last frame. */
  readonly frameBytes: number
  /** The hosts move on by a second. Makes the replies; no part of the product. */
  move(): void
  /** Takes in the replies of all hosts. */
  ingest(): void
  /** Counters to metrics. */
  derive(): void
  /** Metrics to codes, stamping those that changed. */
  quantise(): void
  /** Everything that changed since the commit before, as one frame with all columns. */
  encode(): void
}

export interface LoneStoreOptions {
  readonly domains: number
  readonly busyShare: number
  readonly seed: number
}

/** Builds a store and brings it to its steady state. */
export function createLoneStore(fields: readonly FieldSpec[], options: LoneStoreOptions): LoneStore {
  const lone = createLoneIngest()
  const derived = createDerived()
  const grid = new GridTables(derived, createDerivedHosts())
  const sources = hostsOf(fields, options)
  const rows = Int32Array.from({ length: options.domains }, (_, row) => row)
  const context = { hostCpus: HOST_CPUS, maxGapMs: new Float64Array(STAT_GROUP_COUNT).fill(MAX_GAP_MS) }
  const writer = new ByteWriter(1 << 20)
  const list = new RowList()
  let offset = 1
  const store: LoneStore = {
    lone,
    sources,
    derived,
    grid,
    domains: grid.domains,
    get frameBytes() {
      return writer.length
    },
    move() {
      for (const source of sources) source.next()
      lone.tick()
    },
    ingest() {
      sources.forEach((source, host) => {
        lone.ingest(host, source.words)
      })
    },
    derive() {
      let from = 0
      for (const { options: host } of sources) {
        const of = rows.subarray(from, from + host.domains)
        deriveDomains(lone.table, of, host.domains, ALL_GROUPS, { ...context, now: lone.now }, derived)
        from += host.domains
      }
    },
    quantise() {
      offset++
      grid.writeMetrics(ALL_GROUPS, rows, rows.length, offset)
    },
    encode() {
      beginFrame(writer, FrameType.Tick, 0, offset, offset - 1)
      writeRoster(writer, TableCode.Domains, grid.domains, offset - 1, offset, list)
      for (const column of grid.domains.columns) {
        writeColumn(writer, TableCode.Domains, grid.domains, column, offset - 1, offset, list)
      }
      endFrame(writer)
    },
  }
  lone.ingest(0, sources[0]!.words)
  store.ingest()
  derived.grow(lone.table.capacity)
  bearAll(store)
  for (let i = 0; i < 4; i++) commit(store)
  return store
}

/** One whole commit, from replies to frame. */
export function commit(store: LoneStore): void {
  store.move()
  store.ingest()
  store.derive()
  store.quantise()
  store.encode()
}

function hostsOf(fields: readonly FieldSpec[], { domains, busyShare, seed }: LoneStoreOptions): HostReplies[] {
  const hosts = Math.ceil(domains / PER_HOST)
  return Array.from({ length: hosts }, (_, host) => {
    const count = Math.min(PER_HOST, domains - host * PER_HOST)
    return new HostReplies(fields, { domains: count, host, busyShare, seed: seed + host })
  })
}

function bearAll({ sources, grid, lone }: LoneStore): void {
  let row = 0
  sources.forEach(({ options }, host) => {
    for (let i = 0; i < options.domains; i++, row++) {
      grid.bearDomain(row, host, `kvm-${host}`, lone.index.wireUuid(row), 1)
      grid.domainName.set(row, lone.stats.names.text(row), 1)
      grid.writeState(row, DomainState.Running, BOOTED, 1)
    }
  })
}

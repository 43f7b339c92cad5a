import { CodeTable } from '../../../lib/columns/code-table.ts'
import { compactDictionaries } from '../../../lib/columns/compact-words.ts'
import type { PartialCause } from '../../../lib/metrics/partial-cause.ts'
import { READING_COUNT } from '../../../lib/metrics/types.ts'
import type { DomainJob } from '../../facts/domain-job.ts'
import type {
  DomainIdentity,
  FactsReport,
  FleetReader,
  HostFreshness,
  HostStatus,
  RawParameter,
  RowException,
} from '../../fleet/fleet-reader.ts'
import type { HostState } from '../../fleet/fleet-writer.ts'
import type { ManualClock } from '../../testing/manual-clock.ts'

export const DOMAIN_METRICS = ['cpuPercent', 'overheadCores', 'vcpuOnline', 'diskIops', 'netRxBps'] as const

/** What is known of a host's samples. */
interface HostSamples {
  state: HostState
  readonly sampledAt: number[]
  readonly intervalMs: number[]
}

/** A fleet that is nothing but tables, filled by a test. Changes are stamped with the commit to come. */
export class TableFleet implements FleetReader {
  epoch: Uint8Array
  offset = 0
  readonly simulated = false
  readonly domains = new CodeTable()
  readonly hosts = new CodeTable()
  readonly ready = true
  readonly samples: HostSamples[] = []
  readonly exceptions = new Map<number, { groups: number; cause: PartialCause; sampledAt: Float64Array }>()
  private readonly clock: ManualClock
  private readonly listeners = new Set<(offset: number) => void>()
  /** How many look. */
  lookers = 0
  /** Slots freed at which commit; used again only later. */
  private readonly free: { readonly row: number; readonly diedAt: number }[] = []
  private nextKey = 1

  constructor(clock: ManualClock, epoch: number) {
    this.clock = clock
    this.epoch = new Uint8Array(16).fill(epoch)
    this.domains.addText('name')
    for (const id of ['state', 'reason', 'host']) this.domains.addColumn(id, 'dict16')
    for (const id of DOMAIN_METRICS) this.domains.addColumn(id, id === 'vcpuOnline' ? 'u16' : 'ufloat16')
    this.domains.addColumn('wide', 'u32')
    this.hosts.addText('name')
    this.hosts.addColumn('hostCpuPercent', 'ufloat16')
  }

  get next(): number {
    return this.offset + 1
  }

  look(): () => void {
    this.lookers++
    return () => void this.lookers--
  }

  addHost(name: string): number {
    const row = this.hosts.rowLimit
    this.hosts.bear(row, [], this.next)
    this.hosts.text('name')!.set(row, name, this.next)
    const none = Array.from({ length: READING_COUNT }, () => Number.NaN)
    this.samples[row] = { state: 'connecting', sampledAt: none, intervalMs: none.map(() => 1000) }
    return row
  }

  bear(host: number, name: string): number {
    const reusable = this.free.findIndex((slot) => slot.diedAt <= this.offset)
    const row = reusable < 0 ? this.domains.rowLimit : this.free.splice(reusable, 1)[0]!.row
    this.domains.bear(row, [host, 0xfedcba98, this.nextKey++, 0x80000001, row], this.next)
    this.domains.text('name')!.set(row, name, this.next)
    return row
  }

  /** A row must have been born in an earlier commit. */
  bury(row: number): void {
    if (!this.domains.isAlive(row) || this.domains.bornAt[row] === this.next) return
    this.domains.bury(row, this.next)
    this.exceptions.delete(row)
    this.free.push({ row, diedAt: this.next })
  }

  set(id: string, row: number, code: number): void {
    this.domains.column(id)!.set(row, code, this.next)
  }

  setWord(id: string, row: number, word: string): void {
    const column = this.domains.column(id)!
    column.set(row, this.domains.dictionaries.get(column.number)!.codeOf(word, this.next), this.next)
  }

  /** Begins an epoch whose dictionaries hold only the words that live; offsets go on. */
  beginEpoch(epoch: number): void {
    compactDictionaries(this.domains, this.next)
    this.epoch = new Uint8Array(16).fill(epoch)
  }

  rename(row: number, name: string): void {
    this.domains.text('name')!.set(row, name, this.next)
  }

  sample(host: number): void {
    this.samples[host]!.state = 'up'
    this.samples[host]!.sampledAt.fill(this.clock.now())
  }

  living(): number[] {
    return Array.from({ length: this.domains.rowLimit }, (_, row) => row).filter((row) => this.domains.isAlive(row))
  }

  commit(): void {
    this.offset++
    for (const listener of this.listeners) listener(this.offset)
  }

  onCommit(listener: (offset: number) => void): () => void {
    this.listeners.add(listener)
    return () => {
      this.listeners.delete(listener)
    }
  }

  freshness(): readonly HostFreshness[] {
    const now = this.clock.now()
    return this.samples.map(({ state, sampledAt, intervalMs }, row) => ({
      row,
      state,
      ageMs: sampledAt.map((at) => (Number.isNaN(at) ? null : now - at)),
      intervalMs,
    }))
  }

  rowExceptions(): readonly RowException[] {
    return [...this.exceptions].map(([row, { groups: partialGroups, ...rest }]) => ({ row, partialGroups, ...rest }))
  }

  hostStatuses(): readonly HostStatus[] {
    return []
  }

  exists(row: number): boolean {
    return this.domains.isAlive(row)
  }

  rowsOf(): readonly number[] {
    return []
  }

  identity(row: number): DomainIdentity {
    return { row, host: '', uuid: '', name: '', id: -1, state: 'unknown', reason: '', ageMs: null, overdueMs: null }
  }

  age() {
    return { ageMs: null, overdueMs: null }
  }

  partial(): null {
    return null
  }

  value(): number | null {
    return null
  }

  facts(): FactsReport {
    return { facts: null, error: null, ageMs: null }
  }

  jobs(): readonly DomainJob[] {
    return []
  }

  notes(): Readonly<Record<string, string>> {
    return {}
  }

  countedOn(): string | null {
    return null
  }

  raw(): readonly RawParameter[] {
    return []
  }

  stat(): RawParameter | null {
    return null
  }
}

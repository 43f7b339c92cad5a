import type { CodeColumn } from '../../lib/columns/code-column.ts'
import { CodeTable } from '../../lib/columns/code-table.ts'
import { compactDictionaries, livingWords } from '../../lib/columns/compact-words.ts'
import type { DerivedColumn } from '../../lib/columns/derived-column.ts'
import { UNKNOWN_16 } from '../../lib/columns/encodings.ts'
import { growFloat64 } from '../../lib/columns/grow.ts'
import type { TextColumn } from '../../lib/columns/text-column.ts'
import type { DerivedHosts } from '../../lib/derive/derive-host.ts'
import type { DerivedDomains } from '../../lib/derive/derived-domains.ts'
import { writeCodes } from '../../lib/derive/write-codes.ts'
import { reasonWord, stateWord } from '../../lib/libvirt/words.ts'
import { findMetric } from '../../lib/metrics/catalogue.ts'
import type { MetricSource, StatGroup } from '../../lib/metrics/types.ts'
import type { DomainFacts } from '../facts/domain-facts.ts'

/** Stands for a state that was never read. */
export const NO_STATE = -1
/** What a new row shows: neither a state nor none. */
const NOTHING_SHOWN = -2
const UNKNOWN = 'unknown'
/**
 * Living words of a dictionary that always fit. It holds twice as many before its dead words go, so that a new epoch, which
 * costs every client a snapshot, makes room for at least this many.
 */
const MAX_LIVING_WORDS = 8_192
/** These words come from tenants: when too many live at once, further ones share one. */
export const TOO_MANY = '(other)'

/** Where the CPU use comes from of a domain whose emulator runs all vCPUs in one thread. */
const PROCESS_TIME = 'process time'

/** Derived columns and their code columns, place by place. */
interface Pairing {
  readonly from: readonly DerivedColumn[]
  readonly to: readonly CodeColumn[]
}

/**
 * The tables that the grid sees, and how derived values get into them.
 *
 * @remarks Written only within a commit, so that what the hub encodes at an offset is the state of that offset.
 */
export class GridTables {
  readonly domains = new CodeTable()
  readonly hosts = new CodeTable()
  readonly domainName: TextColumn
  readonly hostName: TextColumn
  private readonly title: TextColumn
  private readonly addresses: TextColumn
  private readonly project: CodeColumn
  private readonly owner: CodeColumn
  private readonly flavour: CodeColumn
  private readonly job: CodeColumn
  private readonly cpuSource: CodeColumn
  private readonly countedOn: CodeColumn
  private readonly countedAs: CodeColumn
  private readonly state: CodeColumn
  private readonly reason: CodeColumn
  private readonly host: CodeColumn
  private readonly all: Pairing
  private readonly hostPairs: Pairing
  private readonly byMask = new Map<number, Pairing>()
  private readonly derived: DerivedDomains
  private readonly maxLivingWords: number
  /** Rows that show {@link TOO_MANY} since the last compaction. */
  private readonly refused = new Set<number>()
  /** By row: the numbers whose words the grid shows. */
  private shownState = new Float64Array(0)
  private shownReason = new Float64Array(0)
  /** Values that their encoding could not carry, since the start. */
  saturated = 0

  constructor(derived: DerivedDomains, hosts: DerivedHosts, maxLivingWords = MAX_LIVING_WORDS) {
    this.derived = derived
    this.maxLivingWords = maxLivingWords
    this.domainName = this.domains.addText('name')
    this.state = this.domains.addColumn('state', 'dict16')
    this.reason = this.domains.addColumn('reason', 'dict16')
    this.host = this.domains.addColumn('host', 'dict16')
    this.title = this.domains.addText('title')
    this.addresses = this.domains.addText('addresses')
    this.project = this.domains.addColumn('project', 'dict16')
    this.owner = this.domains.addColumn('owner', 'dict16')
    this.flavour = this.domains.addColumn('flavour', 'dict16')
    this.job = this.domains.addColumn('jobKind', 'dict16')
    this.cpuSource = this.domains.addColumn('cpuSource', 'dict16')
    this.countedOn = this.domains.addColumn('countedOn', 'dict16')
    const to = derived.ids.map((id) => this.domains.addColumn(id, findMetric(id)?.encoding ?? 'ufloat16'))
    this.all = { from: derived.list, to }
    this.hostName = this.hosts.addText('name')
    this.countedAs = this.hosts.addColumn('countedAs', 'dict16')
    const hostTo = hosts.ids.map((id) => this.hosts.addColumn(id, findMetric(id)?.encoding ?? 'ufloat16'))
    this.hostPairs = { from: hosts.list, to: hostTo }
  }

  bearDomain(row: number, hostRow: number, host: string, uuidWords: ArrayLike<number>, offset: number): void {
    this.domains.bear(row, [hostRow, uuidWords[0]!, uuidWords[1]!, uuidWords[2]!, uuidWords[3]!], offset)
    this.shownState = growFloat64(this.shownState, this.domains.capacity)
    this.shownReason = growFloat64(this.shownReason, this.domains.capacity)
    this.shownState[row] = NOTHING_SHOWN
    this.host.set(row, this.word(this.host, host, offset), offset)
  }

  bearHost(row: number, name: string, offset: number): void {
    this.hosts.bear(row, [], offset)
    this.hostName.set(row, name, offset)
  }

  /** Writes the metrics that depend on any group of `mask` for the given rows. */
  writeMetrics(mask: number, rows: Int32Array, count: number, offset: number): void {
    const { from, to } = this.pairing(mask)
    this.saturated += writeCodes(from, to, rows, count, offset)
  }

  writeAllMetrics(rows: Int32Array, count: number, offset: number): void {
    this.saturated += writeCodes(this.all.from, this.all.to, rows, count, offset)
  }

  /**
   * Writes state and reason as words.
   *
   * @remarks Runs for every sampled row at every commit, so words are looked up only when a number changed.
   * @param state - libvirt's number, or {@link NO_STATE}.
   */
  writeState(row: number, state: number, reason: number, offset: number): void {
    if (this.shownState[row] === state && this.shownReason[row] === reason) return
    this.shownState[row] = state
    this.shownReason[row] = reason
    const known = state !== NO_STATE
    this.state.set(row, this.word(this.state, known ? stateWord(state) : UNKNOWN, offset), offset)
    this.reason.set(row, this.word(this.reason, known ? reasonWord(state, reason) : UNKNOWN, offset), offset)
  }

  /** Writes what the XML tells: title, project, owner and flavour, and the addresses that are searched. */
  writeFacts(row: number, { title, nova, nics }: DomainFacts, offset: number): void {
    this.title.set(row, title ?? nova?.name ?? '', offset)
    const addresses = [...(nova?.ips ?? []), ...nics.flatMap(({ mac }) => mac ?? [])]
    this.addresses.set(row, addresses.join(' '), offset)
    this.setWord(this.project, row, nova?.project?.name ?? null, offset)
    this.setWord(this.owner, row, nova?.user?.name ?? null, offset)
    this.setWord(this.flavour, row, nova?.flavour ?? null, offset)
  }

  /** Writes the kind of job that has hold of the domain; null is none. */
  writeJob(row: number, kind: string | null, offset: number): void {
    this.setWord(this.job, row, kind, offset)
  }

  /** Writes that the CPU use of a row is that of its process, or none where it is that of its vCPUs. */
  writeCpuSource(row: number, isProcess: boolean, offset: number): void {
    this.setWord(this.cpuSource, row, isProcess ? PROCESS_TIME : null, offset)
  }

  /** Writes on which host the domain of a row is counted, null where it counts in this row. */
  writeCountedOn(row: number, host: string | null, offset: number): void {
    this.setWord(this.countedOn, row, host, offset)
  }

  /** Writes which host stands for a host's machine, null where it does itself. */
  writeCountedAs(row: number, host: string | null, offset: number): void {
    const words = this.hosts.dictionaries.get(this.countedAs.number)!
    this.countedAs.set(row, host === null ? UNKNOWN_16 : words.codeOf(host, offset), offset)
  }

  private setWord(column: CodeColumn, row: number, word: string | null, offset: number): void {
    if (word === null) {
      column.set(row, UNKNOWN_16, offset)
      return
    }
    const dictionary = this.domains.dictionaries.get(column.number)!
    const refused = this.isFull(column) && !dictionary.has(word)
    if (refused) this.refused.add(row)
    column.set(row, dictionary.codeOf(refused ? TOO_MANY : word, offset), offset)
  }

  private isFull(column: CodeColumn): boolean {
    return this.domains.dictionaries.get(column.number)!.words.length >= 2 * this.maxLivingWords
  }

  /**
   * Drops the words that no living row uses, when one was refused and that makes room.
   *
   * @returns The rows to write again, whose words were refused; null when nothing changed. Otherwise codes mean something
   * else now, and the commit has to begin a new epoch.
   */
  compact(offset: number): readonly number[] | null {
    if (this.refused.size === 0) return null
    const { domains } = this
    const fits = (column: CodeColumn) => this.isFull(column) && livingWords(domains, column) <= this.maxLivingWords
    if (![this.project, this.owner, this.flavour, this.job].some(fits)) return null
    compactDictionaries(domains, offset)
    const again = [...this.refused].filter((row) => domains.isAlive(row))
    this.refused.clear()
    return again
  }

  /** Writes all metrics of the given hosts. */
  writeHosts(rows: Int32Array, count: number, offset: number): void {
    this.saturated += writeCodes(this.hostPairs.from, this.hostPairs.to, rows, count, offset)
  }

  private word(column: CodeColumn, word: string, offset: number): number {
    return this.domains.dictionaries.get(column.number)!.codeOf(word, offset)
  }

  private pairing(mask: number): Pairing {
    const known = this.byMask.get(mask)
    if (known !== undefined) return known
    const wanted = this.derived.ids.map((id) => touches(findMetric(id)?.source, mask))
    const pairing = {
      from: this.all.from.filter((_, i) => wanted[i]),
      to: this.all.to.filter((_, i) => wanted[i]),
    }
    this.byMask.set(mask, pairing)
    return pairing
  }
}

function touches(source: MetricSource | undefined, mask: number): boolean {
  return source?.kind === 'derived' && source.groups.some((group: StatGroup) => (mask & (1 << group)) !== 0)
}

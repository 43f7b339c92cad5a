import type { CodeColumn } from '../../columns/code-column.ts'
import type { CodeTable } from '../../columns/code-table.ts'
import { decodeCell, UNKNOWN_16 } from '../../columns/encodings.ts'
import { PartialCause } from '../../metrics/partial-cause.ts'
import { COUNTED_ON, countSeenTwice } from '../../query/counted-rows.ts'
import type { HostReadings } from '../../query/freshness.ts'
import { ACTIVE_READINGS, AgeLevel, ageOfReadings } from '../../query/freshness.ts'
import { hostRowOf } from '../../query/row-uuid.ts'
import { ageText, wholeAgeText } from '../age-text.ts'
import type { ConditionKind } from './condition-list.ts'
import { ConditionList } from './condition-list.ts'

/** What conditions are read from; a feed's live fleet is one. */
export interface ConditionSource {
  readonly domains: CodeTable
  readonly hosts: CodeTable
  readonly freshness: readonly ((HostReadings & { readonly state: string }) | undefined)[]
  readonly exceptions: ReadonlyMap<number, { readonly partialGroups: number; readonly cause: number }>
}

/** Columns of domains that conditions are read from. */
export const CONDITION_COLUMNS: readonly string[] = [
  'state',
  'reason',
  'ioStoppedSeconds',
  'cpuCapPercent',
  'diskCapPercent',
  COUNTED_ON,
]

/** Shorter pauses of storage come and go. */
const IO_STOPPED_SECONDS = 5
/** From here on a domain stands at its own limit. */
const CAPPED_PERCENT = 95
const IO_ERROR = 'I/O error'
/** Why a record is partial, in as few words as are read from afar; a cause that a newer server knows is the first. */
const SHORT_CAUSES: Readonly<Record<number, string>> = {
  [PartialCause.Incomplete]: 'incomplete record',
  [PartialCause.Stuck]: 'QEMU does not answer',
  [PartialCause.MonitorError]: 'monitor lost',
  [PartialCause.LeftOut]: 'left out of replies',
}

/** Rows among which conditions of domains are looked for. */
export interface ConditionRows {
  readonly rows: Uint32Array
  readonly count: number
}

/**
 * Finds what is wrong now, the worst first.
 *
 * @remarks Domains of a host out of reach have no conditions of their own: their last values are not now.
 * @param limit - The most that are put into words; all are counted.
 * @param hasHost - Whether a host, by its row, belongs to what is looked at.
 */
export function readConditions(
  source: ConditionSource,
  { rows, count }: ConditionRows,
  hasHost: (row: number) => boolean,
  now: number,
  limit: number,
): ConditionList {
  const found = new ConditionList(limit)
  readHosts(source, hasHost, now, found)
  const isReachable = reachableHosts(source)
  const domains = new DomainConditions(source, found)
  for (let i = 0; i < count; i++) {
    const row = rows[i]!
    if (isReachable[hostRowOf(source.domains, row)] === 1) domains.look(row)
  }
  const twice = countSeenTwice(source.domains)
  if (twice > 0)
    found.add(
      'seenTwice',
      0,
      null,
      () => `${twice === 1 ? '1 domain is' : `${twice} domains are`} seen twice, counted once`,
    )
  return found
}

function reachableHosts({ hosts, freshness }: ConditionSource): Uint8Array {
  return Uint8Array.from({ length: hosts.rowLimit }, (_, row) => (freshness[row]?.state === 'unreachable' ? 0 : 1))
}

function readHosts(
  { hosts, freshness }: ConditionSource,
  hasHost: (row: number) => boolean,
  now: number,
  found: ConditionList,
): void {
  for (let row = 0; row < hosts.rowLimit; row++) {
    const host = freshness[row]
    if (host === undefined || !hosts.isAlive(row) || !hasHost(row)) continue
    if (host.state === 'unreachable') {
      const since = now - newestSample(host)
      const words = (): string =>
        `out of reach${Number.isFinite(since) ? `, last read ${wholeAgeText(since)} ago` : ''}`
      found.add('unreachable', Number.isFinite(since) ? since : 0, { entity: 'host', row }, words)
      continue
    }
    const { ageMs, level } = ageOfReadings(host, null, ACTIVE_READINGS, now)
    if (level !== AgeLevel.Fresh)
      found.add('behind', ageMs, { entity: 'host', row }, () => `behind: data ${ageText(ageMs)} old`)
  }
}

function newestSample({ sampledAt }: HostReadings): number {
  let newest = Number.NEGATIVE_INFINITY
  for (let i = 0; i < sampledAt.length; i++) if (sampledAt[i]! > newest) newest = sampledAt[i]!
  return newest
}

/** Looks at rows one by one; makes nothing for a row that is well. */
class DomainConditions {
  private readonly source: ConditionSource
  private readonly found: ConditionList
  private readonly ioStopped: CodeColumn | null
  private readonly cpuCap: CodeColumn | null
  private readonly diskCap: CodeColumn | null
  private readonly state: CodeColumn | null
  private readonly reason: CodeColumn | null
  private readonly countedOn: CodeColumn | null
  private readonly crashed: number
  private readonly paused: number
  private readonly ioError: number

  constructor(source: ConditionSource, found: ConditionList) {
    const { domains } = source
    this.source = source
    this.found = found
    this.ioStopped = domains.column('ioStoppedSeconds')
    this.cpuCap = domains.column('cpuCapPercent')
    this.diskCap = domains.column('diskCapPercent')
    this.state = domains.column('state')
    this.reason = domains.column('reason')
    this.countedOn = domains.column(COUNTED_ON)
    this.crashed = codeOf(domains, this.state, 'crashed')
    this.paused = codeOf(domains, this.state, 'paused')
    this.ioError = codeOf(domains, this.reason, IO_ERROR)
  }

  look(row: number): void {
    if (this.countedOn !== null && this.countedOn.codes[row] !== UNKNOWN_16) return
    const state = this.state?.codes[row]
    if (state === this.crashed) this.tell('crashed', 0, row, () => 'crashed')
    else if (state === this.paused && this.reason?.codes[row] === this.ioError)
      this.tell('ioError', 0, row, () => 'paused: I/O error')
    const stopped = cellOf(this.ioStopped, row)
    if (stopped >= IO_STOPPED_SECONDS)
      this.tell('ioStopped', stopped, row, () => `I/O stopped ${wholeAgeText(stopped * 1000)}`)
    this.lookAtReading(row)
    const cpu = cellOf(this.cpuCap, row)
    if (cpu >= CAPPED_PERCENT) this.tell('cpuCapped', cpu, row, () => `at its CPU cap (${cpu.toFixed(0)} %)`)
    const disk = cellOf(this.diskCap, row)
    if (disk >= CAPPED_PERCENT) this.tell('diskCapped', disk, row, () => `at its I/O limit (${disk.toFixed(0)} %)`)
  }

  private lookAtReading(row: number): void {
    const exception = this.source.exceptions.get(row)
    if (exception === undefined || exception.partialGroups === 0) return
    const { cause } = exception
    // A job holds a domain rightly, and says so elsewhere.
    if (cause === PartialCause.Job || cause === PartialCause.None) return
    const isStuck = cause === PartialCause.Stuck || cause === PartialCause.MonitorError
    const kind: ConditionKind = isStuck ? 'stuck' : 'partial'
    this.tell(kind, 0, row, () => SHORT_CAUSES[cause] ?? SHORT_CAUSES[PartialCause.Incomplete]!)
  }

  private tell(kind: ConditionKind, weight: number, row: number, words: () => string): void {
    this.found.add(kind, weight, { entity: 'domain', row }, words)
  }
}

function cellOf(column: CodeColumn | null, row: number): number {
  return column === null ? Number.NaN : decodeCell(column.encoding, column.codes[row]!)
}

/** Code of a word; -1, which no cell has, while nothing has it. */
function codeOf(table: CodeTable, column: CodeColumn | null, word: string): number {
  return column === null ? -1 : (table.dictionaries.get(column.number)?.words.indexOf(word) ?? -1)
}

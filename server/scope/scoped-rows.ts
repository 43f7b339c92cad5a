import { type CodeTable, KEY_WORDS } from '../../lib/columns/code-table.ts'
import { NO_ROW, RowIndex } from '../../lib/columns/row-index.ts'
import { hostRowOf, uuidOfRow } from '../../lib/query/row-uuid.ts'
import type { FleetReader } from '../fleet/fleet-reader.ts'
import { TOO_MANY } from '../fleet/grid-tables.ts'
import { uuidWords } from '../fleet/uuid.ts'
import { CellMirror, type TellsWord } from './cell-mirror.ts'
import { UNMAPPED } from './row-map.ts'
import type { HostAdmission } from './scope-matcher.ts'

/** What the rows ask about hosts; by row of the fleet. */
export interface RowHosts {
  nameOf(hostRow: number): string
  admission(hostRow: number): HostAdmission
  /** The own row of a host, whether it shows or not; and back. */
  ownRow(hostRow: number): number
  parentRow(own: number): number
}

/** Told of domains that end, and of those that are there and not in the scope. */
export interface RowFates {
  ended(host: string, uuid: string): void
  /** The domain lives, outside the scope. */
  outside(host: string, uuid: string): void
}

/** The domains of a scope: who is in it, judged again only when what it is judged by changed. */
export class ScopedRows {
  readonly mirror: CellMirror
  /** By row of the fleet's host table: domains that show. */
  readonly shown: number[] = []
  private readonly fleet: FleetReader
  private readonly hosts: RowHosts
  private readonly fates: RowFates
  private readonly index = new RowIndex()
  /** Rows of the fleet whose project the grid does not tell apart. */
  private readonly vague = new Set<number>()

  constructor(fleet: FleetReader, hosts: RowHosts, fates: RowFates, tells: TellsWord) {
    this.fleet = fleet
    this.hosts = hosts
    this.fates = fates
    this.mirror = new CellMirror(fleet.domains, tells)
  }

  get table(): CodeTable {
    return this.mirror.own
  }

  /** Lets rows come and go by what the fleet's commits after `since` changed. */
  update(since: number, offset: number): void {
    this.index.recycle()
    const { domains } = this.fleet
    const changedAt = Math.max(
      domains.rosterChangedAt,
      domains.text('name')?.lastChangedAt ?? 0,
      domains.column('project')?.lastChangedAt ?? 0,
    )
    if (changedAt > since) for (let row = 0; row < domains.rowLimit; row++) this.look(row, since, offset)
    else for (const row of this.vague) this.judge(row, offset)
  }

  private look(row: number, since: number, offset: number): void {
    const { domains } = this.fleet
    const own = this.mirror.rows.own(row)
    const isAlive = domains.isAlive(row)
    const isNew = domains.bornAt[row]! > since
    if (!isAlive || isNew) this.vague.delete(row)
    if (own !== UNMAPPED && (!isAlive || isNew)) this.end(own, offset)
    if (isAlive && (isNew || this.vague.has(row) || this.wasNamed(row, since))) this.judge(row, offset)
  }

  private wasNamed(row: number, since: number): boolean {
    const { domains } = this.fleet
    const name = domains.text('name')?.changedAt[row] ?? 0
    return name > since || (domains.column('project')?.changedAt[row] ?? 0) > since
  }

  private judge(row: number, offset: number): void {
    const own = this.mirror.rows.own(row)
    if (this.isAdmitted(row)) {
      if (own === UNMAPPED) this.enter(row, offset)
      return
    }
    if (own !== UNMAPPED) this.leave(own, offset)
    const hostRow = hostRowOf(this.fleet.domains, row)
    if (this.hosts.admission(hostRow).any)
      this.fates.outside(this.hosts.nameOf(hostRow), uuidOfRow(this.fleet.domains, row))
  }

  /** Whether a row that shows would still do so if its domain were of this project. */
  admits(own: number, project: string | null): boolean {
    const hostRow = this.hosts.parentRow(hostRowOf(this.table, own))
    return this.hosts.admission(hostRow).admits(this.table.text('name')?.get(own) ?? '', project)
  }

  private isAdmitted(row: number): boolean {
    const { domains } = this.fleet
    const admission = this.hosts.admission(hostRowOf(domains, row))
    if (!admission.any) return false
    const name = domains.text('name')?.get(row) ?? ''
    return admission.admits(name, admission.asksProject ? this.projectOf(row) : null)
  }

  /** Null where it is not known. Of too many projects the grid tells some by one word: there the facts decide. */
  private projectOf(row: number): string | null {
    const { domains } = this.fleet
    const column = domains.column('project')
    if (column === null) return null
    const word = domains.dictionaries.get(column.number)!.word(column.codes[row]!)
    if (word !== TOO_MANY) {
      this.vague.delete(row)
      return word
    }
    this.vague.add(row)
    return this.fleet.facts(row).facts?.nova?.project?.name ?? null
  }

  private enter(row: number, offset: number): void {
    const { keys } = this.fleet.domains
    const [hostRow, a, b, c, d] = keys.subarray(row * KEY_WORDS, (row + 1) * KEY_WORDS)
    const ownHost = this.hosts.ownRow(hostRow!)
    const own = this.index.add(ownHost, a!, b!, c!, d!)
    this.mirror.bear(own, row, [ownHost, a!, b!, c!, d!], offset)
    this.shown[hostRow!] = (this.shown[hostRow!] ?? 0) + 1
  }

  private end(own: number, offset: number): void {
    const parentHost = this.leave(own, offset)
    this.fates.ended(this.hosts.nameOf(parentHost), uuidOfRow(this.table, own))
  }

  /** Returns the row of its host in the fleet. */
  private leave(own: number, offset: number): number {
    // By our table: the fleet's slot may be another domain's by now.
    const parentHost = this.hosts.parentRow(hostRowOf(this.table, own))
    this.mirror.bury(own, offset)
    this.index.remove(own)
    this.shown[parentHost]!--
    return parentHost
  }

  /** Rows of a UUID that show. */
  rowsOf(uuid: string): number[] {
    const words = uuidWords(uuid)
    if (words === null) return []
    return this.index.findAll(words[0]!, words[1]!, words[2]!, words[3]!)
  }

  /** The row that shows a domain of a host, by the host's own row; -1 for none. */
  find(ownHost: number, uuid: string): number {
    const words = uuidWords(uuid)
    return words === null ? NO_ROW : this.index.find(ownHost, words[0]!, words[1]!, words[2]!, words[3]!)
  }
}

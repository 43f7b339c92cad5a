import { type DomainTable, PARTIAL_MASK } from '../../../lib/columns/domain-table.ts'
import { growFloat64 } from '../../../lib/columns/grow.ts'
import { DomscopeError } from '../../../lib/errors/domscope-error.ts'
import { Lifecycle } from '../../../lib/libvirt/words.ts'
import type { DomainFacts } from '../../facts/domain-facts.ts'
import type { DomainEvent } from '../../libvirt/host-session.ts'
import type { FactsReport } from '../fleet-reader.ts'
import type { RowSet } from './row-set.ts'

/** Rows named at a time. */
const MAX_NAMED = 50
/** A domain whose XML could not be read is asked again after this time; any domain at most this often. ms. */
const RETRY_MS = 60_000
const LEAST_GAP_MS = 2_000
/** After an event: the daemon is done with the change by then. ms. */
const SETTLE_MS = 50
const NEVER = Number.NEGATIVE_INFINITY

/** Lifecycle events after which the XML is another one. */
const NEW_XML: ReadonlySet<number> = new Set([Lifecycle.Defined, Lifecycle.Started, Lifecycle.Stopped])

/** Events after which the XML is another one. */
const NEW_XML_KINDS: ReadonlySet<DomainEvent['kind']> = new Set<DomainEvent['kind']>([
  'metadata',
  'device-added',
  'device-removed',
  'tunable',
  'disk-change',
  'tray',
  'nic-mac',
  'block-job',
  'vcpu-removed',
  'memory-device-size',
])

/** What is known of each row from its XML, how old that is, and which rows want theirs read. */
export class RowFacts {
  readonly #table: DomainTable
  readonly #facts: (DomainFacts | null)[] = []
  readonly #errors: (DomscopeError | null)[] = []
  /** By row: when the XML was asked for, and when an event last said that it changed. */
  #askedAt = new Float64Array(0)
  #changedAt = new Float64Array(0)
  #next = 0

  constructor(table: DomainTable) {
    this.#table = table
  }

  /** A row begins, or its slot is used again. */
  born(row: number): void {
    this.#askedAt = growFloat64(this.#askedAt, this.#table.capacity)
    this.#changedAt = growFloat64(this.#changedAt, this.#table.capacity)
    this.#askedAt[row] = NEVER
    this.#changedAt[row] = NEVER
    this.#facts[row] = null
    this.#errors[row] = null
  }

  /** The row's XML is another one since `at`. */
  changed(row: number, at: number): void {
    this.#changedAt[row] = Math.max(this.#changedAt[row]!, at)
  }

  heard(row: number, event: DomainEvent, now: number): void {
    const news = event.kind === 'lifecycle' ? NEW_XML.has(event.event) : NEW_XML_KINDS.has(event.kind)
    if (news) this.changed(row, now)
  }

  /**
   * An answer, or why there is none: the facts from before stay then.
   *
   * @returns whether it counts. One to a question that was given up may come after that to a later one.
   */
  put(row: number, askedAt: number, answer: DomainFacts | DomscopeError): boolean {
    if (askedAt < this.#askedAt[row]!) return false
    this.#askedAt[row] = askedAt
    if (answer instanceof DomscopeError) this.#errors[row] = answer
    else {
      this.#errors[row] = null
      this.#facts[row] = answer
    }
    return true
  }

  facts(row: number): DomainFacts | null {
    return this.#facts[row] ?? null
  }

  report(row: number, now: number): FactsReport {
    const error = this.#errors[row] ?? null
    const askedAt = this.#askedAt[row] ?? NEVER
    return {
      facts: this.facts(row),
      error: error === null ? null : { code: error.code, message: error.message, remedy: error.remedy },
      ageMs: askedAt === NEVER ? null : Math.round(now - askedAt),
    }
  }

  /**
   * Rows of a host whose XML was not asked for since `since`, changed after that, or could not be read a while ago; at
   * most 50, other ones each time when there are more.
   *
   * @param careful - Leave out domains whose monitor may hang.
   */
  wanted({ rows, count }: RowSet, since: number, now: number, careful: boolean): number[] {
    const named: number[] = []
    const start = count === 0 ? 0 : this.#next % count
    let walked = 0
    for (; walked < count && named.length < MAX_NAMED; walked++) {
      const row = rows[(start + walked) % count]!
      if (this.#isWanted(row, since, now) && !(careful && (this.#table.flags[row]! & PARTIAL_MASK) !== 0))
        named.push(row)
    }
    this.#next = start + walked
    return named
  }

  #isWanted(row: number, since: number, now: number): boolean {
    const askedAt = this.#askedAt[row]!
    if (askedAt < since) return true
    const changedAt = this.#changedAt[row]!
    if (askedAt <= changedAt + SETTLE_MS && now >= changedAt + SETTLE_MS) return now - askedAt >= LEAST_GAP_MS
    return this.#errors[row] !== null && now - askedAt >= RETRY_MS
  }
}

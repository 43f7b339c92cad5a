import type { DomainTable } from '../../../lib/columns/domain-table.ts'
import type { RowIndex } from '../../../lib/columns/row-index.ts'
import type { DerivedDomains } from '../../../lib/derive/derived-domains.ts'
import { STEP_MS, STEPS } from '../../../lib/derive/stall-watch.ts'
import type { DomscopeError } from '../../../lib/errors/domscope-error.ts'
import { swap32 } from '../../../lib/ingest/swap.ts'
import { formatUuid } from '../../../lib/libvirt/domain-ref.ts'
import { type EventDetails, type EventWords, eventWords } from '../../../lib/libvirt/event-words.ts'
import { reasonWord, stateAfter, stateWord } from '../../../lib/libvirt/words.ts'
import { groupBit, StatGroup } from '../../../lib/metrics/types.ts'
import type { Clock } from '../../clock.ts'
import type { DomainEvent } from '../../libvirt/host-session.ts'
import type { HostState } from '../fleet-writer.ts'
import type { HostRecord } from '../hosts/host-record.ts'
import { uuidText } from '../uuid.ts'
import { EventLog } from './event-log.ts'
import { StateWatch } from './state-watch.ts'

/** libvirt's id of the event that tells of changed states. */
const LIFECYCLE = 0

/** What the events read; all of it belongs to the fleet. */
export interface EventSources {
  readonly clock: Clock
  readonly table: DomainTable
  readonly index: RowIndex
  readonly derived: DerivedDomains
  readonly nameOf: (row: number) => string
}

/** Turns what the fleet hears and sees into events, and keeps them. */
export class FleetEvents {
  readonly log: EventLog
  readonly #from: EventSources
  readonly #states = new StateWatch()
  /** Rows of which the event of a stall was told, and when its last request finished, monotonic ms. */
  readonly #stalls = new Map<number, number>()

  constructor(sources: EventSources) {
    this.#from = sources
    this.log = new EventLog(sources.clock)
  }

  /** A row begins, or its slot is used again. */
  born(row: number): void {
    this.#states.forget(row, this.#from.table.capacity)
    this.#stalls.delete(row)
  }

  /** The daemon told; `row` is -1 for a domain that has no row yet. */
  told(record: HostRecord, row: number, event: DomainEvent): void {
    const { name, uuid } = event.domain
    this.log.add({ host: record.name, uuid: formatUuid(uuid), name }, eventWords(event))
    if (row < 0 || event.kind !== 'lifecycle') return
    const after = stateAfter(event.event, event.detail)
    if (after !== null) this.#states.event(row, after.state)
  }

  /** A poll read the states of these rows. */
  sampled(record: HostRecord, rows: Int32Array, count: number): void {
    const state = this.#from.table.wire.gauges['state.state']
    const eventsCome = record.facts?.events.includes(LIFECYCLE) ?? false
    const now = this.#from.clock.now()
    for (let i = 0; i < count; i++) {
      const row = rows[i]!
      if (!state.valid.get(row)) continue
      const change = this.#states.sampled(row, state.values[row]!, now, eventsCome)
      if (change !== null) this.#stateChanged(record, row, change.from, change.to)
    }
  }

  /** Metrics of these rows are new. */
  derived(record: HostRecord, rows: Int32Array, count: number, groups: number): void {
    if ((groups & groupBit(StatGroup.Block)) === 0) return
    const { stopped, movedAt } = this.#from.derived.stall
    for (let i = 0; i < count; i++) {
      const row = rows[i]!
      const told = this.#stalls.get(row)
      if (stopped.get(row) === (told !== undefined)) continue
      if (told === undefined) this.#stallBegan(record, row)
      else this.#stallEnded(record, row, told, movedAt[row]!)
    }
  }

  #stallBegan(record: HostRecord, row: number): void {
    const { stall } = this.#from.derived
    this.#stalls.set(row, stall.movedAt[row]!)
    const perSecond = Math.round(stall.recent(row) / ((STEPS * STEP_MS) / 1000))
    const text = `no disk request finishes any more, after ${perSecond} a second: suspected stall`
    this.#ofDomain(record, row, { kind: 'io-stopped', text, details: { requestsPerSecondBefore: perSecond } })
  }

  /** It ends with a request, or with whatever else made the watch forget: a pause, a new process. */
  #stallEnded(record: HostRecord, row: number, since: number, movedAt: number): void {
    this.#stalls.delete(row)
    if (movedAt <= since) return
    const seconds = Math.round((movedAt - since) / 100) / 10
    const text = `disk requests finish again, after ${seconds} s without`
    this.#ofDomain(record, row, { kind: 'io-resumed', text, details: { seconds } })
  }

  hostState(record: HostRecord, before: HostState, error: DomscopeError | null): void {
    const { state } = record
    if (state === 'unreachable' && before !== 'unreachable') {
      const code = error?.code ?? null
      this.#ofHost(record, 'host-unreachable', error?.message ?? 'the connection ended', { code })
    } else if (state === 'up' && (before === 'connecting' || before === 'unreachable')) {
      this.#ofHost(record, 'host-up', 'connected', {})
    }
  }

  /** The host goes on with another connection to the same daemon. */
  connectionRenewed(record: HostRecord, lost: number): void {
    const calls = lost === 1 ? '1 call' : `${lost} calls`
    const text = `went on with a fresh connection: ${calls} on the old one got no answer`
    this.#ofHost(record, 'connection-renewed', text, { lost })
  }

  #ofHost(record: HostRecord, kind: string, text: string, details: EventDetails): void {
    this.log.add({ host: record.name, uuid: '', name: '' }, { kind, text, details })
  }

  #stateChanged(record: HostRecord, row: number, from: number, to: number): void {
    const { table } = this.#from
    const reason = reasonWord(to, table.wire.gauges['state.reason'].get(row) ?? 0)
    const details = { from: stateWord(from), to: stateWord(to), reason }
    const text = `${details.from} → ${details.to} (${reason}), seen by a poll`
    this.#ofDomain(record, row, { kind: 'state-changed', text, details })
  }

  #ofDomain(record: HostRecord, row: number, words: EventWords): void {
    const { index, nameOf } = this.#from
    const uuid = uuidText(index.wireUuid(row).map(swap32))
    this.log.add({ host: record.name, uuid, name: nameOf(row) }, words)
  }
}

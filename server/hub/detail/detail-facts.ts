import type { DetailFacts, MarkFact } from '../../../lib/sync/detail/detail-json.ts'
import { resetMarks } from '../../../lib/sync/detail/reset-mark.ts'
import type { EventReader, FleetEvent } from '../../fleet/events/event-reader.ts'
import type { FleetReader } from '../../fleet/fleet-reader.ts'
import type { HistoryReader, HistoryTrack } from '../../fleet/history-reader.ts'
import type { SampleReader } from '../../fleet/sample-reader.ts'
import type { Whereabouts } from './follow-domain.ts'
import { movesOf } from './stays.ts'

/** Where a detail's facts come from. */
export interface FactSources {
  readonly fleet: FleetReader
  readonly samples: SampleReader
  readonly history: HistoryReader | null
  readonly events: EventReader | null
}

/** Tells the facts of one domain, and whether they changed since they were told last. */
export class FactTeller {
  private readonly from: FactSources
  private readonly uuid: string
  private readonly host: string
  private told = ''
  private toldXml: unknown

  constructor(sources: FactSources, uuid: string, host: string) {
    this.from = sources
    this.uuid = uuid
    this.host = host
  }

  /** The facts, if they are others than last time, else null. */
  news(where: Whereabouts, keptMs: number, marks: readonly MarkFact[]): DetailFacts | null {
    const { row } = where
    const report = row === null ? null : this.from.fleet.facts(row)
    const plain = this.plain(where, keptMs, marks)
    const notes = row === null ? {} : this.from.fleet.notes(row)
    const jobs = row === null ? [] : this.from.fleet.jobs(row)
    const recorded = this.from.history?.recorded(plain.host, this.uuid) ?? 'all'
    const text = `${JSON.stringify([plain, notes, jobs, recorded])} ${report?.error?.message ?? ''}`
    if (text === this.told && report?.facts === this.toldXml) return null
    this.told = text
    this.toldXml = report?.facts
    const error = report?.error ?? null
    const wanting = { ...(error === null ? {} : { error }), ...(recorded === 'all' ? {} : { recorded }) }
    return { ...plain, facts: { ...report?.facts, notes, jobs, ...wanting } }
  }

  private plain(
    { row, identity }: Whereabouts,
    keptMs: number,
    marks: readonly MarkFact[],
  ): Omit<DetailFacts, 'facts'> {
    const { uuid } = this
    if (identity === null) {
      const nobody = { name: '', id: -1, state: 'unknown', reason: 'unknown', upSince: null, upSinceIsExact: false }
      return { status: 'gone', host: this.host, uuid, ...nobody, keptMs, marks }
    }
    const { host, name, id, state, reason } = identity
    const up = row !== null && id !== -1 ? this.upSince(row, host) : { upSince: null, upSinceIsExact: false }
    const status = row !== null && id !== -1 ? 'live' : 'ended'
    return { status, host, uuid, name, id: row === null ? -1 : id, state, reason, ...up, keptMs, marks }
  }

  /** Exact when the event of the start is known, else when the process was seen first. */
  private upSince(row: number, host: string): Pick<DetailFacts, 'upSince' | 'upSinceIsExact'> {
    const own = this.from.events?.events(this.uuid).filter((event) => event.host === host) ?? []
    const last = own.findLast(({ kind }) => kind === 'started' || kind === 'stopped' || kind === 'crashed')
    const { samples } = this.from
    if (last?.kind === 'started' && last.at >= samples.toldSince(row)) return { upSince: last.at, upSinceIsExact: true }
    return { upSince: samples.processSince(row), upSinceIsExact: false }
  }
}

/** What history and events know of hand-overs and resets between two moments. */
export function pastMarks(
  history: HistoryReader,
  tracks: readonly HistoryTrack[],
  events: readonly FleetEvent[],
  from: number,
  to: number,
): MarkFact[] {
  // The domain's own tracks are one for each lane, and what is sampled with them is of the same lane.
  const own = tracks.filter(({ entity }) => entity === 'domain')
  const marks = own.flatMap((track) => history.resets(track, from, to).flatMap(resetMarks))
  const moves = movesOf(events, tracks).filter(({ at }) => at >= from && at <= to)
  return [...marks, ...moves.map(({ host, at }) => handover(host, at))].sort((a, b) => a.at - b.at)
}

/** The mark of a domain that went on on another host. */
export function handover(host: string, at: number): MarkFact {
  return { at, kind: 'handover', label: `moved to ${host}` }
}

import type { DetailCopy } from '../../lib/sync/detail/detail-copy.ts'
import type { EventFact } from '../../lib/sync/detail/detail-json.ts'
import type { DetailEvent, DetailMark, DetailState } from './live-detail.ts'

/** A domain of which nothing came yet. */
export function openingState(host: string, uuid: string, from: number, to: number): DetailState {
  return {
    ...{ status: 'opening', host, uuid, name: '', id: -1, state: 'unknown', reason: 'unknown' },
    ...{ upSince: null, upSinceIsExact: false, facts: {}, keptMs: 0, from, to, tracksVersion: 0 },
    ...{ marks: [], events: [], wallOffsetMs: 0 },
  }
}

/** What a copy knows, as React parts read it. */
export function stateOf(copy: DetailCopy): Partial<DetailState> {
  const { facts, tracksVersion } = copy
  const events = copy.events.map(toEvent)
  const shared = { tracksVersion, events, marks: marksOf(copy, events) }
  if (facts === null) return shared
  const { status, host, name, id, state, reason, upSince, upSinceIsExact, keptMs } = facts
  return { ...shared, status, host, name, id, state, reason, upSince, upSinceIsExact, keptMs, facts: facts.facts }
}

function marksOf(copy: DetailCopy, events: readonly DetailEvent[]): DetailMark[] {
  const told = events.map(({ at, text }): DetailMark => ({ at, kind: 'event', label: text }))
  return [...copy.marks, ...told].sort((a, b) => a.at - b.at)
}

function toEvent({ at, host, wall, kind, text }: EventFact): DetailEvent {
  return { at, host, wall: new Date(wall).toISOString(), kind, text }
}

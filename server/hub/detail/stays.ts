import type { HistoryBuckets, HistoryTrack } from '../../fleet/history-reader.ts'

/** A guest that goes on on another host. */
export interface Move {
  readonly host: string
  readonly at: number
}

/** A stretch of time in which a guest's process waits; `to` is Infinity while it goes on. */
export interface Wait {
  readonly from: number
  readonly to: number
  /** The process was started for it: it has no samples of before. */
  readonly isNew: boolean
}

/** What is looked at of an event. */
interface Told {
  readonly at: number
  readonly host: string
  readonly kind: string
  readonly text: string
}

/** Words of the event of a guest that goes on where it was migrated to. */
const ARRIVALS: ReadonlySet<string> = new Set(['resumed: migrated', 'resumed: post-copy'])

/**
 * When a domain came to which host, after the first one, by its events and by what is kept of it.
 *
 * @remarks A host that takes in a guest has a process of it, with samples, for as long as the migration takes: only the
 * event tells when the guest came. Where none was kept, the first sample on a host stands for it.
 */
export function movesOf(events: readonly Told[], tracks: readonly HistoryTrack[]): Move[] {
  const arrivals = events.filter(({ text }) => ARRIVALS.has(text)).map(({ host, at }) => ({ host, at }))
  const told = new Set(arrivals.map(({ host }) => host))
  const seen = spansOf(tracks)
  seen.forEach(({ host, from, to }, i) => {
    const isLater = seen.slice(0, i).every((before) => before.to < to)
    if (i === 0 || (isLater && !told.has(host))) arrivals.push({ host, at: from })
  })
  const inOrder = arrivals.sort((a, b) => a.at - b.at)
  return inOrder.filter(({ host }, i) => i > 0 && host !== inOrder[i - 1]!.host)
}

/** By host the time in which it was sampled, in the order of its beginning. */
function spansOf(tracks: readonly HistoryTrack[]): { host: string; from: number; to: number }[] {
  const spans = new Map<string, { from: number; to: number }>()
  for (const { host, from, to } of tracks) {
    const span = spans.get(host)
    spans.set(host, { from: Math.min(from, span?.from ?? from), to: Math.max(to, span?.to ?? to) })
  }
  return [...spans].map(([host, span]) => ({ host, ...span })).sort((a, b) => a.from - b.from)
}

/** Kinds of event that say whether a process runs its guest. */
const STATES: ReadonlySet<string> = new Set(['started', 'resumed', 'suspended', 'stopped', 'crashed'])
/** Those after which there is a process and the guest is elsewhere: it has yet to come, or has gone. */
const WAITS: ReadonlySet<string> = new Set([
  'started: migrated',
  'suspended: migrated',
  'suspended: post-copy',
  'suspended: post-copy failed',
])

/** When a host had only a process of a guest that was elsewhere. */
export function waitsOf(events: readonly Told[], host: string): Wait[] {
  const own = events.filter((event) => event.host === host && STATES.has(event.kind))
  return own.flatMap(({ kind, text, at }, i) => {
    const to = own[i + 1]?.at ?? Number.POSITIVE_INFINITY
    return WAITS.has(text) ? [{ from: at, to, isNew: kind === 'started' }] : []
  })
}

/**
 * Forgets what was sampled of a process that waited.
 *
 * @param begin - Where the first bucket begins, in the arrays that are changed.
 */
export function forgetWaits({ low, high }: HistoryBuckets, begin: number, width: number, waits: readonly Wait[]) {
  if (waits.length === 0) return
  for (let i = 0; i < low.length; i++) {
    const at = begin + i * width
    // Buckets at the edges go too, unless they hold values of the guest from before it went.
    if (!waits.some(({ from, to, isNew }) => (isNew ? at + width > from : at >= from) && at < to)) continue
    low[i] = Number.NaN
    high[i] = Number.NaN
  }
}

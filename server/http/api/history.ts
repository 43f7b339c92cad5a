import { isKept } from '../../../lib/history/page/levels.ts'
import { findMetric, metricsOf } from '../../../lib/metrics/catalogue.ts'
import { CHILD_METRICS } from '../../../lib/metrics/child-metrics.ts'
import type { Metric } from '../../../lib/metrics/types.ts'
import type { Clock } from '../../clock.ts'
import type { HistoryReader, HistoryTrack } from '../../fleet/history-reader.ts'
import { badParameter, type Parameters, type Read, readWhole, readWord } from '../parameters.ts'
import { problem, quoted } from '../problem.ts'
import { type Route, type RouteContext, refused } from '../route.ts'
import { isUuid } from './domain.ts'
import { readHost } from './domain-query.ts'

const MAX_POINTS = 2000
const DEFAULT_POINTS = 300
const DEFAULT_RANGE_MS = 10 * 60_000
const ENTITIES = ['domain', 'vcpu', 'disk', 'nic'] as const
type Entity = (typeof ENTITIES)[number]

/** What was asked for; times on the monotonic clock. */
interface HistoryQuery {
  readonly tracks: readonly HistoryTrack[]
  /** Null for all. */
  readonly metrics: ReadonlySet<string> | null
  readonly from: number
  readonly to: number
  readonly points: number
}

/**
 * `/api/v1/domains/{uuid}/history`: least, mean and greatest values of a stretch of the past, in spans of equal length.
 *
 * @remarks A domain that is kept on several hosts has tracks of each, which say so. One that ended is answered for as long
 * as something of it is kept.
 */
export const historyRoute: Route = {
  pattern: ['api', 'v1', 'domains', '*', 'history'],
  parameters: ['host', 'entity', 'id', 'metrics', 'from', 'to', 'points'],
  answer: (context, parameters, [given]) => {
    const uuid = given!.toLowerCase()
    if (!isUuid(uuid)) {
      const message = `${quoted(given!)} is not a UUID of the form xxxxxxxx-xxxx-xxxx-xxxx-xxxxxxxxxxxx.`
      return refused(problem(400, 'BAD_UUID', message))
    }
    const query = readQuery(context, uuid, parameters)
    if (!query.ok) return refused(query.problem)
    const pieces = historyJson(context, uuid, query.value)
    return { kind: 'stream', type: 'application/json; charset=utf-8', headers: {}, pieces }
  },
}

function readQuery({ fleet, history, clock }: RouteContext, uuid: string, parameters: Parameters): Read<HistoryQuery> {
  const host = readHost(parameters, fleet)
  if (!host.ok) return host
  const entity = readWord(parameters, 'entity', ENTITIES, 'domain')
  if (!entity.ok) return entity
  const metrics = readMetrics(parameters, entity.value)
  if (!metrics.ok) return metrics
  const to = readTime(parameters, 'to', clock, clock.now())
  if (!to.ok) return to
  const from = readTime(parameters, 'from', clock, to.value - DEFAULT_RANGE_MS)
  if (!from.ok) return from
  if (from.value >= to.value) return badTimes(parameters)
  const points = readWhole(parameters, 'points', { min: 1, max: MAX_POINTS, fallback: DEFAULT_POINTS })
  if (!points.ok) return points
  const kept = readKept(history, uuid, parameters)
  if (!kept.ok) return kept
  const wanted = (id: string) => metrics.value === null || metrics.value.has(id)
  const tracks = kept.value.filter(
    (one) => one.entity === entity.value && one.series.some((metric) => wanted(metric.id)),
  )
  const id = parameters.get('id')
  const chosen = id === undefined ? tracks : tracks.filter((one) => one.identity === id)
  if (id !== undefined && chosen.length === 0) {
    const known = tracks.map(({ identity }) => identity).slice(0, 100)
    return badParameter('id', id, `nothing is kept of this ${entity.value}.`, known)
  }
  const value = { tracks: chosen, metrics: metrics.value, from: from.value, to: to.value, points: points.value }
  return { ok: true, value }
}

/** Tracks of the domain, on the host that was asked for if one was. */
function readKept(history: HistoryReader, uuid: string, parameters: Parameters): Read<readonly HistoryTrack[]> {
  const tracks = history.tracksOf(uuid)
  if (tracks.length === 0) {
    const { domainsNotRecorded } = history.kept()
    const wanting = `; ${domainsNotRecorded} domains are not recorded for want of memory: raise --history-memory`
    const why = `it was not seen, or not for longer than history reaches${domainsNotRecorded > 0 ? wanting : ''}`
    const message = `Nothing is kept of domain ${uuid}: ${why}. /api/v1/domains lists what is there now.`
    return { ok: false, problem: problem(404, 'HISTORY_UNKNOWN', message) }
  }
  const host = parameters.get('host')
  const there = tracks.filter((track) => host === undefined || track.host === host)
  if (there.length > 0) return { ok: true, value: there }
  const hosts = [...new Set(tracks.map((track) => track.host))]
  return badParameter('host', host ?? '', 'nothing is kept of this domain there, only elsewhere.', hosts)
}

function readMetrics(parameters: Parameters, entity: Entity): Read<ReadonlySet<string> | null> {
  const text = parameters.get('metrics')
  if (text === undefined) return { ok: true, value: null }
  const kept = keptMetrics(entity)
  const ids = new Set<string>()
  for (const name of text.split(',').map((word) => word.trim())) {
    const id = entity === 'domain' ? findMetric(name)?.id : name
    const metric = kept.find((one) => one.id === id)
    if (metric === undefined) {
      const known = kept.map((one) => one.id)
      return badParameter('metrics', name, `there is no such metric of a ${entity} in history.`, known)
    }
    ids.add(metric.id)
  }
  return { ok: true, value: ids }
}

/** What history has of a thing: everything computed that is a number (HI2). */
function keptMetrics(entity: Entity): readonly Metric[] {
  if (entity !== 'domain') return CHILD_METRICS[entity].filter(({ encoding }) => isKept(encoding))
  return metricsOf('domain').filter(({ source, encoding }) => source.kind === 'derived' && isKept(encoding))
}

const ISO = 'an ISO 8601 time, as 2026-11-22T23:00:00Z'

/** Only who gives `from` can have it behind `to`. */
function badTimes(parameters: Parameters): Read<never> {
  const to = parameters.get('to')
  const why = to === undefined ? 'it must be in the past, as `to` is now.' : `it must be before to=${quoted(to)}.`
  return badParameter('from', parameters.get('from') ?? '', why, ISO)
}

/** An instant of the wall clock, on the monotonic one. */
function readTime(parameters: Parameters, name: 'from' | 'to', clock: Clock, fallback: number): Read<number> {
  const text = parameters.get(name)
  if (text === undefined) return { ok: true, value: fallback }
  const wall = /^\d{4}-\d\d-\d\dT/.test(text) ? Date.parse(text) : Number.NaN
  if (Number.isNaN(wall)) return badParameter(name, text, `it must be ${ISO}.`, ISO)
  return { ok: true, value: wall - clock.wall() + clock.now() }
}

function* historyJson({ fleet, history, clock }: RouteContext, uuid: string, query: HistoryQuery): Iterable<string> {
  const { tracks, metrics, from, to, points } = query
  const wallOf = wallClock(clock)
  const { exactMs, coarseMs, domainsWithoutChildren, domainsNotRecorded } = history.kept()
  const head = {
    ...{ simulated: fleet.simulated, uuid, asOf: wallOf(clock.now()) },
    kept: { exactMs: Math.round(exactMs), coarseMs: Math.round(coarseMs), domainsWithoutChildren, domainsNotRecorded },
    ...{ from: wallOf(from), to: wallOf(to), points, stepMs: (to - from) / points },
  }
  yield `${JSON.stringify(head).slice(0, -1)},"tracks":[`
  for (const [place, track] of tracks.entries()) {
    const { host, entity, identity } = track
    const marks = history.marks(track, from, to).map(({ at, kind }) => ({ at: wallOf(at), kind }))
    const recorded = history.recorded(host, uuid)
    const facts = {
      host,
      recorded,
      entity,
      id: identity,
      keptFrom: wallOf(track.from),
      keptTo: wallOf(track.to),
      marks,
    }
    yield `${place === 0 ? '' : ','}${JSON.stringify(facts).slice(0, -1)},"series":[`
    yield* seriesJson(history, track, query, metrics)
    yield ']}'
  }
  yield ']}\n'
}

function* seriesJson(
  history: HistoryReader,
  track: HistoryTrack,
  { from, to, points }: HistoryQuery,
  metrics: ReadonlySet<string> | null,
): Iterable<string> {
  let first = true
  for (const [place, { id, unit }] of track.series.entries()) {
    if (metrics !== null && !metrics.has(id)) continue
    const { low, high } = history.read(track, place, from, to, points)
    const mean = history.means(track, place, from, to, points)
    const series = { id, unit, low: plainNumbers(low), mean: plainNumbers(mean), high: plainNumbers(high) }
    yield (first ? '' : ',') + JSON.stringify(series)
    first = false
  }
}

/** NaN becomes null; digits that a stored value does not have are left out. */
function plainNumbers(values: Float32Array): (number | null)[] {
  return Array.from(values, (value) => (Number.isNaN(value) ? null : Number(value.toPrecision(6))))
}

/** From the monotonic clock to ISO 8601. */
function wallClock(clock: Clock): (at: number) => string {
  const offset = clock.wall() - clock.now()
  return (at) => new Date(Math.round(at + offset)).toISOString()
}

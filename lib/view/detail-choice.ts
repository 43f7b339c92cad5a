import type { QueryPair } from './query-string.ts'
import { formatQuery } from './query-string.ts'

/** The ranges that are offered, in ms; `all` is what the server keeps. */
export const DETAIL_RANGES = { '5m': 300_000, '15m': 900_000, '1h': 3_600_000, all: Number.POSITIVE_INFINITY } as const
export type DetailRangeName = keyof typeof DETAIL_RANGES
export const DETAIL_RANGE_NAMES = Object.keys(DETAIL_RANGES) as readonly DetailRangeName[]

/** A closed stretch of the server's wall clock, ms. */
export interface WallStretch {
  readonly from: number
  readonly to: number
}

/** What a link says of how an open domain is looked at. */
export interface DetailChoice {
  readonly range: DetailRangeName
  readonly zoom: WallStretch | null
  /** Groups of charts that are open; null is what the panel opens by itself. */
  readonly charts: readonly string[] | null
}

export const DEFAULT_DETAIL: DetailChoice = { range: '5m', zoom: null, charts: null }

/** No chart shows less: nothing is sampled more often. */
export const MIN_ZOOM_MS = 2000
const MAX_GROUPS = 200

/** Reads the parameters `range`, `zoom` and `charts` of a link. */
export function readDetail(given: ReadonlyMap<string, string>, problems: string[]): DetailChoice {
  return {
    range: readRange(given.get('range'), problems),
    zoom: readZoom(given.get('zoom'), problems),
    charts: readCharts(given.get('charts')),
  }
}

/** The parameters that a choice adds to a link; none for the default. */
export function detailPairs({ range, zoom, charts }: DetailChoice): QueryPair[] {
  const pairs: QueryPair[] = []
  if (range !== DEFAULT_DETAIL.range) pairs.push(['range', range])
  if (zoom !== null) pairs.push(['zoom', `${isoSecond(zoom.from)}/${isoSecond(zoom.to)}`])
  if (charts !== null) pairs.push(['charts', charts.join(',')])
  return pairs
}

/** The query part of the link to a domain's own page, without `?`. */
export function formatDetail(host: string, uuid: string, choice: DetailChoice): string {
  return formatQuery([['host', host], ['uuid', uuid], ...detailPairs(choice)])
}

function readRange(text: string | undefined, problems: string[]): DetailRangeName {
  if (text === undefined) return DEFAULT_DETAIL.range
  const name = DETAIL_RANGE_NAMES.find((one) => one === text)
  if (name === undefined) problems.push(`The link's range “${text}” is none of ${DETAIL_RANGE_NAMES.join(', ')}.`)
  return name ?? DEFAULT_DETAIL.range
}

function readZoom(text: string | undefined, problems: string[]): WallStretch | null {
  if (text === undefined) return null
  const [from, to] = text.split('/').map((part) => Date.parse(part))
  if (from !== undefined && to !== undefined && to - from >= MIN_ZOOM_MS) return { from, to }
  problems.push('The stretch of time that the link shows was ignored: it is not two times, the later one last.')
  return null
}

/** Names of groups are not checked: a disk that is gone is no fault of the link. */
function readCharts(text: string | undefined): readonly string[] | null {
  if (text === undefined) return null
  return [...new Set(text.split(',').filter((name) => name !== ''))].slice(0, MAX_GROUPS)
}

function isoSecond(ms: number): string {
  return new Date(Math.round(ms)).toISOString()
}

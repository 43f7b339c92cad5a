import type { SortKey } from '../query/sort-spec.ts'
import { formatSort, parseSort } from '../query/sort-spec.ts'
import type { CompareChoice, DomainName } from './compare-choice.ts'
import { comparePairs, DEFAULT_COMPARE, formatDomainName, readCompare, readDomainName } from './compare-choice.ts'
import type { DetailChoice } from './detail-choice.ts'
import { DEFAULT_DETAIL, detailPairs, readDetail } from './detail-choice.ts'
import { DEFAULT_COLUMNS, findColumn, MAX_COLUMN_WIDTH, MIN_COLUMN_WIDTH } from './grid-columns.ts'
import type { QueryPair } from './query-string.ts'
import { formatQuery, parseQuery } from './query-string.ts'

export const THEMES = ['dark', 'light', 'contrast'] as const
export type Theme = (typeof THEMES)[number]
export const DENSITIES = ['normal', 'compact'] as const
export type Density = (typeof DENSITIES)[number]

export interface ColumnChoice {
  readonly id: string
  /** Pixels; null is the column's own width. */
  readonly width: number | null
}

/** What a link to the fleet page says. */
export interface ViewState {
  readonly filter: string
  readonly sort: readonly SortKey[]
  readonly columns: readonly ColumnChoice[]
  /** Null follows what this browser chose last. */
  readonly theme: Theme | null
  readonly density: Density
  readonly open: DomainName | null
  /** The picked domains; two or more of them are compared, unless one is open. */
  readonly compare: CompareChoice
  /** How the open domain, or those that are compared, are looked at. */
  readonly detail: DetailChoice
}

export const DEFAULT_SORT: readonly SortKey[] = [{ column: 'cpuPercent', descending: true }]

export const DEFAULT_VIEW: ViewState = {
  filter: '',
  sort: DEFAULT_SORT,
  columns: DEFAULT_COLUMNS.map((id) => ({ id, width: null })),
  theme: null,
  density: 'normal',
  open: null,
  compare: DEFAULT_COMPARE,
  detail: DEFAULT_DETAIL,
}

const DEFAULT_SORT_TEXT = formatSort(DEFAULT_SORT)
const DEFAULT_COLUMNS_TEXT = formatColumns(DEFAULT_VIEW.columns)

export interface ParsedView {
  readonly view: ViewState
  /** What the link said that made no sense, one sentence each. Those parts are at their defaults. */
  readonly problems: readonly string[]
}

/** Reads a view from the query part of a link, with or without its `?`. Parameters of other pages are ignored. */
export function parseView(query: string): ParsedView {
  const given = parseQuery(query)
  const problems: string[] = []
  return {
    view: {
      filter: given.get('q') ?? '',
      sort: readSort(given.get('sort'), problems),
      columns: readColumns(given.get('cols'), problems),
      theme: readWord(given.get('theme'), THEMES, 'theme', problems) ?? DEFAULT_VIEW.theme,
      density: readWord(given.get('density'), DENSITIES, 'density', problems) ?? DEFAULT_VIEW.density,
      open: readOpen(given.get('open'), problems),
      compare: readCompare(given, problems),
      detail: readDetail(given, problems),
    },
    problems,
  }
}

/** The query part of the link to a view, without `?`; empty for the default view. */
export function formatView(view: ViewState): string {
  const pairs: QueryPair[] = []
  if (view.filter.trim() !== '') pairs.push(['q', view.filter])
  const sort = formatSort(view.sort)
  if (sort !== DEFAULT_SORT_TEXT) pairs.push(['sort', sort])
  const columns = formatColumns(view.columns)
  if (columns !== DEFAULT_COLUMNS_TEXT) pairs.push(['cols', columns])
  if (view.theme !== null) pairs.push(['theme', view.theme])
  if (view.density !== DEFAULT_VIEW.density) pairs.push(['density', view.density])
  if (view.open !== null) pairs.push(['open', formatDomainName(view.open)])
  pairs.push(...comparePairs(view.compare))
  if (view.open !== null || view.compare.domains.length > 0) pairs.push(...detailPairs(view.detail))
  return formatQuery(pairs)
}

function readSort(text: string | undefined, problems: string[]): readonly SortKey[] {
  if (text === undefined) return DEFAULT_SORT
  const parsed = parseSort(text)
  if (parsed.ok) return parsed.keys
  problems.push(`The link's sort was ignored: ${parsed.message}`)
  return DEFAULT_SORT
}

function readColumns(text: string | undefined, problems: string[]): readonly ColumnChoice[] {
  if (text === undefined) return DEFAULT_VIEW.columns
  const chosen = new Map<string, ColumnChoice>()
  for (const part of text.split(',')) {
    const [name = '', widthText] = part.split('~')
    const column = findColumn(name)
    if (column === null) {
      problems.push(`The link names a column “${name}” that does not exist.`)
      continue
    }
    chosen.set(column.id, { id: column.id, width: readWidth(widthText, name, problems) })
  }
  return chosen.size === 0 ? DEFAULT_VIEW.columns : [...chosen.values()]
}

function readWidth(text: string | undefined, column: string, problems: string[]): number | null {
  if (text === undefined) return null
  const width = Number(text)
  if (Number.isInteger(width) && width >= MIN_COLUMN_WIDTH && width <= MAX_COLUMN_WIDTH) return width
  problems.push(
    `The link's width of “${column}” was ignored: it must be ${MIN_COLUMN_WIDTH} to ${MAX_COLUMN_WIDTH} pixels.`,
  )
  return null
}

function readWord<T extends string>(
  text: string | undefined,
  words: readonly T[],
  what: string,
  problems: string[],
): T | null {
  if (text === undefined) return null
  const word = words.find((one) => one === text)
  if (word === undefined) problems.push(`The link's ${what} “${text}” is none of ${words.join(', ')}.`)
  return word ?? null
}

function readOpen(text: string | undefined, problems: string[]): ViewState['open'] {
  if (text === undefined) return null
  const domain = readDomainName(text)
  if (domain !== null) return domain
  problems.push('The domain that the link opens was ignored: it is not a UUID, an at sign and a host.')
  return null
}

function formatColumns(columns: readonly ColumnChoice[]): string {
  return columns.map(({ id, width }) => (width === null ? id : `${id}~${width}`)).join(',')
}

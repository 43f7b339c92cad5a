import type { CodeTable } from '../../../lib/columns/code-table.ts'
import { metricsOf } from '../../../lib/metrics/catalogue.ts'
import { DEFAULT_METRICS } from '../../../lib/metrics/default-metrics.ts'
import { type Filter, matchRows, parseFilter } from '../../../lib/query/filter.ts'
import { createOrder, type OrderKey } from '../../../lib/query/order.ts'
import { hostRowOf } from '../../../lib/query/row-uuid.ts'
import { OTHER_SORT_COLUMNS, orderKeys, parseSort, type SortKey } from '../../../lib/query/sort-spec.ts'
import type { FleetReader } from '../../fleet/fleet-reader.ts'
import { badParameter, type Parameters, type Read, readWhole, readWord } from '../parameters.ts'
import { type DomainColumn, domainColumnIds, findDomainColumns } from './domain-columns.ts'

/** What `/api/v1/domains` was asked for. */
export interface DomainQuery {
  /** Host row, or null for all. */
  readonly host: number | null
  readonly filter: Filter
  readonly sort: readonly SortKey[]
  readonly columns: readonly DomainColumn[]
  readonly limit: number
  readonly format: 'json' | 'csv'
  /** A byte order mark before CSV. */
  readonly bom: boolean
}

export const DOMAIN_PARAMETERS = ['host', 'filter', 'sort', 'columns', 'limit', 'format', 'bom'] as const

const MAX_LIMIT = 999_999_999
const MAX_LISTED_HOSTS = 20

/** Reads and checks the parameters; the first that is wrong is named. */
export function readDomainQuery(parameters: Parameters, fleet: FleetReader): Read<DomainQuery> {
  const host = readHost(parameters, fleet)
  if (!host.ok) return host
  const filter = readFilter(parameters)
  if (!filter.ok) return filter
  const sort = readSort(parameters)
  if (!sort.ok) return sort
  const columns = readColumns(parameters)
  if (!columns.ok) return columns
  const limit = readWhole(parameters, 'limit', { min: 0, max: MAX_LIMIT, fallback: MAX_LIMIT })
  if (!limit.ok) return limit
  const format = readWord(parameters, 'format', ['json', 'csv'], 'json')
  if (!format.ok) return format
  const bom = readWord(parameters, 'bom', ['0', '1'], '0')
  if (!bom.ok) return bom
  if (bom.value === '1' && format.value !== 'csv') return badParameter('bom', '1', 'only CSV has one.', 'format=csv')
  return {
    ok: true,
    value: {
      host: host.value,
      filter: filter.value,
      sort: sort.value,
      columns: columns.value,
      limit: limit.value,
      format: format.value,
      bom: bom.value === '1',
    },
  }
}

/** The host row that `host=` names; null when it is not given. */
export function readHost(parameters: Parameters, fleet: FleetReader): Read<number | null> {
  const name = parameters.get('host')
  if (name === undefined) return { ok: true, value: null }
  // Not from the statuses: they count over all domains, and one statistic is to cost the same among any number of them.
  const { hosts } = fleet
  const texts = hosts.text('name')
  const rows = Array.from({ length: hosts.rowLimit }, (_, row) => row).filter((row) => hosts.isAlive(row))
  const row = rows.find((one) => texts?.get(one) === name)
  if (row !== undefined) return { ok: true, value: row }
  return badParameter(
    'host',
    name,
    'there is no such host; /api/v1/hosts lists them.',
    rows.slice(0, MAX_LISTED_HOSTS).map((one) => texts?.get(one) ?? ''),
  )
}

function readFilter(parameters: Parameters): Read<Filter> {
  const text = parameters.get('filter') ?? ''
  const parsed = parseFilter(text)
  if (parsed.ok) return { ok: true, value: parsed.filter }
  return badParameter(
    'filter',
    text,
    `${parsed.message} (at character ${parsed.at + 1})`,
    'words that stand in the name, title, UUID, host, project, owner, IP or MAC of a domain; "phrases" in quotes',
  )
}

function readSort(parameters: Parameters): Read<readonly SortKey[]> {
  const text = parameters.get('sort') ?? ''
  const parsed = parseSort(text)
  if (parsed.ok) return { ok: true, value: parsed.keys }
  return badParameter('sort', text, parsed.message, [...OTHER_SORT_COLUMNS, ...domainMetricIds()])
}

function readColumns(parameters: Parameters): Read<readonly DomainColumn[]> {
  const found = findDomainColumns(parameters.get('columns')?.split(',') ?? DEFAULT_METRICS)
  if ('columns' in found) return { ok: true, value: found.columns }
  const why = 'there is no such metric of domains, nor such a text.'
  return badParameter('columns', found.unknown, why, domainColumnIds())
}

function domainMetricIds(): string[] {
  return metricsOf('domain').map((metric) => metric.id)
}

const order = createOrder()

/** The rows that the query matches, in its order, before the limit. */
export function selectRows({ host, filter, sort }: DomainQuery, fleet: FleetReader): Uint32Array {
  const { domains, hosts } = fleet
  const rows = new Uint32Array(domains.rowLimit)
  let count = matchRows(filter, domains, hosts, rows)
  if (host !== null) count = keepHost(rows, count, domains, host)
  const keys = sort.flatMap((key) => (key.column === 'age' ? [ageKey(key, fleet)] : orderKeys([key], domains, hosts)))
  order.sort(rows, count, keys)
  return rows.subarray(0, count)
}

/** Orders by what `ageMs` says, which stands in no table. */
function ageKey({ descending }: SortKey, fleet: FleetReader): OrderKey {
  const gather: OrderKey['gather'] = (rows, count, out) => {
    for (let i = 0; i < count; i++) out[i] = fleet.age(rows[i]!).ageMs ?? Number.NaN
  }
  return { descending, gather }
}

function keepHost(rows: Uint32Array, count: number, domains: CodeTable, host: number): number {
  let kept = 0
  for (let i = 0; i < count; i++) {
    if (hostRowOf(domains, rows[i]!) === host) rows[kept++] = rows[i]!
  }
  return kept
}

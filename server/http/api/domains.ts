import { keepCounted } from '../../../lib/query/counted-rows.ts'
import type { FleetReader } from '../../fleet/fleet-reader.ts'
import { type Route, type RouteAnswer, refused } from '../route.ts'
import { type Cell, csvLine } from './csv.ts'
import { type DomainColumn, IDENTITY_COLUMNS, LAST_COLUMNS, partialCells } from './domain-columns.ts'
import { DOMAIN_PARAMETERS, type DomainQuery, readDomainQuery, selectRows } from './domain-query.ts'

/** Rows written at a time: about a millisecond of work, then other things get their turn. */
const ROWS_PER_PIECE = 100
const BYTE_ORDER_MARK = '\ufeff'

/** `/api/v1/domains`: the filtered, sorted rows with full precision and texts as they are, as JSON or CSV. */
export const domainsRoute: Route = {
  pattern: ['api', 'v1', 'domains'],
  parameters: DOMAIN_PARAMETERS,
  answer: ({ fleet, clock }, parameters) => {
    const query = readDomainQuery(parameters, fleet)
    if (!query.ok) return refused(query.problem)
    const asOf = new Date(clock.wall()).toISOString()
    return query.value.format === 'csv' ? csvAnswer(fleet, query.value) : jsonAnswer(fleet, query.value, asOf)
  },
}

function jsonAnswer(fleet: FleetReader, query: DomainQuery, asOf: string): RouteAnswer {
  const rows = selectRows(query, fleet)
  const head = {
    simulated: fleet.simulated,
    asOf,
    total: rows.length,
    seenTwice: rows.length - keepCounted(fleet.domains, rows.slice(), rows.length),
    columns: query.columns.map(({ id, label, unit }) => ({ id, label, unit })),
  }
  function* pieces(): Iterable<string> {
    yield `${JSON.stringify(head).slice(0, -1)},"rows":[`
    let first = true
    for (const chunk of chunksOf(fleet, rows, query.limit)) {
      const texts = chunk.map((row) => JSON.stringify(rowJson(fleet, row, query.columns)))
      if (texts.length === 0) continue
      yield (first ? '' : ',') + texts.join(',')
      first = false
    }
    yield ']}\n'
  }
  return { kind: 'stream', type: 'application/json; charset=utf-8', headers: {}, pieces: pieces() }
}

function rowJson(fleet: FleetReader, row: number, columns: readonly DomainColumn[]): Record<string, Cell> {
  const identity = fleet.identity(row)
  const json: Record<string, Cell> = {}
  for (const id of IDENTITY_COLUMNS) json[id] = identity[id]
  for (const { id, read } of columns) json[id] = read(fleet, identity)
  return Object.assign(json, { overdueMs: identity.overdueMs }, partialCells(fleet, row))
}

function csvAnswer(fleet: FleetReader, query: DomainQuery): RouteAnswer {
  const rows = selectRows(query, fleet)
  function* pieces(): Iterable<string> {
    // Without it Excel takes UTF-8 for the code page of the machine.
    const mark = query.bom ? BYTE_ORDER_MARK : ''
    yield mark + csvLine([...IDENTITY_COLUMNS, ...query.columns.map(({ id }) => id), ...LAST_COLUMNS])
    for (const chunk of chunksOf(fleet, rows, query.limit)) {
      yield chunk.map((row) => csvLine(Object.values(rowJson(fleet, row, query.columns)))).join('')
    }
  }
  const headers = {
    'Content-Disposition': 'attachment; filename="domscope-domains.csv"',
    'Domscope-Simulated': String(fleet.simulated),
  }
  return { kind: 'stream', type: 'text/csv; charset=utf-8', headers, pieces: pieces() }
}

/**
 * The rows in portions, without those that died since the query was answered: a commit may fall between two portions,
 * and a slot that was used again holds another domain.
 */
function* chunksOf(fleet: FleetReader, rows: Uint32Array, limit: number): Iterable<number[]> {
  const { domains } = fleet
  const wanted = rows.subarray(0, limit)
  const generations = wanted.map((row) => domains.generation[row]!)
  for (let start = 0; start < wanted.length; start += ROWS_PER_PIECE) {
    const chunk: number[] = []
    for (let i = start; i < Math.min(start + ROWS_PER_PIECE, wanted.length); i++) {
      const row = wanted[i]!
      if (domains.isAlive(row) && domains.generation[row] === generations[i] && fleet.exists(row)) chunk.push(row)
    }
    yield chunk
  }
}

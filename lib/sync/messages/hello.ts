import type { CodeTable } from '../../columns/code-table.ts'
import { findMetric } from '../../metrics/catalogue.ts'
import type { Encoding } from '../../metrics/types.ts'
import { EPOCH_BYTES, SNAPSHOT_REASON_NAMES } from '../wire/protocol.ts'
import { malformedFrame } from '../wire/sync-error.ts'

/** A column as HELLO and SCHEMA describe it. */
export interface ColumnSchema {
  readonly number: number
  readonly id: string
  readonly label: string
  readonly unit: string
  readonly encoding: Encoding
}

export interface TableSchema {
  readonly columns: readonly ColumnSchema[]
  readonly texts: readonly { readonly number: number; readonly id: string }[]
}

/** What the server says first. */
export interface Hello {
  readonly protocol: number
  readonly build: string
  /** 32 hex digits. */
  readonly epoch: string
  readonly offset: number
  readonly simulated: boolean
  /** Part of the fleet that this client may see. */
  readonly scope: string
  /** A frame comes at least this often. */
  readonly heartbeatMs: number
  readonly limits: Readonly<Record<string, number>>
  /** What follows: a delta from where the client was, or a snapshot and why. */
  readonly answer: 'delta' | (typeof SNAPSHOT_REASON_NAMES)[number]
  readonly domains: TableSchema
  readonly hosts: TableSchema
}

const ENCODINGS: readonly string[] = ['ufloat16', 'sfloat16', 'u16', 'u32', 'dict16'] satisfies Encoding[]

/** Describes the columns and texts of a table, from the given numbers on. */
export function describeTable(table: CodeTable, fromColumn = 0, fromText = 0): TableSchema {
  const columns = table.columns.slice(fromColumn).map(({ number, id, encoding }) => {
    const metric = findMetric(id)
    return { number, id, label: metric?.label ?? id, unit: metric?.unit ?? 'word', encoding }
  })
  return { columns, texts: table.texts.slice(fromText).map(({ number, id }) => ({ number, id })) }
}

export function epochHex(epoch: Uint8Array): string {
  return Array.from(epoch, (byte) => byte.toString(16).padStart(2, '0')).join('')
}

export function epochBytes(hex: string): Uint8Array {
  return Uint8Array.from({ length: EPOCH_BYTES }, (_, i) => Number.parseInt(hex.slice(i * 2, i * 2 + 2), 16))
}

type Json = Record<string, unknown>

/**
 * Reads HELLO's JSON.
 *
 * @throws {@link DomscopeError} `SYNC_MALFORMED_FRAME` naming the first field that is missing or wrong.
 */
export function parseHello(text: string): Hello {
  const json = parseObject(text)
  const answer = json.answer
  const known: readonly unknown[] = ['delta', ...SNAPSHOT_REASON_NAMES]
  if (!known.includes(answer)) throw malformedFrame('HELLO has an unknown answer')
  const epoch = field(json, 'epoch', 'string')
  if (!/^[0-9a-f]{32}$/.test(epoch)) throw malformedFrame('HELLO has no epoch')
  return {
    protocol: field(json, 'protocol', 'number'),
    build: field(json, 'build', 'string'),
    epoch,
    offset: field(json, 'offset', 'number'),
    simulated: field(json, 'simulated', 'boolean'),
    scope: field(json, 'scope', 'string'),
    heartbeatMs: field(json, 'heartbeatMs', 'number'),
    limits: parseLimits(json.limits),
    answer: answer as Hello['answer'],
    domains: parseTableSchema(json.domains),
    hosts: parseTableSchema(json.hosts),
  }
}

/** Parses a JSON object of a frame. */
export function parseObject(text: string): Json {
  let json: unknown
  try {
    json = JSON.parse(text)
  } catch {
    throw malformedFrame('its JSON does not parse')
  }
  if (!isObject(json)) throw malformedFrame('its JSON is no object')
  return json
}

/** Reads one table of HELLO or SCHEMA. */
export function parseTableSchema(json: unknown): TableSchema {
  if (!isObject(json) || !Array.isArray(json.columns) || !Array.isArray(json.texts)) {
    throw malformedFrame('a schema has no columns')
  }
  return { columns: json.columns.map(parseColumn), texts: json.texts.map(parseTextColumn) }
}

function parseColumn(json: unknown): ColumnSchema {
  if (!isObject(json)) throw malformedFrame('a column is no object')
  const encoding = field(json, 'encoding', 'string')
  if (!ENCODINGS.includes(encoding)) throw malformedFrame('a column has an unknown encoding')
  return {
    ...parseTextColumn(json),
    label: field(json, 'label', 'string'),
    unit: field(json, 'unit', 'string'),
    encoding: encoding as Encoding,
  }
}

function parseTextColumn(json: unknown): { number: number; id: string } {
  if (!isObject(json)) throw malformedFrame('a column is no object')
  const number = field(json, 'number', 'number')
  if (!Number.isInteger(number) || number < 0 || number > 0xffff) throw malformedFrame('a column has no number')
  return { number, id: field(json, 'id', 'string') }
}

function parseLimits(json: unknown): Record<string, number> {
  if (!isObject(json)) throw malformedFrame('HELLO has no limits')
  const limits: Record<string, number> = {}
  for (const [name, value] of Object.entries(json)) if (typeof value === 'number') limits[name] = value
  return limits
}

function isObject(json: unknown): json is Json {
  return typeof json === 'object' && json !== null && !Array.isArray(json)
}

interface FieldTypes {
  string: string
  number: number
  boolean: boolean
}

function field<T extends keyof FieldTypes>(json: Json, name: string, type: T): FieldTypes[T] {
  const value = json[name]
  // The test above the cast is exactly what the type says.
  if (typeof value === type) return value as FieldTypes[T]
  throw malformedFrame(`its JSON has no ${type} "${name}"`, { field: name })
}

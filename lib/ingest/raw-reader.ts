import { NO_SHAPE } from './lane-rows.ts'
import { ParamType } from './param-type.ts'
import { textAt } from './record-scan.ts'
import type { Shape } from './shape.ts'
import type { StatsIngest } from './stats-ingest.ts'
import { paddedWords, swap32 } from './swap.ts'

/** Names of the typed parameter types, by their number on the wire. */
export const TYPE_NAMES = ['', 'int', 'uint', 'llong', 'ullong', 'double', 'boolean', 'string'] as const
export type TypeName = Exclude<(typeof TYPE_NAMES)[number], ''>

/** A typed parameter as it was last read. */
export interface RawValue {
  readonly name: string
  readonly type: TypeName
  /** Exact, as text. */
  readonly value: string
  /** Stat group (lib/metrics), -1 for a group that is not polled. */
  readonly group: number
}

const float = new Float64Array(1)
const floatWords = new Uint32Array(float.buffer)

/** Every typed parameter of a row, in the order in which the daemon sends them; a name that two lanes hold comes once. */
export function readRaw(ingest: StatsIngest, row: number): RawValue[] {
  const found = new Map<string, RawValue>()
  for (let lane = 0; lane < ingest.lanes.length; lane++) {
    const shape = shapeOf(ingest, lane, row)
    if (shape === null) continue
    for (let field = 0; field < shape.names.length; field++) {
      if (!found.has(shape.names[field]!)) found.set(shape.names[field]!, rawValue(ingest, lane, row, shape, field))
    }
  }
  return [...found.values()]
}

/** One typed parameter by name, in O(1); null when the row's last records did not hold it. */
export function readStat(ingest: StatsIngest, row: number, name: string): RawValue | null {
  for (let lane = 0; lane < ingest.lanes.length; lane++) {
    const shape = shapeOf(ingest, lane, row)
    const field = shape === null ? -1 : shape.fieldOf(name)
    if (shape !== null && field >= 0) return rawValue(ingest, lane, row, shape, field)
  }
  return null
}

/** What a row's last record of each lane names that its XML has too, as a text; empty when it names nothing. */
export function readIdentity(ingest: StatsIngest, row: number): string[] {
  return ingest.lanes.map((_, lane) => {
    const shape = shapeOf(ingest, lane, row)
    if (shape === null) return ''
    const named = Array.from(shape.identityFields, (field) => rawValue(ingest, lane, row, shape, field))
    return named.map(({ name, value }) => `${name}=${value}`).join('\n')
  })
}

/** What {@link readRawWords} found; integers of 32 bits count as signed or unsigned of 64. */
export type RawKind = 'none' | 'signed' | 'unsigned' | 'double'

/** One number by name in O(1), without making text of it: writes its high and low word into `into`. */
export function readRawWords(ingest: StatsIngest, row: number, name: string, into: Uint32Array): RawKind {
  for (let lane = 0; lane < ingest.lanes.length; lane++) {
    const shape = shapeOf(ingest, lane, row)
    const field = shape === null ? -1 : shape.fieldOf(name)
    if (shape === null || field < 0) continue
    const slab = shape.slabAt[field]!
    if (slab < 0) return 'none'
    const rows = ingest.lanes[lane]!
    const { words } = rows.pool
    const at = rows.slabAt(row, shape) + slab
    const first = swap32(words[at]!)
    const wide = shape.valueWords[field] === 2
    const type = shape.types[field]!
    const signed = type === ParamType.Int || type === ParamType.Llong
    into[0] = wide ? first : signed && (first | 0) < 0 ? 0xffffffff : 0
    into[1] = wide ? swap32(words[at + 1]!) : first
    return type === ParamType.Double ? 'double' : signed ? 'signed' : 'unsigned'
  }
  return 'none'
}

function shapeOf(ingest: StatsIngest, lane: number, row: number): Shape | null {
  const id = ingest.lanes[lane]!.shapeOf[row] ?? NO_SHAPE
  return id === NO_SHAPE ? null : ingest.shapes.get(id)
}

function rawValue(ingest: StatsIngest, lane: number, row: number, shape: Shape, field: number): RawValue {
  const rows = ingest.lanes[lane]!
  const words = rows.pool.words
  const type = shape.types[field]!
  const slab = shape.slabAt[field]!
  const value =
    slab < 0
      ? textAt(words, stringAt(words, rows.blobAt[row]!, shape, field))
      : exactText(type, words, rows.slabAt(row, shape) + slab)
  const typeName = TYPE_NAMES[type]
  if (typeName === undefined || typeName === '') throw new RangeError(`typed parameter type ${type}`)
  return { name: shape.names[field]!, type: typeName, value, group: shape.groups[field]! }
}

/** Strings follow one another in the blob; a record has few of them. */
function stringAt(words: Uint32Array, from: number, shape: Shape, field: number): number {
  let at = from
  for (let before = 0; before < field; before++) {
    if (shape.valueWords[before] === 0) at += 1 + paddedWords(swap32(words[at]!))
  }
  return at
}

function exactText(type: number, words: Uint32Array, at: number): string {
  const first = swap32(words[at]!)
  switch (type) {
    case ParamType.Uint:
    case ParamType.Boolean:
      return String(first)
    case ParamType.Llong:
      return String((BigInt(first | 0) << 32n) | BigInt(swap32(words[at + 1]!)))
    case ParamType.Ullong:
      return String((BigInt(first) << 32n) | BigInt(swap32(words[at + 1]!)))
    case ParamType.Double:
      floatWords[1] = first
      floatWords[0] = swap32(words[at + 1]!)
      return String(float[0])
    default:
      return String(first | 0)
  }
}

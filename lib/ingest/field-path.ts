import { STAT_GROUP_NAMES, type StatGroup } from '../metrics/types.ts'
import { WIRE_FIELDS, type WireField } from '../metrics/wire-fields.ts'

/** Where a typed parameter's name leads. */
export interface FieldPath {
  /** The name with its first ordinal as `*`: `vcpu.*.time`. */
  readonly path: string
  /** First ordinal in the name, -1 when it has none. */
  readonly ordinal: number
  /** Stat group by the first word of the name; null for groups that are not polled. */
  readonly group: StatGroup | null
  /** The catalogue's field, null when the catalogue does not know it. */
  readonly field: WireField | null
}

const FIELD_BY_PATH = new Map<string, WireField>(WIRE_FIELDS.map((field) => [field.path, field]))
const GROUP_BY_PREFIX = new Map<string, StatGroup>(
  STAT_GROUP_NAMES.map((name, group) => [name, group as StatGroup] as const),
)
const ORDINAL = /^([a-z]+)\.(0|[1-9]\d{0,8})(?=\.)/

/** Takes the name of a typed parameter apart. Names nobody has heard of are fine: they just have no field. */
export function parseFieldPath(name: string): FieldPath {
  const match = ORDINAL.exec(name)
  const path = match === null ? name : `${match[1]}.*${name.slice(match[0].length)}`
  const dot = name.indexOf('.')
  const prefix = dot < 0 ? name : name.slice(0, dot)
  return {
    path,
    ordinal: match === null ? -1 : Number(match[2]),
    group: GROUP_BY_PREFIX.get(prefix) ?? null,
    field: FIELD_BY_PATH.get(path) ?? null,
  }
}

import type { ChildTable } from '../columns/child-table.ts'
import type { CounterColumn } from '../columns/counter-column.ts'
import type { DomainTable } from '../columns/domain-table.ts'
import type { GaugeColumn } from '../columns/gauge-column.ts'
import { isDocumentedField } from '../metrics/known-fields.ts'
import { StatGroup } from '../metrics/types.ts'
import { parseFieldPath } from './field-path.ts'
import { identityFieldsOf } from './identity-fields.ts'
import { ParamType, wordsOfType } from './param-type.ts'
import type { RecordScan } from './record-scan.ts'
import { layOut, type ShapeLayout } from './shape-layout.ts'

/** A vCPU, disk or NIC that a shape speaks of. */
export interface ShapeChild {
  readonly entity: 'vcpu' | 'disk' | 'nic'
  readonly ordinal: number
  /** Field that holds the name which is the child's identity; -1 for vCPUs, and where a daemon leaves it out. */
  nameField: number
  /** Whether the child has counters, or only identity. */
  hasCounters: boolean
}

const CHILD_ENTITY = new Map<StatGroup, 'vcpu' | 'disk' | 'nic'>([
  [StatGroup.Vcpu, 'vcpu'],
  [StatGroup.Block, 'disk'],
  [StatGroup.Interface, 'nic'],
])

/**
 * The sequence of names and types of a record, interned: thousands of rows share one.
 *
 * @remarks Comparing a record with a shape is a comparison of 32-bit words, because the wire aligns everything to four
 * bytes. Values sit where the shape says, so nothing is parsed. Strings vary in length, so they are walked.
 *
 * A row of this shape owns a *blob* in the word pool: its strings as they came, the slots of its children, and its
 * slab: the words of all fixed-size values as they came.
 */
export class Shape {
  readonly names: readonly string[]
  readonly types: Uint8Array
  /** Words of value by field: 1 or 2, 0 for a string. */
  readonly valueWords: Uint8Array
  readonly groups: Int8Array
  /** Constant words (length, name, type) of all fields, one after another. */
  readonly template: Uint32Array
  readonly constWords: Uint16Array
  readonly layout: ShapeLayout
  readonly slabWords: number
  /** Place of a field's value in the slab; -1 for a string. */
  readonly slabAt: Int32Array
  readonly children: readonly ShapeChild[]
  /** Stat groups that the fields belong to, as a mask. */
  readonly groupMask: number
  /** Field paths that neither the catalogue nor libvirt's documentation knows. */
  readonly unknownPaths: readonly string[]

  readonly counterFields: Int32Array
  readonly counterColumns: readonly CounterColumn[]
  /** Index into `children`, -1 for a column of the domain row. */
  readonly counterChild: Int32Array
  readonly gaugeFields: Int32Array
  readonly gaugeColumns: readonly GaugeColumn[]
  readonly gaugeChild: Int32Array

  /** Fields whose value says how many children a complete record has; -1 when the shape lacks them. */
  readonly vcpuCurrentField: number
  readonly blockCountField: number
  readonly vcpuEntries: number
  readonly diskEntries: number
  /** Fields that the domain's XML has too, and those of them that are no texts. */
  readonly identityFields: Int32Array
  readonly identityNumbers: Int32Array
  private fieldIndex: Map<string, number> | null = null

  constructor(scan: RecordScan, table: DomainTable) {
    const count = scan.count
    this.names = Array.from({ length: count }, (_, field) => scan.name(field))
    this.types = scan.types.slice(0, count)
    this.valueWords = Uint8Array.from(this.types, wordsOfType)
    this.template = scan.constants()
    this.constWords = Uint16Array.from({ length: count }, (_, field) => scan.constWords(field))
    const slab = layOutSlab(this.valueWords)
    this.slabAt = slab.at
    this.slabWords = slab.words
    this.layout = layOut(this.template, this.constWords, this.valueWords)
    const bound = bindFields(this.names, this.types, table)
    this.groups = bound.groups
    this.children = bound.children
    this.groupMask = bound.groupMask
    this.unknownPaths = [...bound.unknown]
    this.counterFields = Int32Array.from(bound.counters, (target) => target.field)
    this.counterColumns = bound.counters.map((target) => target.column)
    this.counterChild = Int32Array.from(bound.counters, (target) => target.child)
    this.gaugeFields = Int32Array.from(bound.gauges, (target) => target.field)
    this.gaugeColumns = bound.gauges.map((target) => target.column)
    this.gaugeChild = Int32Array.from(bound.gauges, (target) => target.child)
    this.identityFields = identityFieldsOf(this.names)
    this.identityNumbers = this.identityFields.filter((field) => this.slabAt[field]! >= 0)
    this.vcpuCurrentField = this.names.indexOf('vcpu.current')
    this.blockCountField = this.names.indexOf('block.count')
    this.vcpuEntries = bound.children.filter((child) => child.entity === 'vcpu').length
    this.diskEntries = bound.children.filter((child) => child.entity === 'disk').length
  }

  /** Field of a name, -1 when the shape has none; O(1). */
  fieldOf(name: string): number {
    if (this.fieldIndex === null) this.fieldIndex = new Map(this.names.map((field, index) => [field, index] as const))
    return this.fieldIndex.get(name) ?? -1
  }
}

function layOutSlab(valueWords: Uint8Array): { at: Int32Array; words: number } {
  const at = new Int32Array(valueWords.length)
  let words = 0
  for (let field = 0; field < valueWords.length; field++) {
    at[field] = valueWords[field] === 0 ? -1 : words
    words += valueWords[field]!
  }
  return { at, words }
}

interface Target<C> {
  readonly field: number
  readonly column: C
  readonly child: number
}

interface Bound {
  readonly groups: Int8Array
  readonly children: ShapeChild[]
  readonly counters: Target<CounterColumn>[]
  readonly gauges: Target<GaugeColumn>[]
  groupMask: number
  readonly unknown: Set<string>
}

/** Finds the column of every field that the catalogue knows, and the children that the names speak of. */
function bindFields(names: readonly string[], types: Uint8Array, table: DomainTable): Bound {
  const bound: Bound = {
    groups: new Int8Array(names.length).fill(-1),
    children: [],
    counters: [],
    gauges: [],
    groupMask: 0,
    unknown: new Set(),
  }
  const childIndex = new Map<string, number>()
  for (let field = 0; field < names.length; field++)
    bindField(field, names[field]!, types[field]!, table, childIndex, bound)
  return bound
}

function bindField(
  field: number,
  name: string,
  type: number,
  table: DomainTable,
  childIndex: Map<string, number>,
  bound: Bound,
): void {
  const parsed = parseFieldPath(name)
  if (parsed.group === null) {
    bound.unknown.add(parsed.path)
    return
  }
  bound.groups[field] = parsed.group
  bound.groupMask |= 1 << parsed.group
  const child = childOf(parsed.group, parsed.ordinal, childIndex, bound.children)
  if (child >= 0 && (parsed.path === 'net.*.name' || parsed.path === 'block.*.name') && type === ParamType.String) {
    bound.children[child]!.nameField = field
  }
  const wire = parsed.field
  if (wire === null && !isDocumentedField(parsed.path)) bound.unknown.add(parsed.path)
  if (wire === null || (wire.entity !== 'domain') !== child >= 0) return
  const columns = wire.entity === 'domain' ? table.wire : childTable(table, wire.entity).wire
  // The catalogue built both records from the same list, so the path is a key of one of them.
  if (wire.shape === 'counter') {
    if (type !== ParamType.Ullong && type !== ParamType.Llong) return
    bound.counters.push({ field, child, column: (columns.counters as Record<string, CounterColumn>)[wire.path]! })
    if (child >= 0) bound.children[child]!.hasCounters = true
  } else if (type !== ParamType.String && type !== ParamType.Double) {
    bound.gauges.push({ field, child, column: (columns.gauges as Record<string, GaugeColumn>)[wire.path]! })
  }
}

function childOf(group: StatGroup, ordinal: number, index: Map<string, number>, children: ShapeChild[]): number {
  const entity = CHILD_ENTITY.get(group)
  if (entity === undefined || ordinal < 0) return -1
  const key = `${entity} ${ordinal}`
  const known = index.get(key)
  if (known !== undefined) return known
  children.push({ entity, ordinal, nameField: -1, hasCounters: false })
  index.set(key, children.length - 1)
  return children.length - 1
}

/** The table of one kind of children. */
export function childTable(table: DomainTable, entity: 'vcpu' | 'disk' | 'nic'): ChildTable<'vcpu' | 'disk' | 'nic'> {
  // The three tables differ only in which fields they hold; callers here go by path.
  const tables = { vcpu: table.vcpus, disk: table.disks, nic: table.nics }
  return tables[entity] as unknown as ChildTable<'vcpu' | 'disk' | 'nic'>
}

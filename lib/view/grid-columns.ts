import { findMetric, metricsOf } from '../metrics/catalogue.ts'
import { DEFAULT_METRICS } from '../metrics/default-metrics.ts'
import type { Metric } from '../metrics/types.ts'
import { COUNTED_ON } from '../query/counted-rows.ts'
import { SEARCHED_WORDS } from '../query/filter.ts'

/** How a column draws its cells. */
export type CellKind = 'state' | 'name' | 'word' | 'host' | 'number' | 'cpu' | 'memory' | 'age'

export interface GridColumn {
  readonly id: string
  readonly label: string
  /** Unit of every cell, for the header; null when the cells carry their own. */
  readonly unit: string | null
  readonly description: string
  readonly kind: CellKind
  readonly metric: Metric | null
  /** Bits of the stat groups that the cells come from. */
  readonly groups: number
  readonly defaultWidth: number
  /** What a click on its head sorts by; the column itself where absent. */
  readonly sortKey?: string
}

export const MIN_COLUMN_WIDTH = 48
export const MAX_COLUMN_WIDTH = 800

/** Column of words, never shown by itself: where the CPU use comes from, for rows where it is not the vCPUs. */
export const CPU_SOURCE = 'cpuSource'
const FIXED_UNITS: Readonly<Record<string, string>> = { '%': '%', cores: 'cores', ratio: '×', requests: 'req' }
const NUMBER_WIDTH = 98
/** Units of one or two letters, as `/s` and `ms`, need less. */
const NARROW_WIDTH = 88
const NARROW_UNITS: readonly string[] = ['1/s', 'ns', 's', '%', 'cores', 'ratio']

function groupsOf(metric: Metric): number {
  if (metric.source.kind === 'wire') return 1 << metric.source.group
  if (metric.source.kind === 'node') return 0
  return metric.source.groups.reduce<number>((bits, group) => bits | (1 << group), 0)
}

const OWN: readonly GridColumn[] = [
  {
    id: 'name',
    label: 'Name',
    unit: null,
    description: "Title of the domain or its name at the cloud, where it has one; then libvirt's name.",
    kind: 'name',
    metric: null,
    groups: 0,
    defaultWidth: 220,
    sortKey: 'title',
  },
  {
    id: 'project',
    label: 'Project',
    unit: null,
    description: 'Project that the domain belongs to, as its metadata say.',
    kind: 'word',
    metric: null,
    groups: 0,
    defaultWidth: 120,
  },
  {
    id: 'owner',
    label: 'Owner',
    unit: null,
    description: 'User that the domain belongs to, as its metadata say.',
    kind: 'word',
    metric: null,
    groups: 0,
    defaultWidth: 110,
  },
  {
    id: 'flavour',
    label: 'Flavour',
    unit: null,
    description: 'Size that the domain was ordered in, as its metadata say.',
    kind: 'word',
    metric: null,
    groups: 0,
    defaultWidth: 100,
  },
  {
    id: 'jobKind',
    label: 'Job',
    unit: null,
    description: 'What is done to the domain or one of its disks: migration, save, backup, copy, commit.',
    kind: 'word',
    metric: null,
    groups: 0,
    defaultWidth: 130,
  },
  {
    id: 'host',
    label: 'Host',
    unit: null,
    description: 'The connection that the domain was seen on.',
    kind: 'host',
    metric: null,
    groups: 0,
    defaultWidth: 120,
  },
  {
    id: 'age',
    label: 'Age',
    unit: null,
    description:
      'Time since the oldest sample that the row shows. Colour says that it is overdue: more than 3, or 10, of the intervals that its group keeps.',
    kind: 'age',
    metric: null,
    groups: 0b111111,
    defaultWidth: 64,
  },
]

const WIDTHS: Readonly<Record<string, number>> = {
  state: 126,
  cpuPercent: 184,
  memoryUsedPercent: 132,
  cpuBusiestVcpuPercent: 96,
  stealWorstPercent: 90,
  vcpuOnline: 74,
  vcpuMaximum: 78,
}

const SHORT_LABELS: Readonly<Record<string, string>> = {
  cpuBusiestVcpuPercent: 'Busiest',
  stealWorstPercent: 'Steal',
  diskBps: 'Disk rate',
  cpuCapPercent: 'CPU cap',
  diskCapPercent: 'I/O limit',
  memoryUsedPercent: 'Memory',
  netRxBps: 'Net in',
  netTxBps: 'Net out',
}

function kindOf(metric: Metric): CellKind {
  if (metric.id === 'state') return 'state'
  if (metric.id === 'cpuPercent') return 'cpu'
  return metric.id === 'memoryUsedPercent' ? 'memory' : 'number'
}

function columnOf(metric: Metric): GridColumn {
  return {
    id: metric.id,
    label: SHORT_LABELS[metric.id] ?? metric.label,
    unit: FIXED_UNITS[metric.unit] ?? null,
    description: `${metric.label}. ${metric.description}`,
    kind: kindOf(metric),
    metric,
    groups: groupsOf(metric),
    defaultWidth: WIDTHS[metric.id] ?? (NARROW_UNITS.includes(metric.unit) ? NARROW_WIDTH : NUMBER_WIDTH),
  }
}

/** Every column that the grid can show, in the order of the picker. */
export const GRID_COLUMNS: readonly GridColumn[] = [...OWN, ...metricsOf('domain').map(columnOf)]

const CPU_CAP = { column: 'cpuCapPercent', limit: 'CPU cap' } as const
const DISK_CAP = { column: 'diskCapPercent', limit: 'I/O limit' } as const
/** Columns whose values hold waiting for limits of the domain's own, and the column that tells whether it has some. */
export const OWN_CAPS: Readonly<Record<string, { readonly column: string; readonly limit: string }>> = {
  stealWorstPercent: CPU_CAP,
  stealMeanPercent: CPU_CAP,
  cpuDeniedPercent: CPU_CAP,
  diskLatencyNs: DISK_CAP,
  diskReadLatencyNs: DISK_CAP,
  diskWriteLatencyNs: DISK_CAP,
}

const byId = new Map(GRID_COLUMNS.map((column) => [column.id, column]))

/** What a new view shows. */
export const DEFAULT_COLUMNS: readonly string[] = ['state', 'name', 'project', 'host', ...DEFAULT_METRICS, 'age']

/** Finds a column by id or alias. */
export function findColumn(idOrAlias: string): GridColumn | null {
  return byId.get(idOrAlias) ?? byId.get(findMetric(idOrAlias)?.id ?? '') ?? null
}

/**
 * Columns that must be subscribed for a view: what it shows and sorts by, and what those cells need besides.
 *
 * @param more - Metric ids that other parts of the page need.
 */
export function subscribedColumns(
  shown: readonly string[],
  sorted: readonly string[],
  more: readonly string[],
): string[] {
  const wanted = new Set<string>(['state', 'reason', COUNTED_ON, ...SEARCHED_WORDS, ...more])
  for (const id of [...shown, ...sorted]) {
    const column = byId.get(id)
    if (column?.metric) wanted.add(column.metric.id)
    if (column?.kind === 'word') wanted.add(id)
    if (id === 'memoryUsedPercent') wanted.add('rssKiB')
    if (id === 'cpuPercent') wanted.add(CPU_SOURCE)
    const cap = OWN_CAPS[id]
    if (cap !== undefined) wanted.add(cap.column)
  }
  return [...wanted].sort()
}

/** What a metric describes. Child entities hang under one domain row. */
export type Entity = 'domain' | 'host' | 'vcpu' | 'disk' | 'nic'

/** libvirt's stat groups that are polled, in the order of their bits. */
export const StatGroup = { State: 0, Cpu: 1, Balloon: 2, Vcpu: 3, Interface: 4, Block: 5 } as const
export type StatGroup = (typeof StatGroup)[keyof typeof StatGroup]
export const STAT_GROUP_COUNT = 6
export const STAT_GROUP_NAMES = ['state', 'cpu', 'balloon', 'vcpu', 'net', 'block'] as const

/**
 * What a host is asked for in one go and has one age: each stat group of its active domains, and the roster, which alone
 * reads the state of inactive ones.
 */
export const ROSTER_READING = 6
export const READING_COUNT = 7

/** `domain.stats` mask bit of a group, as the bulk call takes it. */
export function groupBit(group: StatGroup): number {
  return 1 << group
}

/** How a grid cell travels: see docs/spec/sync.md. */
export type Encoding = 'ufloat16' | 'sfloat16' | 'u16' | 'u32' | 'dict16'

/** Units as the API prints them. */
export type Unit =
  | '%'
  | 'cores'
  | 'KiB'
  | 'KiB/s'
  | '1/s'
  | 'B/s'
  | 'ns'
  | 's'
  | 'B'
  | 'requests'
  | 'ratio'
  | 'count'
  | 'word'
  | 'ms'

/** How a wire field behaves. */
export type WireShape = 'counter' | 'gauge'

export type MetricSource =
  | { readonly kind: 'wire'; readonly group: StatGroup; readonly fieldPath: string; readonly shape: WireShape }
  | { readonly kind: 'derived'; readonly groups: readonly StatGroup[] }
  | { readonly kind: 'node' }

export interface Metric {
  readonly id: string
  readonly alias: string
  readonly entity: Entity
  readonly unit: Unit
  readonly label: string
  /** One or two sentences for the picker and the header's tooltip. */
  readonly description: string
  readonly encoding: Encoding
  readonly source: MetricSource
  /** Greater sorts first when a user sorts by this metric for the first time. */
  readonly higherIsWorse: boolean
}

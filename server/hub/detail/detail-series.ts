import { METRICS } from '../../../lib/metrics/catalogue.ts'
import { CHILD_METRICS, type ChildEntity } from '../../../lib/metrics/child-metrics.ts'
import type { Metric, StatGroup } from '../../../lib/metrics/types.ts'
import { StatGroup as Group } from '../../../lib/metrics/types.ts'
import { LANE_GROUPS, Lane } from '../../fleet/fleet-writer.ts'

/** Numbered metrics of a domain's own tracks, by lane. Words are facts and no series. */
function domainMetrics(lane: Lane): readonly Metric[] {
  const inLane = (groups: readonly StatGroup[]) => groups.every((group) => (LANE_GROUPS[lane] & (1 << group)) !== 0)
  return METRICS.filter(
    ({ entity, unit, source }) =>
      entity === 'domain' && unit !== 'word' && source.kind === 'derived' && inLane(source.groups),
  )
}

/** What the tracks of one kind are made of. `set` is their place in the list of sets of a TRACKS section. */
export interface TrackKind {
  readonly set: number
  readonly entity: 'domain' | ChildEntity
  readonly lane: Lane
  /** Groups whose newest sample is that of the track. */
  readonly groups: readonly StatGroup[]
  readonly metrics: readonly Metric[]
}

const { State, Cpu, Balloon, Vcpu, Interface, Block } = Group

/** All kinds of tracks, by `set`. */
export const TRACK_KINDS: readonly TrackKind[] = [
  { set: 0, entity: 'domain', lane: Lane.Fast, groups: [State, Interface], metrics: domainMetrics(Lane.Fast) },
  {
    set: 1,
    entity: 'domain',
    lane: Lane.Monitor,
    groups: [Cpu, Balloon, Vcpu, Block],
    metrics: domainMetrics(Lane.Monitor),
  },
  { set: 2, entity: 'vcpu', lane: Lane.Monitor, groups: [Vcpu], metrics: CHILD_METRICS.vcpu },
  { set: 3, entity: 'disk', lane: Lane.Monitor, groups: [Block], metrics: CHILD_METRICS.disk },
  { set: 4, entity: 'nic', lane: Lane.Fast, groups: [Interface], metrics: CHILD_METRICS.nic },
]

export const VCPU_SET = 2

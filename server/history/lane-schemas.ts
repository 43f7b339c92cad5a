import { createKind, type LaneSchema } from '../../lib/history/page/layout.ts'
import { METRICS } from '../../lib/metrics/catalogue.ts'
import { CHILD_METRICS } from '../../lib/metrics/child-metrics.ts'
import type { Metric } from '../../lib/metrics/types.ts'
import { LANE_GROUPS, Lane } from '../fleet/fleet-writer.ts'

/** Metrics of a domain that come with a lane. One that needs groups of both comes with the slower. */
function domainMetrics(lane: Lane): Metric[] {
  return METRICS.filter(({ entity, source }) => {
    if (entity !== 'domain' || source.kind !== 'derived') return false
    const slow = source.groups.some((group) => (LANE_GROUPS[Lane.Monitor] & (1 << group)) !== 0)
    return slow === (lane === Lane.Monitor)
  })
}

/** By lane: what history keeps. The roster brings states only, which are events. */
export const LANE_SCHEMAS: readonly (LaneSchema | null)[] = [
  {
    domain: createKind('domain', domainMetrics(Lane.Fast)),
    vcpu: null,
    disk: null,
    nic: createKind('nic', CHILD_METRICS.nic),
  },
  {
    domain: createKind('domain', domainMetrics(Lane.Monitor)),
    vcpu: createKind('vcpu', CHILD_METRICS.vcpu),
    disk: createKind('disk', CHILD_METRICS.disk),
    nic: null,
  },
  null,
]

import { METRICS } from '../../metrics/catalogue.ts'
import { CHILD_METRICS } from '../../metrics/child-metrics.ts'
import { createKind, createLayout, type LaneSchema, type LayoutMember, type TrackEntity } from '../page/layout.ts'

const SOME_IDS = ['cpuPercent', 'overheadCores', 'vcpuOnline', 'memoryUsedPercent', 'diskIops']

/** A domain's metrics of each encoding, vCPUs and disks: what tests record. */
export const SCHEMA: LaneSchema = {
  domain: createKind(
    'domain',
    METRICS.filter(({ id }) => SOME_IDS.includes(id)),
  ),
  vcpu: createKind('vcpu', CHILD_METRICS.vcpu),
  disk: createKind('disk', CHILD_METRICS.disk),
  nic: null,
}

/** The layout of a domain with these vCPUs and disks. */
export function layoutOf(vcpus: readonly number[], disks: readonly string[]) {
  const named =
    (entity: TrackEntity) =>
    (identity: string | number): LayoutMember => ({
      entity,
      identity: String(identity),
    })
  return createLayout(SCHEMA, [
    { entity: 'domain', identity: '' },
    ...vcpus.map(named('vcpu')),
    ...disks.map(named('disk')),
  ])
}

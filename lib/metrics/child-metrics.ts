import type { Encoding, Metric, Unit } from './types.ts'
import { StatGroup } from './types.ts'

const { Vcpu, Interface, Block } = StatGroup

/** Entities that hang under a domain row. */
export type ChildEntity = 'vcpu' | 'disk' | 'nic'

function child<const E extends ChildEntity, const Id extends string>(
  entity: E,
  id: Id,
  unit: Unit,
  label: string,
  description: string,
  options: { encoding?: Encoding; higherIsWorse?: boolean } = {},
): Metric & { readonly id: Id; readonly entity: E } {
  const { encoding = 'ufloat16', higherIsWorse = true } = options
  const group = entity === 'vcpu' ? Vcpu : entity === 'disk' ? Block : Interface
  return {
    ...{ id, alias: id, entity, unit, label, description, encoding },
    source: { kind: 'derived', groups: [group] },
    higherIsWorse,
  }
}

/**
 * What is computed of every single vCPU, disk and NIC, in the order of their series in history and detail frames.
 *
 * @remarks Disks and NICs carry the ids of the domain's sums; the entity tells them apart. Counters that the hypervisor
 * reports of a vCPU beyond these become series named `raw:<field path>` while somebody looks at the domain.
 */
export const VCPU_METRICS = [
  child('vcpu', 'vcpuPercent', '%', 'Use', 'Host time of the vCPU thread. Halt polling is included.'),
  child(
    'vcpu',
    'vcpuStealPercent',
    '%',
    'Steal',
    'Time that the vCPU was ready to run and the host had no CPU for it. Includes throttling by its own CPU quota.',
  ),
] as const satisfies readonly Metric[]

export const DISK_METRICS = [
  child('disk', 'diskReadIops', '1/s', 'Reads', 'Reads finished per second.'),
  child('disk', 'diskWriteIops', '1/s', 'Writes', 'Writes finished per second.'),
  child('disk', 'diskFlushIops', '1/s', 'Flushes', 'Flushes finished per second.'),
  child('disk', 'diskReadBps', 'B/s', 'Read', 'Bytes read per second.'),
  child('disk', 'diskWriteBps', 'B/s', 'Written', 'Bytes written per second.'),
  child('disk', 'diskReadLatencyNs', 'ns', 'Read latency', 'Mean time of a read. Unknown when none finished.'),
  child('disk', 'diskWriteLatencyNs', 'ns', 'Write latency', 'Mean time of a write. Unknown when none finished.'),
  child('disk', 'diskFlushLatencyNs', 'ns', 'Flush latency', 'Mean time of a flush. Unknown when none finished.'),
  child('disk', 'diskQueueDepth', 'requests', 'Queue depth', 'Mean number of reads and writes under way.'),
  child('disk', 'diskRequestBytes', 'B', 'Request size', 'Mean size of a read or write. Unknown when idle.', {
    higherIsWorse: false,
  }),
] as const satisfies readonly Metric[]

export const NIC_METRICS = [
  child('nic', 'netRxBps', 'B/s', 'In', 'Bytes into the guest per second.'),
  child('nic', 'netTxBps', 'B/s', 'Out', 'Bytes out of the guest per second.'),
  child('nic', 'netRxPps', '1/s', 'Packets in', 'Packets into the guest per second.'),
  child('nic', 'netTxPps', '1/s', 'Packets out', 'Packets out of the guest per second.'),
  child('nic', 'netRxErrorsPerSecond', '1/s', 'Errors in', 'Receive errors per second.'),
  child('nic', 'netTxErrorsPerSecond', '1/s', 'Errors out', 'Transmit errors per second.'),
  child('nic', 'netRxDropsPerSecond', '1/s', 'Drops in', 'Packets dropped on the way into the guest, per second.'),
  child('nic', 'netTxDropsPerSecond', '1/s', 'Drops out', 'Packets dropped on the way out of the guest, per second.'),
] as const satisfies readonly Metric[]

export const CHILD_METRICS = { vcpu: VCPU_METRICS, disk: DISK_METRICS, nic: NIC_METRICS } as const

import { STAT_GROUP_COUNT } from '../metrics/types.ts'
import { ChildTable } from './child-table.ts'
import { GroupTimes } from './group-times.ts'
import { growInt32 } from './grow.ts'
import { WireColumns } from './wire-columns.ts'

/** What is known of a domain row beyond its statistics. Bits of `DomainTable.flags`. */
export const RowFlag = {
  /** A group's last record left out fields that it had before: those keep their value and their age. */
  PartialCpu: 1 << 1,
  PartialBalloon: 1 << 2,
  PartialVcpu: 1 << 3,
  PartialInterface: 1 << 4,
  PartialBlock: 1 << 5,
  /** The domain process changed since the rates were last computed: unknown rates are a reset. */
  Restarted: 1 << 8,
  /**
   * The emulator runs all vCPUs in one thread: the record is whole without any `vcpu.N.*`, and CPU use is that of the
   * process (RA19).
   */
  OneThread: 1 << 9,
} as const
export const PARTIAL_MASK = 0b111110

/**
 * The wire columns of all domains of all hosts, and their children.
 *
 * @remarks Row numbers are those of the row index and of the domain `CodeTable`. A row holds one domain process at a
 * time: when the domain's id changes, all counters, sample times and children of the row are cleared.
 */
export class DomainTable {
  readonly wire = new WireColumns('domain')
  readonly vcpus = new ChildTable('vcpu')
  readonly disks = new ChildTable('disk')
  readonly nics = new ChildTable('nic')
  readonly times: readonly GroupTimes[] = Array.from({ length: STAT_GROUP_COUNT }, () => new GroupTimes())
  hostRow = new Int32Array(0)
  /** libvirt's id of the running process, -1 when inactive. */
  domainId = new Int32Array(0)
  flags = new Int32Array(0)

  get capacity(): number {
    return this.hostRow.length
  }

  grow(rows: number): void {
    if (rows <= this.capacity) return
    const capacity = Math.max(rows, this.capacity * 2, 64)
    this.wire.grow(capacity)
    for (const children of [this.vcpus, this.disks, this.nics]) children.growParents(capacity)
    for (const times of this.times) times.grow(capacity)
    this.hostRow = growInt32(this.hostRow, capacity, -1)
    this.domainId = growInt32(this.domainId, capacity, -1)
    this.flags = growInt32(this.flags, capacity, 0)
  }

  /** Forgets everything that belongs to the domain process of a row. */
  clearProcess(row: number): void {
    this.wire.clear(row)
    for (const children of [this.vcpus, this.disks, this.nics]) children.removeAll(row)
    for (const times of this.times) times.clear(row)
    this.flags[row] = 0
  }
}

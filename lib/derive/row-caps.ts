import { growFloat64 } from '../columns/grow.ts'

/** What a limit of a disk counts, in the order of {@link DiskCap.limits}. */
export const CAP_KINDS = ['total_bytes', 'read_bytes', 'write_bytes', 'total_iops', 'read_iops', 'write_iops'] as const

/** Limits that some disks of a domain share; one disk in most cases. */
export interface DiskCap {
  /** Names as in statistics. */
  readonly disks: readonly string[]
  /** Per second, by place in {@link CAP_KINDS}; 0 is no limit. */
  readonly limits: readonly number[]
}

/** A domain's own limits, from its XML. */
export interface OwnLimits {
  /** CPUs that each vCPU, and the whole process, may use; 0 is no limit. */
  readonly vcpuCores: number
  readonly processCores: number
  readonly disks: readonly DiskCap[]
}

/** The limits of all rows. */
export class RowCaps {
  vcpuCores = new Float64Array(0)
  processCores = new Float64Array(0)
  /** Rows with limited disks only. */
  readonly disks = new Map<number, readonly DiskCap[]>()

  grow(rows: number): void {
    this.vcpuCores = growFloat64(this.vcpuCores, rows)
    this.processCores = growFloat64(this.processCores, rows)
  }

  set(row: number, limits: OwnLimits): void {
    this.vcpuCores[row] = limits.vcpuCores
    this.processCores[row] = limits.processCores
    if (limits.disks.length === 0) this.disks.delete(row)
    else this.disks.set(row, limits.disks)
  }

  clear(row: number): void {
    this.vcpuCores[row] = 0
    this.processCores[row] = 0
    this.disks.delete(row)
  }
}

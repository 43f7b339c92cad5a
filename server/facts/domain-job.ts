import { BLOCK_JOBS, jobOperation } from '../../lib/libvirt/event-words.ts'
import type { BlockJobInfo, JobStats } from '../../lib/libvirt/procedures/jobs.ts'
import { JobType } from '../../lib/libvirt/procedures/jobs.ts'
import { numberParam } from '../../lib/libvirt/typed-params.ts'

/** Something long that is done to a domain or to one of its disks. Null is what libvirt does not tell. */
export interface DomainJob {
  /** `outgoing migration`, `save`, `backup`, `copy`, `commit`, …; `job` for one that libvirt does not name. */
  readonly kind: string
  /** Target of the disk (`vda`); null for a job of the whole domain. */
  readonly disk: string | null
  readonly percent: number | null
  readonly elapsedMs: number | null
  readonly remainingMs: number | null
  readonly remainingBytes: number | null
  readonly bandwidthBps: number | null
  /** How fast the guest writes memory that has to be sent again. */
  readonly dirtyBps: number | null
  /** Rounds over the memory so far. */
  readonly iteration: number | null
}

/** libvirt's number of an operation. */
const INCOMING = 4

/** The job that GET_JOB_STATS tells of; null when there is none. */
export function readJob({ type, params }: JobStats): DomainJob | null {
  if (type !== JobType.Bounded && type !== JobType.Unbounded) return null
  const number = (field: string) => numberParam(params, field)
  const dirtyPages = number('memory_dirty_rate')
  const remainingBytes = number('data_remaining') ?? number('memory_remaining')
  const totalBytes = number('data_total') ?? number('memory_total')
  return {
    kind: jobOperation(number('operation')),
    disk: null,
    percent: percentOf(remainingBytes, totalBytes),
    elapsedMs: number('time_elapsed'),
    remainingMs: number('time_remaining'),
    remainingBytes,
    bandwidthBps: sumOf(number('memory_bps'), number('disk_bps')),
    dirtyBps: dirtyPages === null ? null : dirtyPages * (number('memory_page_size') ?? PAGE_BYTES),
    iteration: number('memory_iteration'),
  }
}

/** A migration that this host takes in: libvirt tells how far it is on the other host alone. */
export const INCOMING_MIGRATION: DomainJob = {
  ...{ kind: jobOperation(INCOMING), disk: null, percent: null, elapsedMs: null, remainingMs: null },
  ...{ remainingBytes: null, bandwidthBps: null, dirtyBps: null, iteration: null },
}

const PAGE_BYTES = 4096

/** The job of one disk; its figures have a unit of their own, so only their share counts. */
export function readBlockJob(disk: string, { type, current, end }: BlockJobInfo): DomainJob {
  const kind = BLOCK_JOBS[type] ?? 'job'
  const percent = percentOf(end - current, end)
  const unknown = { elapsedMs: null, remainingMs: null, remainingBytes: null, bandwidthBps: null }
  return { kind, disk, percent, ...unknown, dirtyBps: null, iteration: null }
}

/** What is done; null when nothing is known, and never beyond 0 … 100, as what is left can grow over the total. */
function percentOf(remaining: number | null, total: number | null): number | null {
  if (remaining === null || total === null || total <= 0) return null
  return Math.min(100, Math.max(0, 100 * (1 - remaining / total)))
}

function sumOf(a: number | null, b: number | null): number | null {
  return a === null && b === null ? null : (a ?? 0) + (b ?? 0)
}

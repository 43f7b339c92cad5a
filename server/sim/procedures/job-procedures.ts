import { Procedure } from '../../../lib/libvirt/constants.ts'
import { MAX_STRING_BYTES } from '../../../lib/libvirt/limits.ts'
import { JobType } from '../../../lib/libvirt/procedures/jobs.ts'
import { progressOf } from '../guest/jobs.ts'
import { writeParams } from '../guest/sim-event.ts'
import type { ProcedureServer } from './procedure.ts'
import { readGuest } from './procedure.ts'

const DUMP = 8
const COPY = 2
const KIB = 1024
const BYTES_PER_SECOND = 400 * KIB * KIB

/** Only a job of the whole domain shows here. */
const jobStats: ProcedureServer = (serving) => {
  const { host, reply } = serving
  const guest = readGuest(serving)
  const job = host.jobs.of(guest)
  if (job === null || job.kind !== 'dump') {
    reply.i32(JobType.None).u32(0)
    return
  }
  const done = progressOf(job, host.now())
  const total = guest.memoryKiB * KIB
  const remaining = Math.floor(total * (1 - done))
  reply.i32(JobType.Bounded)
  writeParams(reply, [
    ['operation', 'int', DUMP],
    ['time_elapsed', 'ullong', Math.floor((host.now() - job.startedAt) * 1000)],
    ['data_total', 'ullong', total],
    ['data_processed', 'ullong', total - remaining],
    ['data_remaining', 'ullong', remaining],
    ['memory_bps', 'ullong', BYTES_PER_SECOND],
  ])
}

const blockJobInfo: ProcedureServer = (serving) => {
  const { host, reply, args } = serving
  const guest = readGuest(serving)
  const path = args.string(MAX_STRING_BYTES)
  const job = host.jobs.of(guest)
  const disk = guest.disks.find(({ target }) => target === path && job?.disk === target)
  if (job === null || disk === undefined) {
    reply.i32(0).i32(0).u64(0n).u64(0n).u64(0n)
    return
  }
  const current = Math.floor(disk.capacity * progressOf(job, host.now()))
  reply.i32(1).i32(COPY).u64(0n).u64(BigInt(current)).u64(BigInt(disk.capacity))
}

/** Procedures about jobs. */
export const JOB_PROCEDURES: ReadonlyMap<number, ProcedureServer> = new Map<number, ProcedureServer>([
  [Procedure.DomainGetJobStats, jobStats],
  [Procedure.DomainGetBlockJobInfo, blockJobInfo],
])

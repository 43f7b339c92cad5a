import { readFileSync } from 'node:fs'

/** Ticks a second in which Linux counts the CPU time of processes; the same on every platform that Node runs on. */
const TICKS_PER_SECOND = 100
const KIB_PER_MIB = 1024

/** What Linux knows of another process. */
export interface ProcessUse {
  /** User and system time of all its threads so far, ms. */
  readonly cpuMs: number
  /** Resident memory, MiB. */
  readonly residentMiB: number
  /** Bytes that it has read so far, from sockets too. */
  readonly readBytes: number
}

/** Reads `/proc`; throws where there is none, and when the process has ended. */
export function processUse(pid: number): ProcessUse {
  const of = (file: string) => readFileSync(`/proc/${pid}/${file}`, 'latin1')
  // The name of the program comes second, in brackets, and may hold anything.
  const stat = of('stat').split(') ').at(-1)?.split(' ') ?? []
  return {
    cpuMs: ((Number(stat[11]) + Number(stat[12])) * 1000) / TICKS_PER_SECOND,
    residentMiB: Number(/^VmRSS:\s+(\d+)/m.exec(of('status'))?.[1]) / KIB_PER_MIB,
    readBytes: Number(/^rchar: (\d+)/m.exec(of('io'))?.[1]),
  }
}

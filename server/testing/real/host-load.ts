import { availableParallelism } from 'node:os'
import { type Subprocess, startProcess } from '../subprocess.ts'

/** Every process of the load ends by itself after this many seconds, whatever becomes of us. */
const LONGEST_SECONDS = 120
const PROCESSES_PER_CPU = 2

/** Work that keeps all CPUs of this machine busy, at the lowest priority. */
export interface HostLoad {
  start(): void
  stop(): Promise<void>
}

export function hostLoad(): HostLoad {
  let running: Subprocess[] = []
  return {
    start() {
      const count = PROCESSES_PER_CPU * availableParallelism()
      const one = () => startProcess('nice', ['-n', '19', 'timeout', String(LONGEST_SECONDS), 'sha1sum', '/dev/zero'])
      running = Array.from({ length: count }, one)
    },
    async stop() {
      const ending = running
      running = []
      await Promise.all(ending.map((process) => process.stop('SIGTERM')))
    },
  }
}

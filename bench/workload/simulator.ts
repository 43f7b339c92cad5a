import path from 'node:path'
import { silentLog } from '../../server/log.ts'
import { startSim } from '../../server/sim/start-sim.ts'

/** Simulated daemons in a process of their own. */
export interface Simulator {
  /** One for each host. */
  readonly uris: readonly string[]
  /** Process id, to measure it. */
  readonly pid: number
  stop(): Promise<void>
}

/** Starts simulated hosts that do nothing by themselves: no KVM counters, no churn, nobody off. Needs the built simulator. */
export async function startSimulator(domains: number, hosts = 1): Promise<Simulator> {
  const sim = await startSim({
    uri: `sim:?hosts=${hosts}&domains=${domains}&seed=1&kvm=0&inactive=0&churn=off`,
    entry: path.resolve('dist', 'sim.mjs'),
    log: silentLog,
  })
  if (sim.hosts.length === 0) throw new Error('the simulator has no host')
  const uris = sim.hosts.map(({ socket }) => `qemu+unix:///system?socket=${socket}`)
  return { uris, pid: sim.pid, stop: () => sim.stop() }
}

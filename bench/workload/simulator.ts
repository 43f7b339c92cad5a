import path from 'node:path'
import { silentLog } from '../../server/log.ts'
import { startSim } from '../../server/sim/start-sim.ts'

/** A simulated daemon in a process of its own. */
export interface Simulator {
  readonly uri: string
  stop(): Promise<void>
}

/** Starts one simulated host that does nothing by itself: no KVM counters, no churn, nobody off. Needs the built simulator. */
export async function startSimulator(domains: number): Promise<Simulator> {
  const sim = await startSim({
    uri: `sim:?hosts=1&domains=${domains}&seed=1&kvm=0&inactive=0&churn=off`,
    entry: path.resolve('dist', 'sim.mjs'),
    log: silentLog,
  })
  const [host] = sim.hosts
  if (host === undefined) throw new Error('the simulator has no host')
  return { uri: `qemu+unix:///system?socket=${host.socket}`, stop: () => sim.stop() }
}

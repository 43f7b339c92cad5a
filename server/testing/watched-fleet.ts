import { parseLibvirtUri } from '../../lib/libvirt/uri.ts'
import { systemClock } from '../clock.ts'
import { createFleet, type Fleet } from '../fleet/fleet.ts'
import { type Log, silentLog } from '../log.ts'
import { ConnectGate } from '../poll/connect-gate.ts'
import { startHostPoller } from '../poll/host-poller.ts'

/** A fleet of one host that is polled in this process, without pages and stream. */
export interface WatchedFleet {
  readonly fleet: Fleet
  stop(): Promise<void>
}

/** Connects to a daemon and polls it every second, as the program does. */
export function watchHost(uri: string, log: Log = silentLog): WatchedFleet {
  return watchHosts({ 'kvm-01': uri }, log)
}

/** Several connections, by name. */
export function watchHosts(uris: Readonly<Record<string, string>>, log: Log = silentLog): WatchedFleet {
  const clock = systemClock
  const fleet = createFleet({ clock, simulated: false })
  const connectGate = new ConnectGate()
  const stops = Object.entries(uris).map(([name, uri]) =>
    startHostPoller({
      host: fleet.addHost(name, uri),
      uri: parseLibvirtUri(uri),
      fleet,
      clock,
      random: Math.random,
      intervalMs: 1000,
      dutyPercent: 50,
      connectGate,
      log,
    }),
  )
  return {
    fleet,
    async stop() {
      await Promise.all(stops.map((stopPolling) => stopPolling()))
      fleet.close()
    },
  }
}

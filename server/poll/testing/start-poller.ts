import type { Lane } from '../../fleet/fleet-writer.ts'
import { VirtualClock } from '../../libvirt/testing/virtual-clock.ts'
import { silentLog } from '../../log.ts'
import { OrphanBudget } from '../orphan-budget.ts'
import { SessionPoller } from '../session-poller.ts'
import { RecordingFleet } from './recording-fleet.ts'
import { VirtualSession } from './virtual-session.ts'

/** A poller over a virtual session, in virtual time. */
export function startPoller(
  intervalMs = 1000,
  dutyPercent = 10,
  behave: VirtualSession['behave'] = () => 5,
  log = silentLog,
) {
  const clock = new VirtualClock()
  const fleet = new RecordingFleet()
  const session = new VirtualSession(clock)
  session.behave = behave
  const tally = { reconnects: 0, timeouts: 0 }
  const stop = new SessionPoller({
    host: 0,
    session,
    fleet,
    clock,
    intervalMs,
    dutyPercent,
    log,
    tally,
    orphans: new OrphanBudget(),
  }).start()
  const timesOf = (lane: Lane) => session.calls.filter((call) => call.lane === lane).map(({ at }) => at)
  return { clock, fleet, session, tally, stop, timesOf }
}

/** Some domain was started. */
export const started = {
  kind: 'lifecycle',
  domain: { name: 'd', uuid: new Uint8Array(16), id: 1 },
  event: 2,
  detail: 0,
} as const

import { parseLibvirtUri } from '../../../lib/libvirt/uri.ts'
import { VirtualClock } from '../../libvirt/testing/virtual-clock.ts'
import type { LogFields } from '../../log.ts'
import { ConnectGate } from '../connect-gate.ts'
import { startHostPoller } from '../host-poller.ts'
import { LossyDaemon } from './lossy-daemon.ts'
import { RecordingFleet } from './recording-fleet.ts'

/** A host poller in virtual time, over a daemon that loses calls. */
export function startLossy(uri = 'qemu:///system') {
  const clock = new VirtualClock()
  const daemon = new LossyDaemon(clock)
  const fleet = new LossyFleet()
  const logged: { event: string; fields: LogFields }[] = []
  const note = (event: string, fields: LogFields = {}) => void logged.push({ event, fields })
  const stop = startHostPoller({
    host: 0,
    uri: parseLibvirtUri(uri),
    fleet,
    clock,
    random: () => 0.5,
    intervalMs: 1000,
    dutyPercent: 10,
    connectGate: new ConnectGate(),
    log: { info: note, warn: note, error: note },
    open: daemon.open,
  })
  const lastOf = (lane: number) => fleet.ingested.filter((each) => each.lane === lane).at(-1)?.timing.endAt ?? 0
  return { clock, daemon, fleet, logged, stop, lastOf }
}

/** Replies of a {@link LossyDaemon} say in their one word how many of their records are partial. */
class LossyFleet extends RecordingFleet {
  override ingest(...args: Parameters<RecordingFleet['ingest']>) {
    return { ...super.ingest(...args), partialRecords: args[2][0] ?? 0 }
  }
}

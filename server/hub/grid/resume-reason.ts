import type { ClientMessage } from '../../../lib/sync/messages/client-messages.ts'
import type { MessageType } from '../../../lib/sync/wire/protocol.ts'
import { ResyncCause, SnapshotReason } from '../../../lib/sync/wire/protocol.ts'
import type { FleetReader } from '../../fleet/fleet-reader.ts'

/** Null when the client can go on from where it was; else why it needs a snapshot. */
export function resumeReason(
  message: ClientMessage & { type: typeof MessageType.Open },
  fleet: FleetReader,
): SnapshotReason | null {
  if (message.cause !== ResyncCause.None) return SnapshotReason.Audit
  if (message.resume === null) return SnapshotReason.First
  const { epoch, offset } = message.resume
  const same = epoch.every((byte, i) => byte === fleet.epoch[i])
  return same && offset > 0 && offset <= fleet.offset ? null : SnapshotReason.Epoch
}

import { XdrReader } from '../xdr/xdr-reader.ts'
import { readDomainRef } from './domain-ref.ts'
import type { DomainEvent, EventBody, GraphicsAddress } from './events.ts'
import { EventId, eventIdOf } from './events.ts'
import { MAX_GRAPHICS_IDENTITIES, MAX_JOB_PARAMS, MAX_STRING_BYTES, MAX_TUNABLE_PARAMS } from './limits.ts'
import { readTypedParams } from './typed-params.ts'

/** Reads what follows the domain. */
type ReadBody = (reader: XdrReader) => EventBody

/** Events of power management have their reason before the domain. */
const REASON_FIRST: Readonly<Partial<Record<EventId, 'pm-wakeup' | 'pm-suspend' | 'pm-suspend-disk'>>> = {
  [EventId.PmWakeup]: 'pm-wakeup',
  [EventId.PmSuspend]: 'pm-suspend',
  [EventId.PmSuspendDisk]: 'pm-suspend-disk',
}

/**
 * Decodes the body of an event message to its last byte. Everything in the result is a copy.
 *
 * @returns null for a message number that is no domain event we know.
 * @throws DomscopeError with an `XDR_…` code; the connection's framing is intact then.
 * @see libvirt `src/remote/remote_protocol.x`, `remote_domain_event_…_msg`
 */
export function decodeEvent(procedure: number, body: Uint8Array): DomainEvent | null {
  const eventId = eventIdOf(procedure)
  if (eventId === null) return null
  const reader = new XdrReader(body)
  // The id of the callback says nothing to us: we register each event once, for all domains.
  reader.i32()
  const powerKind = REASON_FIRST[eventId]
  const event: DomainEvent =
    powerKind === undefined
      ? { domain: readDomainRef(reader), ...bodyReader(eventId)(reader) }
      : { kind: powerKind, reason: reader.i32(), domain: readDomainRef(reader) }
  reader.finish()
  return event
}

function bodyReader(eventId: EventId): ReadBody {
  return BODIES[eventId as keyof typeof BODIES]
}

const text = (reader: XdrReader) => reader.string(MAX_STRING_BYTES)
const optionalText = (reader: XdrReader) => reader.optionalString(MAX_STRING_BYTES)
const blockJob: ReadBody = (reader) => ({
  kind: 'block-job',
  disk: text(reader),
  job: reader.i32(),
  status: reader.i32(),
})
const ioError = (reader: XdrReader) => ({ path: text(reader), device: text(reader), action: reader.i32() })

const BODIES: Readonly<
  Record<Exclude<EventId, typeof EventId.PmWakeup | typeof EventId.PmSuspend | typeof EventId.PmSuspendDisk>, ReadBody>
> = {
  [EventId.Lifecycle]: (reader) => ({ kind: 'lifecycle', event: reader.i32(), detail: reader.i32() }),
  [EventId.Reboot]: () => ({ kind: 'reboot' }),
  [EventId.RtcChange]: (reader) => ({ kind: 'rtc-change', offsetSeconds: Number(reader.i64()) }),
  [EventId.Watchdog]: (reader) => ({ kind: 'watchdog', action: reader.i32() }),
  [EventId.IoError]: (reader) => ({ kind: 'io-error', ...ioError(reader), reason: null }),
  [EventId.Graphics]: readGraphics,
  [EventId.IoErrorReason]: (reader) => ({ kind: 'io-error', ...ioError(reader), reason: text(reader) }),
  [EventId.ControlError]: () => ({ kind: 'control-error' }),
  [EventId.BlockJob]: blockJob,
  [EventId.DiskChange]: (reader) => ({
    kind: 'disk-change',
    oldPath: optionalText(reader),
    newPath: optionalText(reader),
    device: text(reader),
    reason: reader.i32(),
  }),
  [EventId.TrayChange]: (reader) => ({ kind: 'tray', device: text(reader), reason: reader.i32() }),
  [EventId.BalloonChange]: (reader) => ({ kind: 'balloon', actualKiB: Number(reader.u64()) }),
  [EventId.DeviceRemoved]: (reader) => ({ kind: 'device-removed', device: text(reader) }),
  [EventId.BlockJob2]: blockJob,
  [EventId.Tunable]: (reader) => ({ kind: 'tunable', params: readTypedParams(reader, MAX_TUNABLE_PARAMS) }),
  [EventId.AgentLifecycle]: (reader) => ({ kind: 'agent', state: reader.i32(), reason: reader.i32() }),
  [EventId.DeviceAdded]: (reader) => ({ kind: 'device-added', device: text(reader) }),
  [EventId.MigrationIteration]: (reader) => ({ kind: 'migration-iteration', iteration: reader.i32() }),
  [EventId.JobCompleted]: (reader) => ({ kind: 'job-completed', params: readTypedParams(reader, MAX_JOB_PARAMS) }),
  [EventId.DeviceRemovalFailed]: (reader) => ({ kind: 'device-removal-failed', device: text(reader) }),
  [EventId.MetadataChange]: (reader) => ({ kind: 'metadata', type: reader.i32(), namespace: optionalText(reader) }),
  [EventId.BlockThreshold]: (reader) => ({
    kind: 'block-threshold',
    device: text(reader),
    path: optionalText(reader),
    thresholdBytes: Number(reader.u64()),
    excessBytes: Number(reader.u64()),
  }),
  [EventId.MemoryFailure]: (reader) => ({
    kind: 'memory-failure',
    recipient: reader.i32(),
    action: reader.i32(),
    flags: reader.u32(),
  }),
  [EventId.MemoryDeviceSize]: (reader) => ({
    kind: 'memory-device-size',
    device: text(reader),
    size: Number(reader.u64()),
  }),
  [EventId.NicMacChange]: (reader) => ({
    kind: 'nic-mac',
    device: text(reader),
    oldMac: text(reader),
    newMac: text(reader),
  }),
  [EventId.VcpuRemoved]: (reader) => ({ kind: 'vcpu-removed', vcpu: reader.u32() }),
  [EventId.ChannelLifecycle]: (reader) => ({
    kind: 'channel',
    channel: text(reader),
    state: reader.i32(),
    reason: reader.i32(),
  }),
}

function readGraphics(reader: XdrReader): EventBody {
  const phase = reader.i32()
  const local = readAddress(reader)
  const remote = readAddress(reader)
  const authScheme = text(reader)
  for (let left = reader.count(MAX_GRAPHICS_IDENTITIES, 8); left > 0; left--) {
    // Names of whoever logged in to a console: personal data that nobody needs here.
    reader.stringRange(MAX_STRING_BYTES)
    reader.stringRange(MAX_STRING_BYTES)
  }
  return { kind: 'graphics', phase, local, remote, authScheme }
}

function readAddress(reader: XdrReader): GraphicsAddress {
  return { family: reader.i32(), node: text(reader), service: text(reader) }
}

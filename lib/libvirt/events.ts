import type { DomainRef } from './domain-ref.ts'
import type { TypedParam } from './typed-params.ts'

/** Domain events by libvirt's event id, up to libvirt 12.8, which takes registrations for all of them. */
export const EventId = {
  Lifecycle: 0,
  Reboot: 1,
  RtcChange: 2,
  Watchdog: 3,
  IoError: 4,
  Graphics: 5,
  IoErrorReason: 6,
  ControlError: 7,
  BlockJob: 8,
  DiskChange: 9,
  TrayChange: 10,
  PmWakeup: 11,
  PmSuspend: 12,
  BalloonChange: 13,
  PmSuspendDisk: 14,
  DeviceRemoved: 15,
  BlockJob2: 16,
  Tunable: 17,
  AgentLifecycle: 18,
  DeviceAdded: 19,
  MigrationIteration: 20,
  JobCompleted: 21,
  DeviceRemovalFailed: 22,
  MetadataChange: 23,
  BlockThreshold: 24,
  MemoryFailure: 25,
  MemoryDeviceSize: 26,
  NicMacChange: 27,
  VcpuRemoved: 28,
  ChannelLifecycle: 29,
} as const
export type EventId = (typeof EventId)[keyof typeof EventId]

/** Message number → event id. */
const EVENT_OF_MESSAGE: ReadonlyMap<number, EventId> = new Map([
  ...Array.from({ length: 16 }, (_, id) => [318 + id, id as EventId] as const),
  [339, EventId.BlockJob2],
  [346, EventId.Tunable],
  [348, EventId.AgentLifecycle],
  [354, EventId.DeviceAdded],
  [359, EventId.MigrationIteration],
  [363, EventId.JobCompleted],
  [367, EventId.DeviceRemovalFailed],
  [379, EventId.MetadataChange],
  [385, EventId.BlockThreshold],
  [423, EventId.MemoryFailure],
  [438, EventId.MemoryDeviceSize],
  [453, EventId.NicMacChange],
  [454, EventId.VcpuRemoved],
  [455, EventId.ChannelLifecycle],
])

/** Event id that a message of the REMOTE program carries; null when we do not know the number. */
export function eventIdOf(procedure: number): EventId | null {
  return EVENT_OF_MESSAGE.get(procedure) ?? null
}

/** One end of a console connection. */
export interface GraphicsAddress {
  readonly family: number
  readonly node: string
  readonly service: string
}

/**
 * A domain event as libvirt sent it, numbers and all: `event-words.ts` has the words for them.
 *
 * @remarks `device` is the alias of a device (`virtio-disk0`), `disk` its target or path.
 */
export type DomainEvent = { readonly domain: DomainRef } & (
  | { readonly kind: 'lifecycle'; readonly event: number; readonly detail: number }
  | { readonly kind: 'reboot' | 'control-error' }
  | { readonly kind: 'rtc-change'; readonly offsetSeconds: number }
  | { readonly kind: 'watchdog'; readonly action: number }
  /** `reason` is null from daemons that send none. */
  | {
      readonly kind: 'io-error'
      readonly path: string
      readonly device: string
      readonly action: number
      readonly reason: string | null
    }
  | {
      readonly kind: 'graphics'
      readonly phase: number
      readonly local: GraphicsAddress
      readonly remote: GraphicsAddress
      readonly authScheme: string
    }
  | { readonly kind: 'block-job'; readonly disk: string; readonly job: number; readonly status: number }
  | {
      readonly kind: 'disk-change'
      readonly device: string
      readonly oldPath: string | null
      readonly newPath: string | null
      readonly reason: number
    }
  | { readonly kind: 'tray'; readonly device: string; readonly reason: number }
  | { readonly kind: 'pm-wakeup' | 'pm-suspend' | 'pm-suspend-disk'; readonly reason: number }
  | { readonly kind: 'balloon'; readonly actualKiB: number }
  | { readonly kind: 'device-added' | 'device-removed' | 'device-removal-failed'; readonly device: string }
  | { readonly kind: 'tunable'; readonly params: readonly TypedParam[] }
  | { readonly kind: 'agent'; readonly state: number; readonly reason: number }
  | { readonly kind: 'migration-iteration'; readonly iteration: number }
  | { readonly kind: 'job-completed'; readonly params: readonly TypedParam[] }
  /** `type`: 0 description, 1 title, 2 element, of which `namespace` is the URI. */
  | { readonly kind: 'metadata'; readonly type: number; readonly namespace: string | null }
  | {
      readonly kind: 'block-threshold'
      readonly device: string
      readonly path: string | null
      readonly thresholdBytes: number
      readonly excessBytes: number
    }
  | { readonly kind: 'memory-failure'; readonly recipient: number; readonly action: number; readonly flags: number }
  | { readonly kind: 'memory-device-size'; readonly device: string; readonly size: number }
  | { readonly kind: 'nic-mac'; readonly device: string; readonly oldMac: string; readonly newMac: string }
  | { readonly kind: 'vcpu-removed'; readonly vcpu: number }
  | { readonly kind: 'channel'; readonly channel: string; readonly state: number; readonly reason: number }
)

/** What an event tells besides its domain. */
export type EventBody = DomainEvent extends infer One ? (One extends DomainEvent ? Omit<One, 'domain'> : never) : never

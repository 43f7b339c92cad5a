import { Lifecycle } from '../../../lib/libvirt/words.ts'
import type { DomainEvent } from '../../libvirt/host-session.ts'

/** Kinds of event after which a guest may have nothing to ask of its disks, or other disks. */
const QUIET_KINDS: ReadonlySet<DomainEvent['kind']> = new Set<DomainEvent['kind']>([
  'reboot',
  'watchdog',
  'memory-failure',
  'pm-wakeup',
  'pm-suspend',
  'pm-suspend-disk',
  'device-removed',
  'disk-change',
  'tray',
])

/** Lifecycle events that say nothing of what the guest does. */
const DEFINITIONS: ReadonlySet<number> = new Set([Lifecycle.Defined, Lifecycle.Undefined])

/** Whether disks that are quiet after an event are no sign of a stall: what the guest did before is over (RA67). */
export function mayQuietDisks(event: DomainEvent): boolean {
  return event.kind === 'lifecycle' ? !DEFINITIONS.has(event.event) : QUIET_KINDS.has(event.kind)
}

import type { FleetEvent } from './event-reader.ts'

/** Of equal events within this time one is kept, ms: libvirt tells some things twice, a reset for example. */
const TWINS_MS = 2_000

/** What can end what another kind began: between two of one such group, an equal event is a new one. */
const GROUPS: readonly (readonly string[])[] = [
  ['started', 'suspended', 'resumed', 'stopped', 'shutdown', 'pmsuspended', 'crashed', 'state-changed'],
  ['defined', 'undefined'],
  ['pm-wakeup', 'pm-suspend', 'pm-suspend-disk'],
  ['device-added', 'device-removed', 'device-removal-failed'],
  ['io-stopped', 'io-resumed'],
  ['host-up', 'host-unreachable'],
]
const GROUP_OF: ReadonlyMap<string, readonly string[]> = new Map(
  GROUPS.flatMap((group) => group.map((kind) => [kind, group] as const)),
)

/** What events are compared by. */
type Told = Pick<FleetEvent, 'at' | 'host' | 'kind' | 'text' | 'details'>

/**
 * Whether an event is told a second time: the last one of its group in two seconds is equal.
 *
 * @param own - The events of its subject, newest last.
 */
export function isTwin(own: readonly FleetEvent[], event: Told): boolean {
  const group = GROUP_OF.get(event.kind)
  for (let i = own.length - 1; i >= 0; i--) {
    const before = own[i]!
    if (event.at - before.at >= TWINS_MS) return false
    const isOfGroup = before.kind === event.kind || group?.includes(before.kind) === true
    if (isOfGroup && before.host === event.host) return isEqual(before, event)
  }
  return false
}

function isEqual(a: Told, b: Told): boolean {
  return a.kind === b.kind && a.text === b.text && JSON.stringify(a.details) === JSON.stringify(b.details)
}

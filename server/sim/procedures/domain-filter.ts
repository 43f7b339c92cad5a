import type { Guest } from '../guest/guest.ts'
import { DomainState } from '../guest/guest.ts'

/**
 * Filter bits of LIST_ALL_DOMAINS, two or four to a property: within a property they add up, across properties all must
 * hold. The bulk call knows the first eight.
 */
const PROPERTIES: readonly (readonly (readonly [bit: number, holds: (guest: Guest) => boolean])[])[] = [
  [
    [1, (guest) => guest.active],
    [2, (guest) => !guest.active],
  ],
  [
    [4, (guest) => guest.persistent],
    [8, (guest) => !guest.persistent],
  ],
  [
    [16, (guest) => guest.state === DomainState.Running],
    [32, (guest) => guest.state === DomainState.Paused],
    [64, (guest) => guest.state === DomainState.Shutoff],
    [128, (guest) => guest.state === DomainState.Crashed],
  ],
  // No simulated domain has a saved image, a snapshot or a checkpoint.
  [
    [256, () => false],
    [512, () => true],
  ],
  [
    [1024, (guest) => guest.shape.autostart],
    [2048, (guest) => !guest.shape.autostart],
  ],
  [
    [4096, () => false],
    [8192, () => true],
  ],
  [
    [16384, () => false],
    [32768, () => true],
  ],
]

export const LIST_FILTER_BITS = 0xffff
export const STATS_FILTER_BITS = 0xff

/** The domains that pass the filter bits of `flags`; the array itself when there is nothing to filter by. */
export function filterDomains(guests: readonly Guest[], flags: number): readonly Guest[] {
  const tests = PROPERTIES.map((property) => property.filter(([bit]) => (flags & bit) !== 0)).filter(
    (property) => property.length > 0,
  )
  if (tests.length === 0) return guests
  return guests.filter((guest) => tests.every((property) => property.some(([, holds]) => holds(guest))))
}

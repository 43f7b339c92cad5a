import { describe, expect, test } from 'vitest'
import type { DomainIdentity, FleetReader } from '../../fleet/fleet-reader.ts'
import { findDomain, type Whereabouts } from './follow-domain.ts'

const UUID = '5a5a5a5a-5a5a-5a5a-5a5a-5a5a5a5a5a07'
const NOWHERE: Whereabouts = { row: null, identity: null, ran: false }

/** A domain on two hosts, as far as this looks at a fleet. */
function createWorld() {
  const copies = new Map<number, DomainIdentity>()
  const fleet = {
    rowsOf: () => [...copies.keys()],
    exists: (row: number) => copies.has(row),
    identity: (row: number) => copies.get(row)!,
  } as unknown as FleetReader
  let where = NOWHERE
  return {
    /** The copy on the host of this number, as the next polls and events tell it. */
    set(row: number, id: number, state: string, reason: string) {
      copies.set(row, { row, host: `kvm-0${row}`, uuid: UUID, name: 'vm-7', id, state, reason } as DomainIdentity)
    },
    remove: (row: number) => copies.delete(row),
    /** The host that is shown next, to whom asked for the first. */
    shown(asked = 'kvm-01') {
      where = findDomain(fleet, UUID, asked, where)
      return where.identity?.host
    },
  }
}

describe('where a domain is followed to [DT20]', () => {
  test('is the running copy at once, while the source waits for the end of its migration', () => {
    const world = createWorld()
    world.set(1, 3, 'running', 'booted')
    expect(world.shown()).toBe('kvm-01')
    world.set(2, 1, 'paused', 'migrating')
    expect(world.shown()).toBe('kvm-01')
    world.set(1, 3, 'paused', 'migrating')
    expect(world.shown()).toBe('kvm-01')
    world.set(2, 1, 'running', 'migrated')
    expect(world.shown()).toBe('kvm-02')
    world.set(1, -1, 'shut off', 'migrated')
    expect(world.shown()).toBe('kvm-02')
  })

  test('is the running copy while a source serves its memory after the hand-over, as long as that takes', () => {
    const world = createWorld()
    world.set(1, 3, 'paused', 'post-copy')
    world.set(2, 1, 'running', 'migrated')
    expect(world.shown()).toBe('kvm-02')
  })

  test('is the source again when the hand-over fails', () => {
    const world = createWorld()
    world.set(1, 3, 'running', 'booted')
    world.shown()
    world.set(1, 3, 'paused', 'migrating')
    world.set(2, 1, 'running', 'migrated')
    expect(world.shown()).toBe('kvm-02')
    world.remove(2)
    world.set(1, 3, 'running', 'migration canceled')
    expect(world.shown()).toBe('kvm-01')
  })

  test('is the copy that was asked for, though it only waits and the other runs', () => {
    const world = createWorld()
    world.set(1, 3, 'paused', 'migrating')
    world.set(2, 1, 'running', 'booted')
    expect([world.shown(), world.shown()]).toEqual(['kvm-01', 'kvm-01'])
  })

  test('is a paused copy, when the guest arrives paused', () => {
    const world = createWorld()
    world.set(1, 3, 'running', 'booted')
    world.set(2, 1, 'paused', 'migrating')
    expect(world.shown()).toBe('kvm-01')
    world.set(2, 1, 'paused', 'user')
    world.set(1, -1, 'shut off', 'migrated')
    expect(world.shown()).toBe('kvm-02')
  })

  test('is where it was, when it is paused by somebody and another copy runs', () => {
    const world = createWorld()
    world.set(1, 3, 'running', 'booted')
    world.shown()
    world.set(1, 3, 'paused', 'user')
    world.set(2, 1, 'running', 'booted')
    expect(world.shown()).toBe('kvm-01')
  })
})

import { describe, expect, it } from 'vitest'
import { CodeTable } from '../../../lib/columns/code-table.ts'
import type { LiveFleet } from '../../live/live-fleet.ts'
import { Cursor } from './cursor.ts'
import { Selection } from './selection.ts'

type Domain = readonly [host: number, id: number]

/** A fleet of two hosts. Without domains it has five on the first host. */
function fleetOf(domains: readonly Domain[] = [0, 1, 2, 3, 4].map((id) => [0, id])): LiveFleet {
  const fleet = { domains: new CodeTable(), hosts: new CodeTable(), offset: 1, freshness: [], exceptions: new Map() }
  fleet.hosts.addText('name')
  fill(fleet, ['kvm-01', 'kvm-02'], domains, 1)
  return fleet
}

function fill(fleet: LiveFleet, hosts: readonly string[], domains: readonly Domain[], at: number): void {
  for (const [row, name] of hosts.entries()) {
    fleet.hosts.bear(row, [], at)
    fleet.hosts.text('name')!.set(row, name, at)
  }
  for (const [row, [host, id]] of domains.entries()) fleet.domains.bear(row, [host, 0, 0, 0, id], at)
}

/** What a restarted server does to a page's tables: everything ends, and comes back under other row numbers. */
function empty({ domains, hosts }: LiveFleet, at: number): void {
  for (let row = 0; row < domains.rowLimit; row++) domains.bury(row, at)
  for (let row = 0; row < hosts.rowLimit; row++) hosts.bury(row, at)
}

const rows = Uint32Array.of(4, 2, 0, 1, 3)
const places = Int32Array.of(2, 3, 1, 4, 0)

describe('selection', () => {
  it('extends from the row that was toggled last, in the order that is shown', () => {
    const selection = new Selection()
    const fleet = fleetOf()
    selection.toggle(2, fleet)
    selection.extendTo(1, rows, places, fleet)
    expect(selection.inOrder(places)).toEqual([2, 0, 1])
  })

  it('extends upwards too, and alone picks one row', () => {
    const selection = new Selection()
    const fleet = fleetOf()
    selection.extendTo(0, rows, places, fleet)
    expect(selection.inOrder(places)).toEqual([0])
    selection.extendTo(4, rows, places, fleet)
    expect(selection.inOrder(places)).toEqual([4, 2, 0])
  })

  it('needs fewer rows when an extension from the same row turns back, and keeps what was picked otherwise', () => {
    const selection = new Selection()
    const fleet = fleetOf()
    selection.toggle(3, fleet)
    selection.toggle(2, fleet)
    selection.extendTo(1, rows, places, fleet)
    expect(selection.inOrder(places)).toEqual([2, 0, 1, 3])
    selection.extendTo(0, rows, places, fleet)
    expect(selection.inOrder(places)).toEqual([2, 0, 3])
    selection.extendTo(4, rows, places, fleet)
    expect(selection.inOrder(places)).toEqual([4, 2, 3])
  })

  it('extends from a row that it was told of without picking it, and to no row that does not show', () => {
    const selection = new Selection()
    const fleet = fleetOf()
    expect(selection.hasStart(places)).toBe(false)
    selection.startAt(4)
    expect([selection.size, selection.hasStart(places)]).toEqual([0, true])
    selection.extendTo(9, rows, places, fleet)
    expect(selection.size).toBe(0)
    selection.extendTo(0, rows, places, fleet)
    expect(selection.inOrder(places)).toEqual([4, 2, 0])
  })

  it('picks the domains of a link, also those that come later, and tells them by host and UUID', () => {
    const selection = new Selection()
    const fleet = fleetOf([[0, 1]])
    const other = fleetOf([
      [0, 1],
      [1, 5],
    ])
    const picked = new Selection()
    picked.toggle(1, other)
    picked.toggle(0, other)
    const identities = picked.identities()
    expect(identities.map((identity) => identity.slice(36))).toEqual(['@kvm-02', '@kvm-01'])
    selection.choose(identities, fleet, 1000)
    expect(selection.inOrder(places)).toEqual([0])
    expect(selection.identities()).toHaveLength(2)
    fleet.domains.bear(1, [1, 0, 0, 0, 5], 2)
    selection.follow(fleet, 2000)
    expect(selection.size).toBe(2)
    expect(new Set(selection.identities())).toEqual(new Set(identities))
  })

  it('drops a row whose domain is gone, also when its slot lives on', () => {
    const selection = new Selection()
    const fleet = fleetOf()
    selection.toggle(1, fleet)
    selection.toggle(3, fleet)
    fleet.domains.bury(1, 2)
    fleet.domains.bury(3, 2)
    fleet.domains.bear(3, [0, 0, 0, 0, 99], 3)
    selection.follow(fleet, 2000)
    expect(selection.size).toBe(0)
  })

  it('[R-5] follows its domains through a restart of the server, by host name and UUID', () => {
    const selection = new Selection()
    const before: Domain[] = [
      [0, 1],
      [1, 1],
      [0, 2],
    ]
    const fleet = fleetOf(before)
    selection.toggle(0, fleet)
    selection.toggle(2, fleet)
    empty(fleet, 2)
    selection.follow(fleet, 1000)
    expect(selection.size).toBe(0)
    // The hosts changed places too; domain 2 of kvm-01 was undefined meanwhile.
    const after: Domain[] = [
      [0, 1],
      [0, 2],
      [1, 1],
    ]
    fill(fleet, ['kvm-02', 'kvm-01'], after, 3)
    selection.follow(fleet, 2000)
    expect(selection.inOrder(Int32Array.of(0, 1, 2))).toEqual([2])
  })

  it('does not bring back what was cleared while rows were missing', () => {
    const selection = new Selection()
    const fleet = fleetOf()
    selection.toggle(0, fleet)
    empty(fleet, 2)
    selection.follow(fleet, 1000)
    selection.clear()
    fill(fleet, ['kvm-01'], [[0, 0]], 3)
    selection.follow(fleet, 2000)
    expect(selection.size).toBe(0)
  })
})

describe('a picked row that is missing', () => {
  it('is waited for a minute while the hosts of a restarted server come back, and then forgotten', () => {
    for (const [seconds, size] of [
      [60, 1],
      [61, 0],
    ] as const) {
      const selection = new Selection()
      const cursor = new Cursor()
      const fleet = fleetOf()
      selection.toggle(0, fleet)
      cursor.set(0, fleet)
      empty(fleet, 2)
      for (let second = 0; second <= seconds; second++) {
        selection.follow(fleet, 1000 * second)
        cursor.follow(fleet, 1000 * second)
      }
      fill(fleet, ['kvm-01'], [[0, 0]], 3)
      selection.follow(fleet, 1000 * seconds)
      cursor.follow(fleet, 1000 * seconds)
      expect([selection.size, cursor.row]).toEqual([size, size - 1])
    }
  })
})

describe('the cursor', () => {
  it('[R-5] follows its domain through a restart of the server', () => {
    const cursor = new Cursor()
    const fleet = fleetOf()
    cursor.set(3, fleet)
    empty(fleet, 2)
    cursor.follow(fleet, 1000)
    expect(cursor.row).toBe(-1)
    const after: Domain[] = [
      [0, 9],
      [0, 3],
    ]
    fill(fleet, ['kvm-01'], after, 3)
    cursor.follow(fleet, 2000)
    expect(cursor.row).toBe(1)
  })

  it('never moves to another domain that took the slot', () => {
    const cursor = new Cursor()
    const fleet = fleetOf()
    cursor.set(3, fleet)
    fleet.domains.bury(3, 2)
    fleet.domains.bear(3, [0, 0, 0, 0, 99], 3)
    cursor.follow(fleet, 2000)
    expect(cursor.row).toBe(-1)
  })
})

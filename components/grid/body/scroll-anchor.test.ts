import { describe, expect, it } from 'vitest'
import { CodeTable } from '../../../lib/columns/code-table.ts'
import type { LiveFleet } from '../../live/live-fleet.ts'
import { MISSING_MS } from '../picks/row-identity.ts'
import { ScrollAnchor } from './scroll-anchor.ts'

function fleetOf(): LiveFleet {
  const fleet = { domains: new CodeTable(), hosts: new CodeTable(), offset: 1, freshness: [], exceptions: new Map() }
  fleet.hosts.addText('name')
  return fleet
}

function host(fleet: LiveFleet, row: number, name: string): void {
  fleet.hosts.bear(row, [], 1)
  fleet.hosts.text('name')!.set(row, name, 1)
}

function empty({ domains, hosts }: LiveFleet): void {
  for (let row = 0; row < domains.rowLimit; row++) domains.bury(row, 2)
  for (let row = 0; row < hosts.rowLimit; row++) hosts.bury(row, 2)
}

/** Ten domains on two hosts, scrolled to the domain 7 on kvm-02, of which 5 pixels are above the edge. */
function scrolled() {
  const fleet = fleetOf()
  host(fleet, 0, 'kvm-01')
  host(fleet, 1, 'kvm-02')
  for (let row = 0; row < 10; row++) fleet.domains.bear(row, [row % 2, 1, 2, 3, row], 1)
  const anchor = new ScrollAnchor()
  anchor.note(fleet, 1, 7, 5)
  return { fleet, anchor }
}

describe('the domain that the user has scrolled to', () => {
  it('is nothing to look for while its row number holds', () => {
    const { fleet, anchor } = scrolled()
    expect(anchor.isLost(1)).toBe(false)
    expect(anchor.find(fleet, 1, 0)).toBeNull()
  })

  it('is found under another row number once the new life of the tables has it, on the same host', () => {
    const { fleet, anchor } = scrolled()
    empty(fleet)
    expect(anchor.isLost(2)).toBe(true)
    expect(anchor.find(fleet, 2, 0)).toBeNull()
    host(fleet, 0, 'kvm-02')
    host(fleet, 1, 'kvm-01')
    fleet.domains.bear(3, [1, 1, 2, 3, 7], 3)
    expect(anchor.find(fleet, 2, 100)).toBeNull()
    fleet.domains.bear(4, [0, 1, 2, 3, 7], 3)
    expect(anchor.find(fleet, 2, 200)).toEqual({ row: 4, shiftPx: 5 })
    // More rows may come above it: it is found until the caller says that it is done.
    expect(anchor.find(fleet, 2, 300)).toEqual({ row: 4, shiftPx: 5 })
    anchor.drop()
    expect(anchor.find(fleet, 2, 400)).toBeNull()
  })

  it('is not replaced by what shows while it is waited for', () => {
    const { fleet, anchor } = scrolled()
    empty(fleet)
    anchor.find(fleet, 2, 0)
    host(fleet, 0, 'kvm-02')
    fleet.domains.bear(0, [0, 9, 9, 9, 9], 3)
    anchor.note(fleet, 2, 0, 0)
    fleet.domains.bear(1, [0, 1, 2, 3, 7], 3)
    expect(anchor.find(fleet, 2, 10)).toEqual({ row: 1, shiftPx: 5 })
  })

  it('is found again over a second restart that comes before the first is over', () => {
    const { fleet, anchor } = scrolled()
    empty(fleet)
    anchor.find(fleet, 2, 0)
    anchor.find(fleet, 3, 50_000)
    host(fleet, 0, 'kvm-02')
    fleet.domains.bear(1, [0, 1, 2, 3, 7], 3)
    expect(anchor.find(fleet, 3, 50_000 + MISSING_MS)).toEqual({ row: 1, shiftPx: 5 })
  })

  it('is given up when the user moves, and after a minute', () => {
    const { fleet, anchor } = scrolled()
    empty(fleet)
    anchor.find(fleet, 2, 0)
    host(fleet, 0, 'kvm-02')
    fleet.domains.bear(1, [0, 1, 2, 3, 7], 3)
    expect(anchor.find(fleet, 2, MISSING_MS + 1)).toBeNull()
    expect(anchor.isLost(2)).toBe(false)
    const { fleet: other, anchor: moved } = scrolled()
    moved.drop()
    expect(moved.find(other, 2, 0)).toBeNull()
  })
})

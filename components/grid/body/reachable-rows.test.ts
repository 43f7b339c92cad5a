import { describe, expect, it } from 'vitest'
import { CodeTable } from '../../../lib/columns/code-table.ts'
import type { LiveFleet, LiveHostState } from '../../live/live-fleet.ts'
import { ReachableRows } from './reachable-rows.ts'

const STATES: readonly LiveHostState[] = ['up', 'unreachable', 'busy', 'connecting']

/** A host in each state with one domain; one more domain of a host that said nothing yet. */
function fleet(): LiveFleet {
  const domains = new CodeTable()
  for (let row = 0; row <= STATES.length; row++) domains.bear(row, [row, 0, 0, 0, row], 1)
  const none = new Float64Array(6)
  const freshness = STATES.map((state) => ({ state, sampledAt: none, intervalMs: none }))
  return { domains, hosts: new CodeTable(), offset: 1, freshness, exceptions: new Map() }
}

describe('rows that count for totals', () => {
  it('leave out those of hosts out of reach, and keep the order of the others', () => {
    const reachable = new ReachableRows()
    reachable.pick(fleet(), Uint32Array.of(4, 1, 3, 2, 0), 5)
    expect([...reachable.rows.subarray(0, reachable.count)]).toEqual([4, 3, 2, 0])
  })

  it('look at no more rows than they are told, and forget those of before', () => {
    const reachable = new ReachableRows()
    reachable.pick(fleet(), Uint32Array.of(0, 2, 3), 3)
    reachable.pick(fleet(), Uint32Array.of(1, 2, 0), 2)
    expect([...reachable.rows.subarray(0, reachable.count)]).toEqual([2])
  })
})

import { describe, expect, it } from 'vitest'
import { CodeTable } from '../../lib/columns/code-table.ts'
import type { FeedState, LiveFleet, LiveHostState } from '../live/live-fleet.ts'
import { timeWords } from './time-words.ts'

const NOW = 1_000_000
const FEED = { status: 'live', paused: false, attempt: 0, lastFrameAt: NOW - 200 } as FeedState

interface Host {
  readonly fastMs?: number
  readonly monitorMs?: number
  readonly rosterMs?: number
  readonly state?: LiveHostState
}

/** Hosts with ages of their readings; fast groups keep 1 s, monitor groups 2 s, the roster 10 s. */
function fleetOf(...hosts: Host[]): LiveFleet {
  const table = new CodeTable()
  const names = table.addText('name')
  const freshness = hosts.map(({ fastMs = 300, monitorMs = 1500, rosterMs = 7000, state = 'up' }, row) => {
    table.bear(row, [], 1)
    names.set(row, `kvm-0${row + 1}`, 1)
    const ages = [fastMs, monitorMs, monitorMs, monitorMs, fastMs, monitorMs, rosterMs]
    const sampledAt = Float64Array.from(ages, (age) => NOW - age)
    return { state, sampledAt, intervalMs: Float64Array.of(1000, 2000, 2000, 2000, 1000, 2000, 10_000) }
  })
  return { domains: new CodeTable(), hosts: table, offset: 1, freshness, exceptions: new Map() }
}

const said = (fleet: LiveFleet, feed: FeedState = FEED) => {
  const { state, word, age, note } = timeWords(feed, fleet, NOW)
  return [state, word, age, note]
}

describe('the time state', () => {
  it('is live, and as old as the oldest reading of any host, not as the last frame', () => {
    expect(said(fleetOf({}, { monitorMs: 5500 }))).toEqual(['live', 'live', '5 s', ''])
    expect(said(fleetOf({}))).toEqual(['live', 'live', '1 s', ''])
  })

  it('never says that a host 26 s behind is live: stale where it is the only one, told apart where it is one of several', () => {
    expect(said(fleetOf({ monitorMs: 26_000 }))).toEqual(['stale', 'stale', '26 s', ''])
    expect(said(fleetOf({}, { monitorMs: 26_000 }))).toEqual(['behind', 'live', '1 s', '1 host behind 26 s'])
    const { title } = timeWords(FEED, fleetOf({}, { monitorMs: 26_000 }, { fastMs: 9000 }), NOW)
    expect(title).toContain('2 hosts behind; most of all kvm-02, whose oldest reading is 26 s old.')
  })

  it('does not call the page stale for a host out of reach, unless all are', () => {
    const down: Host = { state: 'unreachable', fastMs: 1e7, monitorMs: 1e7, rosterMs: 1e7 }
    expect(said(fleetOf({}, down))).toEqual(['live', 'live', '1 s', ''])
    expect(timeWords(FEED, fleetOf({}, down), NOW).title).toContain('1 host out of reach: not counted here')
    expect(said(fleetOf(down, down))).toEqual(['stale', 'stale', '', 'no host in reach'])
  })

  it('counts the roster when it is late, and not before', () => {
    expect(said(fleetOf({ rosterMs: 29_000 }))).toEqual(['live', 'live', '1 s', ''])
    expect(said(fleetOf({}, { rosterMs: 31_000 }))).toEqual(['behind', 'live', '1 s', '1 host behind 31 s'])
  })

  it('tells the age of the data, too, when frames do not come, when paused and when offline', () => {
    const fleet = fleetOf({ fastMs: 5300, monitorMs: 6500 })
    expect(said(fleet, { ...FEED, lastFrameAt: NOW - 5000 })).toEqual(['stale', 'stale', '6 s', ''])
    expect(said(fleet, { ...FEED, paused: true })).toEqual(['paused', 'paused', '6 s', ''])
    expect(said(fleet, { ...FEED, status: 'waiting' })).toEqual(['offline', 'offline', '6 s', ''])
    expect(timeWords({ ...FEED, lastFrameAt: NOW - 5000 }, fleet, NOW).title).toContain('from the server for 5 s.')
  })

  it('has no age before anything was read', () => {
    expect(said(fleetOf(), { ...FEED, lastFrameAt: null, status: 'connecting' })).toEqual([
      'connecting',
      'connecting',
      '',
      '',
    ])
    expect(said(fleetOf())).toEqual(['live', 'live', '', ''])
  })
})

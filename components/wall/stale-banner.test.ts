import { describe, expect, it } from 'vitest'
import { CodeTable } from '../../lib/columns/code-table.ts'
import { READING_COUNT } from '../../lib/metrics/types.ts'
import { createFeed } from '../live/feed.ts'
import type { FeedState, LiveHostState } from '../live/live-fleet.ts'
import { ServerClock } from './server-clock.ts'
import { bannerWords } from './stale-banner.ts'

const NOW = 500_000
const live: FeedState = {
  ...createFeed({ url: 'ws://localhost/' }).store.getState(),
  status: 'live',
  lastFrameAt: NOW - 300,
}

function words(
  feed: Partial<FeedState>,
  hosts: readonly (readonly [LiveHostState, number])[],
  wall: number | null = null,
) {
  const freshness = hosts.map(([state, ageMs]) => ({
    state,
    sampledAt: new Float64Array(READING_COUNT).fill(NOW - ageMs),
    intervalMs: new Float64Array(READING_COUNT).fill(1000),
  }))
  const fleet = { domains: new CodeTable(), hosts: new CodeTable(), offset: 1, freshness, exceptions: new Map() }
  return bannerWords({ ...live, ...feed }, fleet, NOW, (at) => (wall === null ? null : wall + at - NOW))
}

describe('banner across a wall', () => {
  it('is not there while data come', () => {
    expect(words({}, [['up', 800]])).toBe(null)
    expect(
      words({}, [
        ['up', 800],
        ['unreachable', 9e5],
      ]),
    ).toBe(null)
    expect(words({}, [])).toBe(null)
  })

  it('says since when, by the clock of the server, and what is done about it', () => {
    const wall = new Date(2026, 3, 5, 14, 3, 32).getTime()
    const lost = {
      status: 'waiting',
      lastFrameAt: NOW - 9000,
      retryAt: NOW + 3200,
      attempt: 7,
      detail: 'the server cannot be reached',
    } as const
    expect(
      words(
        lost,
        [
          ['up', 10_000],
          ['up', 40_000],
        ],
        wall,
      ),
    ).toEqual({
      title: 'NO DATA SINCE 14:03:22 · 10 s',
      why: 'The server cannot be reached; next try in 4 s, try 7.',
    })
    expect(words(lost, [['up', 10_000]])?.title).toBe('NO DATA FOR 10 s')
  })

  it('comes when the server lives but reaches no host, and when it says nothing', () => {
    expect(words({}, [['unreachable', 65_000]])).toEqual({
      title: 'NO DATA FOR 65 s',
      why: 'No host is in reach of the server.',
    })
    expect(words({ lastFrameAt: NOW - 6000 }, [['up', 6500]])?.why).toBe('Nothing has come from the server for 6 s.')
    expect(words({}, [['up', 60_000]])?.why).toBe('All hosts are behind.')
  })

  it('says that nothing has come yet, and why the server refused', () => {
    expect(words({ status: 'connecting', lastFrameAt: null }, [])).toEqual({
      title: 'NO DATA YET',
      why: 'Connecting to the server.',
    })
    expect(words({ status: 'refused', detail: 'this link was revoked' }, [['up', 1000]])?.why).toBe(
      'this link was revoked',
    )
  })
})

describe('clock of the server', () => {
  it('keeps its course through uneven answers, and follows a clock that was set', () => {
    const clock = new ServerClock()
    expect(clock.at(0)).toBe(null)
    clock.note(1_000_000, 100, 300)
    expect(clock.at(1200)).toBe(1_001_000)
    clock.note(1_060_300, 60_200, 60_200)
    expect(clock.at(60_200)).toBe(1_060_000)
    clock.note(5_000_000, 61_000, 61_000)
    expect(clock.at(61_000)).toBe(5_000_000)
  })
})

import { describe, expect, test } from 'vitest'
import { Lane } from '../../fleet/fleet-writer.ts'
import type { HistoryTrack } from '../../fleet/history-reader.ts'
import { forgetWaits, movesOf, waitsOf } from './stays.ts'

const END = Number.POSITIVE_INFINITY
const track = (host: string, from: number, to: number): HistoryTrack => ({
  ...{ host, from, to, uuid: 'u', entity: 'domain', identity: '', lane: Lane.Monitor, series: [] },
})
const event = (host: string, at: number, kind: string, reason: string) => ({
  host,
  at,
  kind,
  text: `${kind}: ${reason}`,
})
const resumed = (host: string, at: number, reason = 'migrated') => event(host, at, 'resumed', reason)

describe('moves of a domain [DT20]', () => {
  test('are when the guest came, not when the host began to take it in', () => {
    const tracks = [track('b', 40, 100), track('a', 0, 71)]
    expect(movesOf([resumed('b', 70)], tracks)).toEqual([{ host: 'b', at: 70 }])
  })

  test('are two when it went and came back', () => {
    const events = [resumed('b', 30), resumed('b', 35, 'unpaused'), resumed('a', 60, 'post-copy')]
    expect(movesOf(events, [track('a', 0, 100), track('b', 20, 62)])).toEqual([
      { host: 'b', at: 30 },
      { host: 'a', at: 60 },
    ])
  })

  test('begin with the first sample, where no event was kept', () => {
    const tracks = [track('a', 0, 50), track('b', 51, 80), track('c', 81, 100)]
    expect(movesOf([resumed('c', 90)], tracks).map(({ host, at }) => `${host} ${at}`)).toEqual(['b 51', 'c 90'])
  })

  test('are none to a host whose migration was given up', () => {
    expect(movesOf([], [track('a', 0, 100), track('b', 40, 60)])).toEqual([])
    expect(movesOf([], [])).toEqual([])
  })
})

describe('a process whose guest is elsewhere', () => {
  test('waits from the begin of its migration until the guest comes, in whatever state, or the process ends', () => {
    const events = [
      event('b', 10, 'started', 'migrated'),
      event('a', 11, 'migration-iteration', 'round 1'),
      event('b', 20, 'stopped', 'failed'),
      event('b', 30, 'started', 'migrated'),
      event('b', 31, 'defined', 'updated'),
      resumed('b', 40),
      event('b', 50, 'suspended', 'paused'),
      event('b', 60, 'started', 'migrated'),
      event('b', 70, 'suspended', 'paused'),
    ]
    expect(waitsOf(events, 'b')).toEqual([
      { from: 10, to: 20, isNew: true },
      { from: 30, to: 40, isNew: true },
      { from: 60, to: 70, isNew: true },
    ])
    expect(waitsOf(events, 'a')).toEqual([])
  })

  test('waits at the source from the hand-over until it ends', () => {
    const events = [event('a', 10, 'suspended', 'migrated'), event('a', 11, 'suspended', 'post-copy')]
    expect(waitsOf(events, 'a')).toEqual([
      { from: 10, to: 11, isNew: false },
      { from: 11, to: END, isNew: false },
    ])
  })

  test('leaves nothing in the past', () => {
    const low = Float32Array.from({ length: 10 }, (_, i) => i)
    const high = low.slice()
    forgetWaits({ low, high }, 0, 10, [
      { from: 15, to: 41, isNew: false },
      // Before it began there was no process: what the bucket of its beginning holds is its own.
      { from: 85, to: END, isNew: true },
    ])
    const known = [...low].map((value, i) => (Number.isNaN(value) ? '-' : `${value}${high[i]}`)).join(' ')
    expect(known).toBe('00 11 - - - 55 66 77 - -')
  })
})

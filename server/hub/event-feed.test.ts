import { describe, expect, it } from 'vitest'
import { readClock } from '../../lib/sync/detail/detail-decode.ts'
import { parseFrame } from '../../lib/sync/wire/frame.ts'
import { EventLog } from '../fleet/events/event-log.ts'
import { ManualClock } from '../testing/manual-clock.ts'
import { EventFeed } from './event-feed.ts'

function setUp() {
  const clock = new ManualClock()
  const log = new EventLog(clock)
  const feed = new EventFeed(log, clock, () => {})
  log.add({ host: 'kvm-01', uuid: '', name: '' }, { kind: 'host-up', text: 'up', details: {} })
  const clockOf = ({ frame }: { frame: Uint8Array }) => readClock(parseFrame(frame))
  return { clock, feed, clockOf }
}

describe('frames of events', () => {
  it('are shared by clients that ask at about the same time', () => {
    const { clock, feed } = setUp()
    const first = feed.frame(0, true, 1)
    clock.advance(50)
    expect(feed.frame(0, true, 1).frame).toBe(first.frame)
  })

  it('tell the clocks as of when they are sent: who comes later must not take an old clock for the present one', () => {
    const { clock, feed, clockOf } = setUp()
    feed.frame(0, true, 1)
    clock.advance(60_000)
    expect(clockOf(feed.frame(0, true, 1))).toEqual({ now: clock.now(), wall: clock.wall() })
  })
})

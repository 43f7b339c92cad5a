import { describe, expect, it } from 'vitest'
import type { FeedSocketEvents } from './browser-socket.ts'
import { FeedLink } from './feed-link.ts'
import { FakeClock } from './testing/fake-server.ts'

const HOUR_MS = 3_600_000

describe('a link', () => {
  it('holds no more timers after an hour of frames than after a second', () => {
    const clock = new FakeClock()
    let undone = 0
    const after = (ms: number, callback: () => void) => {
      const undo = clock.after(ms, callback)
      return () => {
        undone++
        undo()
      }
    }
    const sockets: FeedSocketEvents[] = []
    const ignore = () => {}
    const link = new FeedLink(
      {
        url: () => 'ws://host/api/v1/stream',
        createSocket: (_url, _subprotocol, events) => {
          sockets.push(events)
          return { send: ignore, close: ignore }
        },
        clock: { now: () => clock.now(), after },
        random: () => 0.5,
      },
      { connecting: ignore, opened: ignore, received: ignore, outOfStep: ignore, waiting: ignore, refused: ignore },
    )
    link.open()
    clock.advance(0)
    sockets[0]!.opened()
    for (let ms = 0; ms < HOUR_MS; ms += 1000) {
      clock.advance(1000)
      sockets[0]!.received(new Uint8Array(16))
    }
    expect(sockets).toHaveLength(1)
    undone = 0
    link.close()
    expect(undone).toBeLessThan(4)
    expect(clock.pending).toBe(0)
  })
})

import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import type { Feed } from '../live/live-fleet.ts'
import { eachSecond } from './each-second.ts'

/** Only what `eachSecond` asks a feed for. */
function fakeFeed() {
  const listeners = new Set<(offset: number) => void>()
  const feed = {
    onFrame(listener: (offset: number) => void) {
      listeners.add(listener)
      return () => void listeners.delete(listener)
    },
  } as Feed
  const frame = (): void => {
    for (const listener of listeners) listener(1)
  }
  return { feed, listeners, frame }
}

beforeEach(() => {
  vi.useFakeTimers()
  vi.stubGlobal('requestAnimationFrame', (job: () => void) => setTimeout(job, 16))
  vi.stubGlobal('cancelAnimationFrame', (handle: number) => clearTimeout(handle))
})

afterEach(() => {
  vi.useRealTimers()
  vi.unstubAllGlobals()
})

describe('a job of each second', () => {
  it('runs at once, then with the first frame of each second', async () => {
    const { feed, frame } = fakeFeed()
    const job = vi.fn()
    eachSecond(feed, job)
    expect(job).toHaveBeenCalledTimes(1)
    for (let tenth = 0; tenth < 30; tenth++) {
      await vi.advanceTimersByTimeAsync(100)
      frame()
    }
    await vi.advanceTimersByTimeAsync(16)
    expect(job).toHaveBeenCalledTimes(1 + 3)
  })

  it('goes on without frames', async () => {
    const { feed } = fakeFeed()
    const job = vi.fn()
    eachSecond(feed, job)
    await vi.advanceTimersByTimeAsync(5500)
    expect(job).toHaveBeenCalledTimes(1 + 4)
  })

  it('stops', async () => {
    const { feed, frame, listeners } = fakeFeed()
    const job = vi.fn()
    const stop = eachSecond(feed, job)
    await vi.advanceTimersByTimeAsync(1000)
    frame()
    await Promise.resolve()
    stop()
    await vi.advanceTimersByTimeAsync(5000)
    expect(job).toHaveBeenCalledTimes(1)
    expect(listeners.size).toBe(0)
  })
})

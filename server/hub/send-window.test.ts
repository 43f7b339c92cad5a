import { describe, expect, it } from 'vitest'
import { SendWindow } from './send-window.ts'
import { TokenBucket } from './token-bucket.ts'

describe('the window of a connection', () => {
  it('[SY70] closes at two frames or at its bytes, and opens with an acknowledgement', () => {
    const window = new SendWindow(2, 1000)
    window.sent(10, 1, 0)
    expect(window.isOpen).toBe(true)
    window.sent(10, 2, 0)
    expect(window.isOpen).toBe(false)
    expect(window.acknowledge(1, 1, 5)).toBe(true)
    expect(window.isOpen).toBe(true)
    window.sent(5000, 3, 6)
    expect(window.isOpen).toBe(false)
    expect(window.acknowledge(3, 3, 7)).toBe(true)
    expect([window.isOpen, window.isIdle, window.ackedOffset]).toEqual([true, true, 3])
  })

  it('[SY64] takes an old acknowledgement again and refuses one that cannot be true', () => {
    const window = new SendWindow(2, 1000)
    window.sent(10, 7, 0)
    expect(window.acknowledge(2, 7, 0)).toBe(false)
    expect(window.acknowledge(1, 8, 0)).toBe(false)
    expect(window.acknowledge(1, 7, 0)).toBe(true)
    expect(window.acknowledge(1, 7, 0)).toBe(true)
    expect(window.acknowledge(0, 0, 0)).toBe(true)
  })

  it('[R-11] counts the wait from the oldest frame or the last progress, and no wait when idle', () => {
    const window = new SendWindow(2, 1000)
    expect(window.waitedMs(50)).toBe(0)
    window.sent(10, 1, 100)
    window.sent(10, 2, 300)
    expect(window.waitedMs(600)).toBe(500)
    window.acknowledge(1, 1, 600)
    expect(window.waitedMs(700)).toBe(100)
    window.acknowledge(2, 2, 800)
    expect(window.waitedMs(9000)).toBe(0)
  })
})

describe('a token bucket', () => {
  it('[R-11] lets a burst through and then the rate', () => {
    const bucket = new TokenBucket(20, 40, 0)
    const taken = (now: number, tries: number) =>
      Array.from({ length: tries }, () => bucket.take(now)).filter(Boolean).length
    expect(taken(0, 100)).toBe(40)
    expect(taken(1000, 100)).toBe(20)
    expect(taken(1049, 10)).toBe(0)
    expect(taken(1050, 10)).toBe(1)
    expect(taken(100_000, 100)).toBe(40)
  })
})

import { describe, expect, it } from 'vitest'
import { HeldScale, SHRINK_AFTER_MS } from './held-scale.ts'

const percent = { id: 'cpuPercent', unit: '%' } as const

describe('held scale', () => {
  it('grows at once', () => {
    const held = new HeldScale(percent)
    expect(held.update(0, 30, 0).top).toBe(30)
    expect(held.update(0, 90, 1).top).toBe(100)
  })

  it('shrinks only when it was too high for half a minute, and then to what that time needed', () => {
    const held = new HeldScale(percent)
    held.update(0, 90, 0)
    const tall = held.update(0, 9, 1000)
    expect(tall.top).toBe(100)
    held.update(0, 18, 10_000)
    expect(held.update(0, 9, 999 + SHRINK_AFTER_MS)).toBe(tall)
    expect(held.update(0, 9, 1000 + SHRINK_AFTER_MS).top).toBe(20)
  })

  it('starts to wait again when the height was needed once more', () => {
    const held = new HeldScale(percent)
    held.update(0, 90, 0)
    held.update(0, 9, 1000)
    held.update(0, 95, 20_000)
    held.update(0, 9, 21_000)
    expect(held.update(0, 9, 32_000).top).toBe(100)
    expect(held.update(0, 9, 51_000).top).toBe(10)
  })

  it('stays where it is while nothing is known, and forgets when it is told to', () => {
    const held = new HeldScale(percent)
    const tall = held.update(0, 90, 0)
    expect(held.update(Number.POSITIVE_INFINITY, Number.NaN, 99_000)).toBe(tall)
    held.reset()
    expect(held.update(0, 9, 100_000).top).toBe(10)
  })
})

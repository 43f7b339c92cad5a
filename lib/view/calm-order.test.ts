import { describe, expect, it } from 'vitest'
import type { OrderMoment } from './calm-order.ts'
import { orderStep, patchOrder } from './calm-order.ts'

const MOMENT: OrderMoment = {
  now: 10_000,
  sortedAt: 0,
  holding: false,
  paused: false,
  asked: false,
  rosterChanged: false,
}

describe('calm order', () => {
  it('sorts again every five seconds, not sooner', () => {
    expect(orderStep({ ...MOMENT, sortedAt: 5001 })).toBe('keep')
    expect(orderStep({ ...MOMENT, sortedAt: 5000 })).toBe('sort')
  })

  it('holds while somebody reads or points, however long', () => {
    expect(orderStep({ ...MOMENT, holding: true })).toBe('keep')
    expect(orderStep({ ...MOMENT, paused: true })).toBe('keep')
  })

  it('answers the user at once, also while it holds', () => {
    expect(orderStep({ ...MOMENT, asked: true, holding: true, paused: true })).toBe('sort')
  })

  it('takes rows in and out while it holds, without sorting', () => {
    expect(orderStep({ ...MOMENT, holding: true, rosterChanged: true })).toBe('patch')
    expect(orderStep({ ...MOMENT, sortedAt: 9000, rosterChanged: true })).toBe('patch')
  })

  it('keeps the places of the rows that stay and puts new ones at the end', () => {
    const out = new Uint32Array(4)
    patchOrder(Uint32Array.of(7, 3, 9, 0, 0), 3, Uint32Array.of(1, 3, 7, 8), 4, out)
    expect([...out]).toEqual([7, 3, 1, 8])
  })
})

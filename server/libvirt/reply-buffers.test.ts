import { describe, expect, it } from 'vitest'
import { ReplyBuffers } from './reply-buffers.ts'
import { VirtualClock } from './testing/virtual-clock.ts'

const MiB = 1 << 20

function create() {
  const clock = new VirtualClock()
  return { clock, buffers: new ReplyBuffers(clock) }
}

describe('buffers of replies', () => {
  it('are used again for a reply of about the same size, and are exactly as long as asked for', () => {
    const { buffers } = create()
    const first = buffers.take(MiB)
    expect(first.length).toBe(MiB)
    buffers.give(first)
    const second = buffers.take(MiB + 1000)
    expect(second.buffer).toBe(first.buffer)
    expect([second.byteOffset, second.length]).toEqual([0, MiB + 1000])
    expect(buffers.spareBytes).toBe(0)
  })

  it('belong to one at a time', () => {
    const { buffers } = create()
    const taken = [buffers.take(MiB), buffers.take(MiB)]
    expect(taken[0]!.buffer).not.toBe(taken[1]!.buffer)
    for (const one of taken) buffers.give(one)
    const again = [buffers.take(MiB), buffers.take(MiB)]
    expect(again[0]!.buffer).not.toBe(again[1]!.buffer)
  })

  it('are not spent on much smaller replies, nor kept for small ones', () => {
    const { buffers } = create()
    const large = buffers.take(8 * MiB)
    buffers.give(large)
    expect(buffers.take(MiB).buffer).not.toBe(large.buffer)
    buffers.give(buffers.take(100))
    expect(buffers.spareBytes).toBe(large.buffer.byteLength)
  })

  it('go when nobody takes them for a minute', async () => {
    const { clock, buffers } = create()
    buffers.give(buffers.take(8 * MiB))
    await clock.advance(60_001)
    const other = buffers.take(MiB)
    buffers.give(other)
    expect(buffers.spareBytes).toBe(other.buffer.byteLength)
  })

  it('take no more than 64 MiB, the oldest going first', () => {
    const { buffers } = create()
    const taken = Array.from({ length: 10 }, () => buffers.take(8 * MiB))
    for (const one of taken) buffers.give(one)
    expect(buffers.spareBytes).toBeLessThanOrEqual(64 * MiB)
    expect(buffers.spareBytes).toBeGreaterThan(48 * MiB)
    const kept = Array.from({ length: 7 }, () => buffers.take(8 * MiB).buffer)
    expect(kept).toContain(taken[9]!.buffer)
    expect(kept).not.toContain(taken[0]!.buffer)
    expect(buffers.spareBytes).toBe(0)
  })
})

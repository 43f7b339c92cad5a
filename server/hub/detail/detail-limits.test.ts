import { describe, expect, it } from 'vitest'
import { DetailClient, DetailWorld, trackOf } from '../testing/detail-world.ts'
import { KEPT_SAMPLES } from './open-domain.ts'

describe('the limits of a detail', () => {
  it('[DT30] close a frame of points after 64 KiB, and the rest comes in the next', () => {
    const vcpus = Array.from({ length: 512 }, (_, i) => i)
    const world = new DetailWorld()
    world.poll(0, 1, { vcpus })
    world.commit()
    const client = new DetailClient(world)
    const copy = client.open(1)
    world.poll(900, 2, { vcpus })
    world.commit()
    const sample = client.sizes.at(-1)!
    client.acknowledges = false
    for (let i = 0; i < KEPT_SAMPLES; i++) world.poll(1000, 3 + i, { vcpus })
    const before = client.sizes.length
    client.acknowledges = true
    client.acknowledgeNow()
    world.commit()
    const sizes = client.sizes.slice(before)
    expect(sizes.length).toBeGreaterThan(3)
    expect(Math.max(...sizes)).toBeLessThanOrEqual((64 << 10) + sample)
    const ends = trackOf(copy, 'vcpu', '511')
    expect([ends.count, trackOf(copy, 'vcpu', '0').count]).toEqual([KEPT_SAMPLES + 1, KEPT_SAMPLES + 1])
  })
})

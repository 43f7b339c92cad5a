import { describe, expect, it } from 'vitest'
import type { Probed } from '../testing/bulk-probe.ts'
import { BulkProbe, NOWAIT } from '../testing/bulk-probe.ts'

const MONITOR = 46
const FAST = 17

function frozenProbe() {
  const probe = new BulkProbe('sim:?hosts=1&domains=30&inactive=0&churn=off')
  const guest = probe.host.guests[20]!
  probe.host.monitors.freeze(guest)
  return { probe, guest }
}

/** Whether a promise has settled by now, without letting time pass. */
async function settled(promise: Promise<unknown>): Promise<boolean> {
  let done = false
  void promise.finally(() => {
    done = true
  })
  for (let turn = 0; turn < 20; turn++) await Promise.resolve()
  return done
}

const isPartial = (record: Probed | undefined) => record !== undefined && !record.keys.includes('balloon.rss')

describe('a domain whose QEMU is frozen', () => {
  it('blocks the first monitor call until it is thawed, NOWAIT or not', async () => {
    for (const flags of [0, NOWAIT]) {
      const { probe, guest } = frozenProbe()
      const call = probe.records({ stats: MONITOR, flags })
      probe.clock.advance(300_000)
      expect(await settled(call)).toBe(false)
      probe.host.monitors.thaw(guest)
      const records = await call
      expect(records.size).toBe(30)
      expect([...records.values()].some(isPartial)).toBe(false)
    }
  })

  it('is left out by later NOWAIT calls: only its record is partial', async () => {
    const { probe, guest } = frozenProbe()
    const first = probe.records({ stats: MONITOR })
    await settled(first)
    const second = await probe.records({ stats: MONITOR })
    const partial = [...second.values()].filter(isPartial)
    expect(partial.map(({ name }) => name)).toEqual([guest.name])
    probe.host.monitors.thaw(guest)
    await first
    expect(isPartial(await probe.record(guest.name, { stats: MONITOR }))).toBe(false)
  })

  it('costs later calls without NOWAIT 30 seconds', async () => {
    const { probe, guest } = frozenProbe()
    const first = probe.records({ stats: MONITOR })
    await settled(first)
    const second = probe.records({ stats: MONITOR, flags: 0 })
    await settled(second)
    probe.clock.advance(29_999)
    expect(await settled(second)).toBe(false)
    probe.clock.advance(1)
    expect([...(await second).values()].filter(isPartial).length).toBe(1)
    probe.host.monitors.thaw(guest)
    await first
  })

  it('does not hold up state and interface, nor calls for other domains', async () => {
    const { probe, guest } = frozenProbe()
    const stuck = probe.records({ stats: MONITOR })
    await settled(stuck)
    expect((await probe.records({ stats: FAST })).size).toBe(30)
    const uuids = probe.host.guests.filter((other) => other !== guest).map((other) => other.shape.uuid)
    expect((await probe.records({ stats: MONITOR, flags: 0, uuids })).size).toBe(29)
    probe.host.monitors.thaw(guest)
    await stuck
  })

  it('tells since when a call has been stuck in its monitor, and not before one is', async () => {
    const { probe, guest } = frozenProbe()
    expect(probe.host.monitors.occupiedSince(guest)).toBeNull()
    probe.clock.advance(5_000)
    const stuck = probe.records({ stats: MONITOR })
    await settled(stuck)
    expect(probe.host.monitors.occupiedSince(guest)).toBe(5)
    probe.host.monitors.thaw(guest)
    await stuck
    expect(probe.host.monitors.occupiedSince(guest)).toBeNull()
  })

  it('lets the call go when its process dies', async () => {
    const { probe, guest } = frozenProbe()
    const stuck = probe.records({ stats: MONITOR })
    await settled(stuck)
    probe.host.stop(guest, 'destroy')
    expect((await stuck).size).toBe(guest.persistent ? 30 : 29)
  })

  it('swallows one call for each frozen domain', async () => {
    const { probe, guest } = frozenProbe()
    const other = probe.host.guests[25]!
    probe.host.monitors.freeze(other)
    const calls = [1, 2, 3].map(() => probe.records({ stats: MONITOR }))
    const states = []
    for (const call of calls) states.push(await settled(call))
    expect(states).toEqual([false, false, true])
    probe.host.monitors.thaw(guest)
    probe.host.monitors.thaw(other)
    await Promise.all(calls)
  })
})

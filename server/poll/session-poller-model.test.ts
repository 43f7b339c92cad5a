import fc from 'fast-check'
import { expect, test } from 'vitest'
import { Lane } from '../fleet/fleet-writer.ts'
import { settle } from '../libvirt/testing/virtual-clock.ts'
import { started, startPoller } from './testing/start-poller.ts'
import type { Behaviour } from './testing/virtual-session.ts'

const SEED = 20_261

test(`[T-M2] whatever the daemon does: one call in each slot, at most two orphans, no stuck lane, seed ${SEED}`, async () => {
  const behaviour = fc.oneof(
    { weight: 6, arbitrary: fc.integer({ min: 1, max: 900 }) },
    { weight: 2, arbitrary: fc.integer({ min: 900, max: 8_000 }) },
    { weight: 1, arbitrary: fc.constant('hang' as const) },
    { weight: 1, arbitrary: fc.constantFrom({ code: 1 }, { code: 38 }, { code: 39 }) },
  )
  const step = fc.record({
    waitMs: fc.integer({ min: 1, max: 20_000 }),
    event: fc.boolean(),
    releases: fc.integer({ min: 0, max: 2 }),
  })
  await fc.assert(
    fc.asyncProperty(
      fc.infiniteStream(behaviour),
      fc.array(step, { minLength: 1, maxLength: 12 }),
      async (stream, steps) => {
        const { clock, session, fleet, stop } = startPoller(1000, 10, () => stream.next().value as Behaviour)
        session.domains = [{ name: 'd', uuid: new Uint8Array(16), id: 1 }]
        for (const { waitMs, event, releases } of steps) {
          await clock.advance(waitMs)
          if (event) session.events.emit(started)
          for (const answer of session.hanging.splice(0, releases)) answer()
          await settle()
        }
        // Two orphans, and one call in each slot.
        expect(session.mostOutstanding).toBeLessThanOrEqual(4)
        expect(fleet.mostOrphans).toBeLessThanOrEqual(2)
        // Once the daemon is well again, so is the host.
        session.behave = () => 5
        for (const answer of session.hanging.splice(0)) answer()
        await clock.advance(300_000)
        expect([fleet.last?.orphans, fleet.states.at(-1)?.state ?? 'up']).toEqual([0, 'up'])
        const recent = session.calls.filter(({ at }) => at > clock.now() - 5000)
        expect(new Set(recent.map(({ lane }) => lane)).has(Lane.Fast)).toBe(true)
        expect(new Set(recent.map(({ lane }) => lane)).has(Lane.Monitor)).toBe(true)
        stop()
      },
    ),
    { seed: SEED, numRuns: 120 },
  )
})

import fc from 'fast-check'
import { expect, test } from 'vitest'
import { Lane } from '../fleet/fleet-writer.ts'
import type { Asked, Opening } from './testing/lossy-daemon.ts'
import { startLossy } from './testing/start-lossy.ts'

const SEED = 20_268
const ASKED: readonly Asked[] = ['fast', 'roster', 'monitor', 'list', 'node', 'xml', 'job', 'control']

const step = fc.oneof(
  { weight: 4, arbitrary: fc.record({ lose: fc.constantFrom(...ASKED, 'any' as const), times: fc.nat(4) }) },
  { weight: 1, arbitrary: fc.record({ loseAllOn: fc.constant('present') }) },
  { weight: 2, arbitrary: fc.record({ opening: fc.constantFrom<Opening>('well', 'refused', 'silent') }) },
  { weight: 2, arbitrary: fc.record({ freeze: fc.nat(4) }) },
  { weight: 2, arbitrary: fc.record({ thaw: fc.nat(4) }) },
  { weight: 1, arbitrary: fc.record({ comeLate: fc.nat(3) }) },
)

test(`[T-M2] whatever gets lost, hangs or comes late: two orphans, one call in each slot, and within a minute of the daemon being well so is the host, seed ${SEED}`, async () => {
  await fc.assert(
    fc.asyncProperty(
      fc.array(fc.tuple(step, fc.integer({ min: 1, max: 90_000 })), { maxLength: 10 }),
      async (steps) => {
        const { clock, daemon, fleet, stop, lastOf } = startLossy()
        const left = new Map<Asked | 'any', number>()
        let allUpTo = -1
        daemon.loses = (what, connection) => {
          if (connection <= allUpTo) return true
          const key = (left.get(what) ?? 0) > 0 ? what : 'any'
          const many = left.get(key) ?? 0
          left.set(key, Math.max(0, many - 1))
          return many > 0
        }
        for (const [doing, waitMs] of steps) {
          if ('lose' in doing) left.set(doing.lose, doing.times)
          else if ('loseAllOn' in doing) allUpTo = daemon.sessions.length - 1
          else if ('opening' in doing) daemon.opening = doing.opening
          else if ('freeze' in doing) daemon.freeze(doing.freeze)
          else if ('thaw' in doing) daemon.thaw(doing.thaw)
          else for (const answer of daemon.lost.splice(0, doing.comeLate)) answer()
          fleet.toDescribe = [...daemon.domains]
          fleet.busy = [{ domain: daemon.domains[4]!, whole: true, disks: [] }]
          await clock.advance(waitMs)
        }
        expect(fleet.mostOrphans).toBeLessThanOrEqual(2)
        // Two orphans, a monitor call and a job's question under way.
        expect(daemon.mostHeld).toBeLessThanOrEqual(4)
        expect(daemon.connected).toBeLessThanOrEqual(2)

        for (let guest = 0; guest < 5; guest++) daemon.thaw(guest)
        daemon.opening = 'well'
        left.clear()
        // A call that is lost only now is overdue within 20 s; a monitor lane that was slow keeps its duty.
        await clock.advance(90_000)
        expect(fleet.state).toMatch(/^(up|none)$/)
        expect(clock.now() - lastOf(Lane.Fast)).toBeLessThan(2500)
        await clock.advance(150_000)
        expect(clock.now() - lastOf(Lane.Monitor)).toBeLessThan(61_000)
        expect(fleet.last?.orphans).toBe(0)
        expect(fleet.mostOrphans).toBeLessThanOrEqual(2)
        await stop()
        // What the daemon had under way.
        await clock.advance(10)
        expect([daemon.connected, clock.pending]).toEqual([0, 0])
      },
    ),
    { seed: SEED, numRuns: 40 },
  )
})

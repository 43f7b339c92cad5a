import { expect, test } from 'vitest'
import { Lane } from '../fleet/fleet-writer.ts'
import type { DomainRef } from '../libvirt/host-session.ts'
import { VirtualClock } from '../libvirt/testing/virtual-clock.ts'
import { silentLog } from '../log.ts'
import { OrphanBudget } from './orphan-budget.ts'
import { SessionPoller } from './session-poller.ts'
import { RecordingFleet } from './testing/recording-fleet.ts'
import { VirtualSession } from './testing/virtual-session.ts'

const domain = (i: number): DomainRef => ({ name: `d${i}`, uuid: new Uint8Array(16).fill(i), id: i })

test('a driver without bulk statistics is asked by short lists, within the duty, however many domains it has', async () => {
  const clock = new VirtualClock()
  const session = new VirtualSession(clock)
  session.facts = { ...session.facts, stats: 'single' }
  session.domains = Array.from({ length: 120 }, (_, i) => domain(i + 1))
  session.behave = ({ lane }) => (lane === Lane.Monitor ? 100 : 5)
  const fleet = new RecordingFleet()
  const tally = { reconnects: 0, timeouts: 0 }
  const plan = { intervalMs: 1000, dutyPercent: 10, log: silentLog, tally, orphans: new OrphanBudget() }
  const stop = new SessionPoller({ host: 0, session, fleet, clock, ...plan }).start()
  await clock.advance(30_000)
  const asked = (lane: Lane) => session.calls.filter((call) => call.lane === lane)
  const sizes = new Set(asked(Lane.Monitor).map(({ request }) => request.domains?.length))
  expect([...sizes]).toEqual([50, 20])
  expect(new Set(asked(Lane.Fast).map(({ request }) => request.domains?.length))).toEqual(new Set([120]))
  // 300 ms for all of them, so ten times as long from one round to the next.
  const rounds = asked(Lane.Monitor).length / 3
  expect([rounds >= 9, rounds <= 11, fleet.state]).toEqual([true, true, 'none'])
  stop()
})

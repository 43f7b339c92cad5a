import { describe, expect, test } from 'vitest'
import { Lane } from '../fleet/fleet-writer.ts'
import type { DomainRef } from '../libvirt/host-session.ts'
import { startPoller } from './testing/start-poller.ts'

const domain: DomainRef = { name: 'open', uuid: new Uint8Array(16).fill(7), id: 3 }

/** A whole call takes `whole` ms, a list `list` ms. */
function watchedHost(whole: number, list: number, dutyPercent = 10) {
  const made = startPoller(1000, dutyPercent, ({ lane, request }) =>
    lane === Lane.Monitor ? (request.domains === undefined ? whole : list) : 2,
  )
  const times = (ofLists: boolean, from = 0) =>
    made.session.calls
      .filter(({ lane, request }) => lane === Lane.Monitor && (request.domains !== undefined) === ofLists)
      .map(({ at }) => at)
      .filter((at) => at >= from)
  return { ...made, times }
}

describe('domains that somebody looks at', () => {
  test('are asked by name every interval while the call about everything may come only now and then', async () => {
    const { clock, fleet, session, times } = watchedHost(1000, 5)
    await clock.advance(4000)
    expect(times(true)).toEqual([])
    fleet.watched = [domain]
    await clock.advance(26_000)
    const gaps = times(true, 6000).map((at, i, all) => at - (all[i - 1] ?? at - 1000))
    expect(gaps.filter((gap) => gap >= 1000 && gap <= 1010).length).toBeGreaterThan(18)
    expect(session.calls.find(({ request }) => request.domains !== undefined)?.request.domains).toEqual([domain])
    fleet.watched = []
    await clock.advance(1000)
    const before = times(true).length
    await clock.advance(20_000)
    expect(times(true)).toHaveLength(before)
  })

  test('are not asked twice where the call about everything comes every interval', async () => {
    const { clock, fleet, times } = watchedHost(20, 5)
    fleet.watched = [domain]
    await clock.advance(20_000)
    expect(times(true)).toEqual([])
    expect(times(false).length).toBeGreaterThanOrEqual(20)
  })

  test('stay within the duty together with the calls about everything, however much they cost', async () => {
    const { clock, fleet, times } = watchedHost(1000, 400)
    fleet.watched = [domain]
    // By then as much is lent as ever is.
    const from = 200_000
    await clock.advance(from + 300_000)
    const cost = times(false, from).length * 1000 + times(true, from).length * 400
    expect(cost / 300_000).toBeLessThan(0.11)
    expect(times(true, from).length).toBeGreaterThan(25)
    expect(times(false, from).length).toBeGreaterThan(12)
  })
})

import { describe, expect, test } from 'vitest'
import type { DomscopeError } from '../../lib/errors/domscope-error.ts'
import { Lane } from '../fleet/fleet-writer.ts'
import { settle } from '../libvirt/testing/virtual-clock.ts'
import type { LogFields } from '../log.ts'
import { started, startPoller } from './testing/start-poller.ts'
import type { Behaviour } from './testing/virtual-session.ts'

describe('[V-13] when the wall clock goes further than the monotonic one, as over a suspend', () => {
  const rounds = (fleet: { ingested: { lane: Lane; timing: { suspect: boolean } }[] }, lane: Lane) =>
    fleet.ingested.filter((each) => each.lane === lane).map(({ timing }) => timing.suspect)

  test.each([600_000, -3_600_000])(
    'by %d ms, each lane trusts no rate of its next reply, and the ones after it again',
    async (ms) => {
      const { clock, fleet } = startPoller()
      await clock.advance(3500)
      clock.wallAhead += ms
      await clock.advance(2000)
      for (const lane of [Lane.Fast, Lane.Monitor]) {
        expect(rounds(fleet, lane).slice(-3)).toEqual([false, true, false])
      }
      expect(rounds(fleet, Lane.Fast).filter((suspect) => suspect)).toHaveLength(1)
      await clock.advance(10_000)
      expect(rounds(fleet, Lane.Roster)).toEqual([false, true])
    },
  )

  test('a second more or less is nothing', async () => {
    const { clock, fleet } = startPoller()
    for (let i = 0; i < 20; i++) {
      clock.wallAhead += i % 2 === 0 ? 1000 : -900
      await clock.advance(1000)
    }
    expect(fleet.ingested.some(({ timing }) => timing.suspect)).toBe(false)
  })

  test('lists read after the jump are doubted, and those read before it in the next series', async () => {
    const { clock, session, fleet } = startPoller(
      1000,
      100,
      ({ lane, request }): Behaviour =>
        lane !== Lane.Monitor ? 5 : request.domains === undefined ? { code: 39 } : 100,
    )
    session.domains = Array.from({ length: 6000 }, (_, i) => ({ name: `d${i}`, uuid: new Uint8Array(16), id: i }))
    await clock.advance(1150)
    clock.wallAhead += 60_000
    await clock.advance(2800)
    expect(rounds(fleet, Lane.Monitor)).toEqual([
      ...[false, false, false],
      ...[false, true, true],
      ...[true, true, true],
      ...[false, false, false],
    ])
  })
})

describe('[V-9] a mistake of ours in taking in what one host said', () => {
  const logged = () => {
    const entries: { event: string; fields: LogFields }[] = []
    const note = (event: string, fields: LogFields = {}) => void entries.push({ event, fields })
    return { entries, log: { info: note, warn: note, error: note } }
  }

  test('is that host’s failed poll: it is logged with the host and its stack, and the polls go on', async () => {
    const { entries, log } = logged()
    const { clock, fleet, timesOf } = startPoller(1000, 10, () => 5, log)
    fleet.fault = new TypeError('oops')
    await clock.advance(3500)
    expect(fleet.state).toBe('up: INTERNAL')
    expect(timesOf(Lane.Fast).length).toBeGreaterThanOrEqual(3)
    const failures = entries.filter(({ event }) => event === 'poll.failed')
    expect(failures.map(({ fields }) => [fields.host, (fields.error as DomscopeError).radius])).toEqual([
      [0, 'connection'],
      [0, 'connection'],
      [0, 'connection'],
    ])
    expect(failures[0]?.fields.stack).toContain('TypeError: oops')
    fleet.fault = null
    await clock.advance(12_000)
    expect(fleet.state).toBe('up')
  })

  test('with a late reply does not end the process either', async () => {
    let hangs = 1
    const { clock, fleet, session } = startPoller(
      1000,
      10,
      ({ lane }): Behaviour => (lane === Lane.Monitor && hangs-- > 0 ? 'hang' : 5),
    )
    await clock.advance(5100)
    fleet.fault = new TypeError('oops')
    session.hanging[0]?.()
    await settle()
    await clock.advance(1)
    expect(fleet.states.some(({ code }) => code === 'INTERNAL')).toBe(true)
    expect(fleet.last?.orphans).toBeLessThanOrEqual(1)
  })

  test('with an event is logged, and the roster is asked all the same', async () => {
    const { entries, log } = logged()
    const { clock, fleet, session, timesOf } = startPoller(1000, 10, () => 5, log)
    await clock.advance(3500)
    fleet.fault = new TypeError('oops')
    session.events.emit(started)
    fleet.fault = null
    await clock.advance(300)
    expect(entries).toMatchObject([{ event: 'poll.event-failed', fields: { host: 0, kind: 'lifecycle' } }])
    expect(timesOf(Lane.Roster)).toEqual([0, 3520])
  })
})

import { describe, expect, test } from 'vitest'
import { DomscopeError } from '../../lib/errors/domscope-error.ts'
import { Lane } from '../fleet/fleet-writer.ts'
import type { DomainRef } from '../libvirt/host-session.ts'
import { startPoller } from './testing/start-poller.ts'
import type { Behaviour } from './testing/virtual-session.ts'

const domain = (i: number): DomainRef => ({ name: `d${i}`, uuid: new Uint8Array(16).fill(i), id: i })
const domains = (count: number) => Array.from({ length: count }, (_, i) => domain(i + 1))

describe('control info of domains whose records are partial', () => {
  test('is asked for each one every 15 s, and for none while none is partial', async () => {
    const { clock, fleet, session } = startPoller()
    await clock.advance(5500)
    expect(session.controlled).toEqual([])
    fleet.partial = domains(2)
    await clock.advance(31_000)
    expect(fleet.controls).toEqual([
      { name: 'd1', state: 0, at: 6000 },
      { name: 'd2', state: 0, at: 7000 },
      { name: 'd1', state: 0, at: 21_000 },
      { name: 'd2', state: 0, at: 22_000 },
      { name: 'd1', state: 0, at: 36_000 },
    ])
  })

  test('is asked at most once a second, however many are partial and however short the interval', async () => {
    const { clock, fleet, session } = startPoller(100)
    fleet.partial = domains(40)
    await clock.advance(40_500)
    expect(session.controlled).toHaveLength(41)
    expect(new Set(session.controlled).size).toBe(40)
  })

  test('is asked once of a driver that does not have it: nothing can have hold of a monitor then', async () => {
    const events: string[] = []
    const note = (event: string) => void events.push(event)
    const { clock, fleet, session } = startPoller(1000, 10, () => 5, { info: note, warn: note, error: note })
    fleet.partial = domains(2)
    session.controls = () =>
      Promise.reject(new DomscopeError('RPC_REMOTE', 'no', { radius: 'reply', detail: { code: 3 } }))
    await clock.advance(20_000)
    expect([session.controlled, events]).toEqual([['d1'], []])
    expect(fleet.controls.map(({ name, state }) => [name, state])).toEqual([
      ['d1', 0],
      ['d2', 0],
      ['d1', 0],
      ['d2', 0],
    ])
  })

  test('waits for its answer before the next question', async () => {
    const { clock, fleet, session } = startPoller()
    fleet.partial = domains(9)
    session.controls = () => new Promise(() => {})
    await clock.advance(60_000)
    expect(session.controlled).toEqual(['d1'])
  })

  test('takes turns with the figures of the machine while a call that was given up is outstanding', async () => {
    const { clock, fleet, session } = startPoller(
      1000,
      10,
      ({ lane }): Behaviour => (lane === Lane.Monitor ? 'hang' : 5),
    )
    await clock.advance(5500)
    const before = session.nodeCalls
    fleet.partial = domains(3)
    await clock.advance(10_000)
    expect(session.controlled).toEqual(['d1', 'd2', 'd3'])
    expect(session.nodeCalls - before).toBeGreaterThanOrEqual(5)
    await clock.advance(10_000)
    for (const answer of session.hanging.splice(0)) answer()
    session.behave = () => 5
    await clock.advance(3000)
    expect(session.controlled.slice(0, 4)).toEqual(['d1', 'd2', 'd3', 'd1'])
  })

  test('that is refused does not end the polls', async () => {
    const { clock, fleet, session } = startPoller()
    fleet.partial = domains(2)
    session.controls = async () => {
      throw new TypeError('oops')
    }
    await clock.advance(20_500)
    expect([session.controlled.length, fleet.controls.length, fleet.state]).toEqual([4, 0, 'none'])
  })
  test('of a domain that has just gone is no complaint, and keeps none from the log', async () => {
    const entries: unknown[] = []
    const note = (event: string, fields?: Readonly<Record<string, unknown>>) =>
      void entries.push([event, fields?.domain])
    const { clock, fleet, session } = startPoller(1000, 10, () => 5, { info: note, warn: note, error: note })
    fleet.partial = domains(3)
    session.controls = async (name) => {
      const code = name === 'd1' ? 42 : 88
      throw new DomscopeError('RPC_REMOTE', 'refused', { radius: 'reply', detail: { code } })
    }
    await clock.advance(4500)
    expect(session.controlled).toEqual(['d1', 'd2', 'd3'])
    expect(entries).toEqual([['poll.control-failed', 'd2']])
  })
})

import { describe, expect, test } from 'vitest'
import { Lane } from '../fleet/fleet-writer.ts'
import type { DomainRef } from '../libvirt/host-session.ts'
import { startPoller } from './testing/start-poller.ts'
import type { Behaviour } from './testing/virtual-session.ts'

const domains = (count: number): DomainRef[] =>
  Array.from({ length: count }, (_, i) => ({ name: `d${i}`, uuid: new Uint8Array(16), id: i + 1 }))

function hostWith(count: number, behave: (named: boolean) => Behaviour = () => 5) {
  const made = startPoller(1000, 10, ({ lane, request }) =>
    lane === Lane.Monitor ? behave(request.domains !== undefined) : 5,
  )
  made.fleet.active = domains(count)
  made.session.domains = made.fleet.active
  const asked = () =>
    made.session.calls
      .filter(({ lane }) => lane === Lane.Monitor)
      .map(({ request }) => request.domains?.length ?? 'all')
  return { ...made, asked }
}

describe('monitor calls of a host whose domains are known', () => {
  test('name them, so that they wait for no other one, and end as a series of lists does', async () => {
    const { clock, fleet, asked } = hostWith(3)
    await clock.advance(2500)
    // The first call went out before anything was known.
    expect(asked()).toEqual(['all', 3, 3])
    expect(fleet.finished).toEqual([
      { lane: Lane.Monitor, askedAt: 1000 },
      { lane: Lane.Monitor, askedAt: 2000 },
    ])
    expect(fleet.ingested.filter(({ lane }) => lane === Lane.Monitor).map(({ complete }) => complete)).toEqual([
      ...[true, false, false],
    ])
  })

  test('are about everything where no domain is known, or more than one list holds', async () => {
    const { clock, fleet, asked } = hostWith(2001)
    await clock.advance(1500)
    expect(asked()).toEqual(['all', 'all'])
    fleet.active = domains(2000)
    await clock.advance(1000)
    expect(asked().at(-1)).toBe(2000)
    fleet.active = []
    await clock.advance(1000)
    expect(asked().at(-1)).toBe('all')
  })

  test('go on by shorter lists when that many are too much for one answer', async () => {
    const { clock, asked, fleet } = hostWith(1500, (named) => (named ? { code: 39 } : 5))
    await clock.advance(3500)
    expect(asked().slice(0, 4)).toEqual(['all', 1500, 1500, 1000])
    expect(fleet.state).toBe('up: RPC_REMOTE')
  })
})

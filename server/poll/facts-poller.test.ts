import { describe, expect, test } from 'vitest'
import { DomscopeError } from '../../lib/errors/domscope-error.ts'
import { Lane } from '../fleet/fleet-writer.ts'
import type { DomainRef } from '../libvirt/host-session.ts'
import { startPoller } from './testing/start-poller.ts'
import type { Behaviour } from './testing/virtual-session.ts'

const domain = (i: number): DomainRef => ({ name: `d${i}`, uuid: new Uint8Array(16).fill(i), id: i })
const domains = (count: number) => Array.from({ length: count }, (_, i) => domain(i + 1))

function codes(descriptions: ReturnType<typeof startPoller>['fleet']['descriptions']) {
  return descriptions.map(({ name, answer }) => [name, answer instanceof DomscopeError ? answer.code : answer.title])
}

describe('the XML of domains', () => {
  test('is read five times a second at most, and handed over as facts', async () => {
    const { clock, fleet, session } = startPoller()
    fleet.toDescribe = domains(8)
    session.xmls = async (name) => `<domain><title>${name}!</title></domain>`
    await clock.advance(1700)
    expect(session.described.map(([, at]) => at)).toEqual([500, 700, 900, 1100, 1300, 1500, 1700])
    expect(codes(fleet.descriptions).slice(0, 2)).toEqual([
      ['d1', 'd1!'],
      ['d2', 'd2!'],
    ])
    expect(fleet.descriptions[1]?.askedAt).toBe(700)
  })

  test('is read one at a time, however long one takes', async () => {
    const { clock, fleet, session } = startPoller()
    fleet.toDescribe = domains(3)
    session.xmls = () => new Promise((resolve) => void clock.after(3000, () => resolve('<domain/>')))
    await clock.advance(7000)
    expect(session.described.map(([, at]) => at)).toEqual([500, 3500, 6500])
  })

  test('that cannot be read is an error of that domain alone, told in the log once', async () => {
    const entries: string[] = []
    const note = (event: string) => void entries.push(event)
    const { clock, fleet, session } = startPoller(1000, 10, () => 5, { info: note, warn: note, error: note })
    fleet.toDescribe = domains(4)
    session.xmls = async (name) => {
      if (name === 'd2') throw new DomscopeError('RPC_REMOTE', 'denied', { radius: 'reply', detail: { code: 88 } })
      return name === 'd3' ? '<domain>' : '<domain/>'
    }
    await clock.advance(1500)
    expect(codes(fleet.descriptions)).toEqual([
      ['d1', null],
      ['d2', 'RPC_REMOTE'],
      ['d3', 'XML_MALFORMED'],
      ['d4', null],
    ])
    expect(entries).toEqual(['poll.facts-failed'])
  })

  test('of a domain that has just gone is no complaint, and keeps none from the log', async () => {
    const entries: unknown[] = []
    const note = (event: string, fields?: Readonly<Record<string, unknown>>) =>
      void entries.push([event, fields?.domain])
    const { clock, fleet, session } = startPoller(1000, 10, () => 5, { info: note, warn: note, error: note })
    fleet.toDescribe = domains(3)
    session.xmls = async (name) => {
      if (name === 'd3') return '<domain/>'
      const code = name === 'd1' ? 42 : 88
      throw new DomscopeError('RPC_REMOTE', 'refused', { radius: 'reply', detail: { code } })
    }
    await clock.advance(1200)
    expect(codes(fleet.descriptions)).toEqual([
      ['d1', 'RPC_REMOTE'],
      ['d2', 'RPC_REMOTE'],
      ['d3', null],
    ])
    expect(entries).toEqual([['poll.facts-failed', 'd2']])
  })

  test('that does not come is given up within the budget of the host, and taken when it comes late', async () => {
    const { clock, fleet, session } = startPoller()
    fleet.toDescribe = domains(2)
    const answers: (() => void)[] = []
    session.xmls = (name) =>
      name === 'd1' ? new Promise((resolve) => answers.push(() => resolve('<domain/>'))) : Promise.resolve('<domain/>')
    await clock.advance(16_500)
    expect(codes(fleet.descriptions)).toEqual([
      ['d1', 'RPC_TIMEOUT'],
      ['d2', null],
    ])
    await clock.advance(5000)
    expect(fleet.last?.orphans).toBe(1)
    answers[0]!()
    await clock.advance(2000)
    expect([fleet.last?.orphans, codes(fleet.descriptions)[2]]).toEqual([0, ['d1', null]])
  })

  test('is read of domains that do not hang while a call waits for one that does, and not at all with two such calls', async () => {
    const { clock, fleet, session } = startPoller(
      1000,
      10,
      ({ lane }): Behaviour => (lane === Lane.Monitor ? 'hang' : 5),
    )
    fleet.toDescribe = domains(1)
    await clock.advance(4000)
    expect([session.described.length, fleet.carefully]).toEqual([1, false])
    await clock.advance(6000)
    fleet.toDescribe = domains(2)
    await clock.advance(1500)
    expect([session.described.length, fleet.carefully]).toEqual([3, true])
    await clock.advance(120_000)
    fleet.toDescribe = domains(2)
    await clock.advance(3000)
    expect([fleet.last?.orphans, session.described.length]).toEqual([2, 3])
  })

  test('is left alone when the poller stops', async () => {
    const { clock, fleet, session, stop } = startPoller()
    fleet.toDescribe = domains(5)
    await clock.advance(900)
    stop()
    await clock.advance(5000)
    expect(session.described).toHaveLength(3)
  })

  test('says nothing about a domain when the connection is lost, or when it comes after the poller stopped', async () => {
    const { clock, fleet, session, stop } = startPoller()
    fleet.toDescribe = domains(2)
    let answer = () => {}
    session.xmls = (name) =>
      name === 'd1'
        ? Promise.reject(new DomscopeError('CONNECTION_LOST', 'gone', { radius: 'connection' }))
        : new Promise((resolve) => {
            answer = () => resolve('<domain/>')
          })
    await clock.advance(2000)
    expect([session.described.length, fleet.descriptions]).toEqual([2, []])
    stop()
    answer()
    await clock.advance(1000)
    expect(fleet.descriptions).toEqual([])
  })
})

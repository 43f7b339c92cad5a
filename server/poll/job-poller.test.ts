import { describe, expect, test } from 'vitest'
import { DomscopeError } from '../../lib/errors/domscope-error.ts'
import { Lane } from '../fleet/fleet-writer.ts'
import { startPoller } from './testing/start-poller.ts'
import type { Behaviour } from './testing/virtual-session.ts'

const busy = (n: number, whole: boolean, disks: string[] = []) => ({
  domain: { name: `d${n}`, uuid: new Uint8Array(16).fill(n), id: n },
  whole,
  disks,
})
/** Rejects as libvirt does, with one of its codes. */
const refuses = (code: number) => () =>
  Promise.reject(new DomscopeError('RPC_REMOTE', 'no', { radius: 'reply', detail: { code } }))
const migrating = async () => ({ type: 2, params: [{ field: 'operation', value: 5 }] })

describe('jobs', () => {
  test('are asked about of busy domains only, each every two seconds', async () => {
    const { clock, fleet, session } = startPoller()
    await clock.advance(3200)
    expect(session.jobsAsked).toEqual([])
    fleet.busy = [busy(1, true), busy(2, false, ['vda', 'vdb'])]
    session.jobAnswer = migrating
    session.blockJobAnswer = async (disk) => (disk === 'vda' ? { type: 2, bandwidthBps: 0, current: 1, end: 2 } : null)
    await clock.advance(2500)
    expect(session.jobsAsked).toEqual(['3500 d1', '4000 d2 vda', '4000 d2 vdb', '5500 d1'])
    expect(fleet.found).toEqual([
      { name: 'd1', kinds: ['outgoing migration'], at: 3500 },
      { name: 'd2', kinds: ['copy'], at: 4000 },
      { name: 'd1', kinds: ['outgoing migration'], at: 5500 },
    ])
  })

  test('are asked about one at a time, and an answer that does not come is given up within the budget', async () => {
    const { clock, fleet, session } = startPoller()
    fleet.busy = [busy(1, true), busy(2, true)]
    session.jobAnswer = () => new Promise(() => {})
    await clock.advance(9000)
    expect(session.jobsAsked).toEqual(['500 d1'])
    await clock.advance(30_000)
    // The orphan may be a guest that hangs: nobody else is asked meanwhile.
    expect([session.jobsAsked.length, fleet.last?.orphans, fleet.found]).toEqual([1, 1, []])
  })

  test('are not asked about while another call was given up', async () => {
    const { clock, fleet, session } = startPoller(
      1000,
      10,
      ({ lane }): Behaviour => (lane === Lane.Monitor ? 'hang' : 5),
    )
    await clock.advance(6000)
    fleet.busy = [busy(1, true)]
    await clock.advance(10_000)
    expect(session.jobsAsked).toEqual([])
  })

  test('are known to be incoming migrations where libvirt has their figures on the source only', async () => {
    const entries: string[] = []
    const note = (event: string) => void entries.push(event)
    const { clock, fleet, session } = startPoller(1000, 10, () => 5, { info: note, warn: note, error: note })
    fleet.busy = [busy(1, true)]
    session.jobAnswer = refuses(84)
    await clock.advance(600)
    expect(fleet.found).toEqual([{ name: 'd1', kinds: ['incoming migration'], at: 500 }])
    expect(entries).toEqual([])
  })

  test.each([
    ['stopped', 55],
    ['gone', 42],
  ])('of a domain that is %s meanwhile are over, and no failure', async (_what, code) => {
    const entries: string[] = []
    const note = (event: string) => void entries.push(event)
    const { clock, fleet, session } = startPoller(1000, 10, () => 5, { info: note, warn: note, error: note })
    fleet.busy = [busy(1, true)]
    session.jobAnswer = refuses(code)
    await clock.advance(600)
    expect([entries, session.jobsAsked.length]).toEqual([[], 1])
    expect(fleet.found).toEqual([{ name: 'd1', kinds: [], at: 500 }])
  })

  test('that are refused are told in the log once', async () => {
    const entries: string[] = []
    const note = (event: string) => void entries.push(event)
    const { clock, fleet, session } = startPoller(1000, 10, () => 5, { info: note, warn: note, error: note })
    fleet.busy = [busy(1, true)]
    session.jobAnswer = () => Promise.reject(new Error('no'))
    await clock.advance(10_000)
    expect([entries, fleet.found, session.jobsAsked.length > 2]).toEqual([['poll.job-failed'], [], true])
  })
})

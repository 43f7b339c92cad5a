import { describe, expect, it } from 'vitest'
import { buildReply, monitorParams, type Param, uint, ullong } from '../../lib/ingest/testing/record-builder.ts'
import { findMetric } from '../../lib/metrics/catalogue.ts'
import { StatGroup } from '../../lib/metrics/types.ts'
import { ManualClock } from '../testing/manual-clock.ts'
import { Fleet } from './fleet.ts'
import { Lane } from './fleet-writer.ts'

const UUID = '5a5a5a5a-5a5a-5a5a-5a5a-5a5a5a5a5a01'
const S = 1_000_000_000n

function setUp() {
  const clock = new ManualClock()
  const fleet = new Fleet({ clock, simulated: false })
  const host = fleet.addHost('kvm-01', 'qemu:///system')
  /** A reply that took `ms`, to a call sent `afterMs` after the last reply. */
  const send = (lane: Lane, afterMs: number, ms: number, params: readonly Param[], complete = true) => {
    clock.advance(afterMs)
    const sentAt = clock.now()
    clock.advance(ms)
    const timing = { sentAt, firstByteAt: clock.now(), endAt: clock.now(), suspect: false }
    fleet.ingest(host, lane, buildReply([{ name: 'web', uuid: 1, id: 7, params }]), timing, complete)
    return sentAt
  }
  const cpuParams = (seconds: bigint): Param[] =>
    monitorParams({ tick: Number(seconds) }).map((param) =>
      param[0] === 'cpu.time' ? ullong('cpu.time', seconds * S) : param,
    )
  const monitor = (afterMs: number, ms: number, seconds: bigint) => send(Lane.Monitor, afterMs, ms, cpuParams(seconds))
  const row = () => fleet.rowsOf(UUID)[0]!
  const cores = () => fleet.value(row(), findMetric('coresUsed')!)
  const age = (group: StatGroup) => fleet.freshness()[0]!.ageMs[group]
  return { clock, fleet, host, send, cpuParams, monitor, row, cores, age }
}

describe('a reply whose sample times are in doubt [RA7]', () => {
  it('leaves rates and their age as they are, and the next good one spans the whole time', () => {
    const { monitor, cores, age, fleet, row } = setUp()
    monitor(1000, 0, 0n)
    const good = monitor(1000, 0, 1n)
    monitor(1000, 2000, 9n)
    expect([cores(), age(StatGroup.Cpu)]).toEqual([1, 3000])
    expect(fleet.samples.sampledAt(row(), StatGroup.Cpu)).toBe(good)
    monitor(1000, 0, 9n)
    expect([cores(), age(StatGroup.Cpu)]).toEqual([2, 0])
  })

  it('tells a state at once, as old as its call is long', () => {
    const { send, fleet, row, age } = setUp()
    const params = (code: number) => [uint('state.state', code), uint('state.reason', 1)]
    send(Lane.Fast, 1000, 0, params(1))
    send(Lane.Fast, 1000, 0, params(1))
    send(Lane.Fast, 1000, 3000, params(3))
    expect([fleet.identity(row()).state, age(StatGroup.State)]).toEqual(['paused', 3000])
  })

  it('is no gap as long as calls are slow, though no interval told so yet [RA4]', () => {
    const { monitor, cores } = setUp()
    monitor(1000, 0, 0n)
    monitor(1000, 0, 1n)
    for (let slow = 0; slow < 2; slow++) {
      monitor(100, 3000, 50n)
      expect(cores()).toBe(1)
    }
    monitor(800, 0, 15n)
    expect(cores()).toBe(2)
  })

  it('of a series of lists leaves the age of the host as it is', () => {
    const { clock, fleet, host, send, cpuParams, age } = setUp()
    const list = (ms: number, seconds: bigint) => {
      const askedAt = send(Lane.Monitor, 1000, ms, cpuParams(seconds), false)
      fleet.finishLists(host, Lane.Monitor, askedAt)
      return askedAt
    }
    list(0, 0n)
    const good = list(0, 1n)
    list(2000, 5n)
    expect(age(StatGroup.Cpu)).toBe(clock.now() - good)
    const next = list(0, 6n)
    expect(age(StatGroup.Cpu)).toBe(clock.now() - next)
  })
})

describe('what pollers ask of the fleet', () => {
  it('is a list of the settled active domains, the same until they change', () => {
    const { clock, fleet, host, monitor } = setUp()
    expect(fleet.activeDomains(host)).toEqual([])
    monitor(1000, 0, 0n)
    // One that was just started may be stopped as soon, and would hold up whoever names it.
    expect(fleet.activeDomains(host)).toEqual([])
    clock.advance(10_000)
    const known = fleet.activeDomains(host)
    expect(known).toMatchObject([{ name: 'web', id: 7 }])
    monitor(1000, 0, 1n)
    expect(fleet.activeDomains(host)).toBe(known)
    fleet.event(host, { kind: 'lifecycle', domain: known[0]!, event: 5, detail: 0 })
    expect(fleet.activeDomains(host)).toEqual([])
  })

  it('is whether anybody looks, until the last one leaves', () => {
    const { fleet } = setUp()
    expect(fleet.isLookedAt()).toBe(false)
    const [first, second] = [fleet.look(), fleet.look()]
    first()
    first()
    expect(fleet.isLookedAt()).toBe(true)
    second()
    expect(fleet.isLookedAt()).toBe(false)
  })
})

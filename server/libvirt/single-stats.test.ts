import { describe, expect, test } from 'vitest'
import { DomscopeError } from '../../lib/errors/domscope-error.ts'
import type { Call } from '../../lib/libvirt/call.ts'
import { Procedure, STATS_ACTIVE, STATS_NOWAIT } from '../../lib/libvirt/constants.ts'
import { readDomainRef } from '../../lib/libvirt/domain-ref.ts'
import { walkDomainStats } from '../../lib/libvirt/domain-stats.ts'
import { collectStats } from '../../lib/libvirt/testing/collect-stats.ts'
import { XdrReader } from '../../lib/xdr/xdr-reader.ts'
import { XdrWriter } from '../../lib/xdr/xdr-writer.ts'
import type { DomainRef } from './host-session.ts'
import { SingleStats } from './single-stats.ts'
import { VirtualClock } from './testing/virtual-clock.ts'

interface Container {
  readonly n: number
  id: number
  state: number
  reason: number
  memoryKiB: bigint
  cpuTimeNs: bigint
  /** Instead of an answer about it alone. */
  refusal?: number
}

const container = (n: number, over: Partial<Container> = {}): Container => ({
  ...{ n, id: n, state: 1, reason: 1, memoryKiB: 700n, cpuTimeNs: 5_000_000_000n },
  ...over,
})
const refOf = ({ n, id }: Container): DomainRef => ({ name: `c${n}`, uuid: new Uint8Array(16).fill(n), id })

/** Flag of LIST_ALL by state. */
const FLAGS: Readonly<Record<number, number>> = { 1: 16, 3: 32, 5: 64 }

/** A daemon without a bulk call: containers that tests change, and the procedures that were asked, in order. */
function setUp(containers: Container[], type = 'LXC') {
  const clock = new VirtualClock()
  const asked: string[] = []
  const list = (flags: number) =>
    containers.filter(({ id, state }) => {
      if (flags >= 16) return FLAGS[state] === flags
      return ((flags & 1) !== 0 && id !== -1) || ((flags & 2) !== 0 && id === -1)
    })
  const answer = (procedure: number, args: XdrReader): unknown => {
    if (procedure === Procedure.ListAllDomains) {
      args.i32()
      const flags = args.u32()
      asked.push(`list ${flags}`)
      return list(flags).map(refOf)
    }
    const { uuid, name } = readDomainRef(args)
    const found = containers.find(({ n }) => n === uuid[0])
    asked.push(`${procedure === Procedure.DomainGetState ? 'state' : 'info'} ${name}`)
    if (found === undefined) throw refused(42)
    if (found.refusal !== undefined) throw refused(found.refusal)
    const { state, reason, memoryKiB, cpuTimeNs } = found
    if (procedure === Procedure.DomainGetState) return { state, reason }
    return { state, memoryMaximumKiB: 65_536n, memoryKiB, vcpus: 2, cpuTimeNs }
  }
  const client = {
    async call<Result>(call: Call<Result>): Promise<Result> {
      const writer = new XdrWriter()
      call.encode(writer)
      await new Promise<void>((resolve) => void clock.after(10, resolve))
      return answer(call.procedure, new XdrReader(writer.finish())) as Result
    },
  }
  const stats = new SingleStats(client, clock, type)
  const read = async (groups: number, flags = STATS_ACTIVE + STATS_NOWAIT, domains?: DomainRef[]) => {
    asked.length = 0
    const reading = stats.read({ groups, flags, ...(domains === undefined ? {} : { domains }) }, 1000)
    reading.catch(() => {})
    await clock.advance(60_000)
    const { words, ...timing } = await reading
    const body = new Uint8Array(words.buffer, words.byteOffset, words.byteLength)
    const records = collectStats(body, walkDomainStats)
    const told = records.map(({ name, id, params }) => [
      name,
      id,
      Object.fromEntries(params.map(([p, , v]) => [p, Number(v)])),
    ])
    return { told, timing, asked: [...asked] }
  }
  return { clock, stats, containers, read }
}

const refused = (code: number) => new DomscopeError('RPC_REMOTE', `code ${code}`, { radius: 'reply', detail: { code } })
const STATE = 1
const MONITOR = 2 | 4 | 8 | 32
const up = { 'state.state': 1, 'state.reason': 1 }

describe('states of a driver without bulk statistics', () => {
  test('come from one list while all run; the reason is asked for once', async () => {
    const { read } = setUp([container(1), container(2)])
    const first = await read(STATE)
    expect(first.told).toEqual([
      ['c1', 1, up],
      ['c2', 2, up],
    ])
    expect(first.asked).toEqual(['list 1', 'list 16', 'state c1', 'state c2'])
    expect((await read(STATE)).asked).toEqual(['list 1', 'list 16'])
  })

  test('are asked for again when a list says another one, another process runs, or an event told of it', async () => {
    const { read, stats, containers } = setUp([container(1), container(2), container(3), container(4)])
    await read(STATE)
    Object.assign(containers[0]!, { state: 3, reason: 1 })
    Object.assign(containers[1]!, { id: 12 })
    Object.assign(containers[2]!, { reason: 5 })
    stats.forget(refOf(containers[2]!))
    const { told, asked } = await read(STATE)
    expect(asked).toEqual(['list 1', 'list 16', 'list 32', 'state c1', 'state c2', 'state c3'])
    expect(told.map(([, id, params]) => [id, params])).toEqual([
      [1, { 'state.state': 3, 'state.reason': 1 }],
      [12, up],
      [3, { 'state.state': 1, 'state.reason': 5 }],
      [4, up],
    ])
  })

  test('of inactive domains come with the roster, and those without a list each time', async () => {
    const { read } = setUp([container(1), container(2, { id: -1, state: 5 }), container(3, { id: -1, state: 6 })])
    const roster = await read(STATE, STATS_NOWAIT)
    expect(roster.told.map(([name, id, params]) => [name, id, params])).toEqual([
      ['c1', 1, up],
      ['c2', -1, { 'state.state': 5, 'state.reason': 1 }],
      ['c3', -1, { 'state.state': 6, 'state.reason': 1 }],
    ])
    expect((await read(STATE, STATS_NOWAIT)).asked).toEqual(['list 3', 'list 16', 'list 32', 'list 64', 'state c3'])
  })

  test('are of the process that the newest list names, and of none that ended since the first', async () => {
    const { read, containers } = setUp([container(1), container(2), container(3)])
    const before = containers.map(refOf)
    Object.assign(containers[0]!, { id: 31 })
    Object.assign(containers[1]!, { id: -1, state: 5 })
    containers.pop()
    expect((await read(STATE, STATS_ACTIVE, before)).told).toEqual([['c1', 31, up]])
  })

  test('of many domains do not wait for their reasons', async () => {
    const { read } = setUp(Array.from({ length: 120 }, (_, i) => container(i + 1)))
    const { told, asked } = await read(STATE)
    expect([told.length, asked.filter((each) => each.startsWith('state')).length]).toEqual([120, 50])
    expect(told.filter(([, , params]) => 'state.reason' in (params as object)).length).toBe(50)
    await read(STATE)
    await read(STATE)
    expect((await read(STATE)).asked).toEqual(['list 1', 'list 16'])
  })
})

describe('CPU and memory of a driver without bulk statistics', () => {
  test('come from one call after another, and what LXC tells as memory is what the container uses', async () => {
    const { read } = setUp([container(1), container(2)])
    const { told, timing, asked } = await read(MONITOR)
    expect(asked).toEqual(['list 1', 'info c1', 'info c2'])
    expect(told[0]).toEqual([
      'c1',
      1,
      { 'cpu.time': 5_000_000_000, 'balloon.maximum': 65_536, 'balloon.rss': 700, 'vcpu.current': 2 },
    ])
    expect(timing.firstByteAt - timing.sentAt).toBe(20)
  })

  test('of other drivers: what a domain was given; nothing made of a clock, nor of a 0', async () => {
    const { read } = setUp([container(1, { cpuTimeNs: 0n })], 'Xen')
    expect((await read(MONITOR)).told[0]?.[2]).toEqual({
      'balloon.current': 700,
      'balloon.maximum': 65_536,
      'vcpu.current': 2,
    })
    const clockwork = setUp([container(1)], 'TEST')
    expect((await clockwork.read(MONITOR)).told[0]?.[2]).not.toHaveProperty('cpu.time')
  })

  test('one domain that is gone, stopped or refused costs the others nothing', async () => {
    const { read, containers } = setUp([container(1), container(2), container(3), container(4)])
    const before = containers.map(refOf)
    Object.assign(containers[1]!, { refusal: 38 })
    Object.assign(containers[2]!, { id: -1, state: 5 })
    containers.pop()
    expect((await read(MONITOR, STATS_ACTIVE, before)).told.map(([name]) => name)).toEqual(['c1'])
  })

  test('is an error when every domain is refused, and when the connection goes', async () => {
    const { read, containers } = setUp([container(1, { refusal: 38 }), container(2, { refusal: 88 })])
    await expect(read(MONITOR)).rejects.toMatchObject({ code: 'RPC_REMOTE', detail: { code: 88 } })
    containers.length = 0
    expect((await read(MONITOR)).told).toEqual([])
  })
})

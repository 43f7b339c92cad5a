import { describe, expect, it } from 'vitest'
import { buildReply, monitorParams, type Param } from '../../../lib/ingest/testing/record-builder.ts'
import { findMetric } from '../../../lib/metrics/catalogue.ts'
import type { Clock } from '../../clock.ts'
import type { DomainRef } from '../../libvirt/host-session.ts'
import { Fleet } from '../fleet.ts'
import { Lane } from '../fleet-writer.ts'

const FREE = { state: 0, stateTimeMs: 0 }
const OCCUPIED = { state: 2, stateTimeMs: 9000 }
const uuidText = (last: number) => `5a5a5a5a-5a5a-5a5a-5a5a-5a5a5a5a5a${last.toString(16).padStart(2, '0')}`

/** One running guest whose records are complete at first. */
function setUp() {
  let now = 1000
  let tick = 1
  const clock: Clock = { now: () => now, wall: () => 1_700_000_000_000 + now, after: () => () => {} }
  const fleet = new Fleet({ clock, simulated: false })
  const host = fleet.addHost('kvm-01', 'qemu:///system')
  const send = (params: Param[], id = 7, uuid = 1) => {
    now += 1000
    const timing = { sentAt: now - 2, firstByteAt: now, endAt: now, suspect: false }
    fleet.ingest(host, Lane.Monitor, buildReply([{ name: `vm-${uuid}`, uuid, id, params }]), timing, true)
  }
  const sendOther = () => send(monitorParams({ tick: tick++ }), 9, 2)
  const complete = (id = 7) => send(monitorParams({ tick: tick++ }), id)
  const partial = () => send(monitorParams({ tick: tick++, rss: false, diskCounters: false }))
  const control = (info: typeof FREE) => {
    for (const domain of fleet.partialDomains(host)) fleet.control(host, domain, info, now)
  }
  const row = () => fleet.rowsOf(uuidText(1))[0]!
  const value = (id: string) => fleet.value(row(), findMetric(id)!)
  const isPartial = () => fleet.rowExceptions().length === 1
  /** Partial records and free monitors for some time. */
  const hold = (seconds: number, info = FREE) => {
    for (let i = 0; i < seconds; i++) {
      partial()
      if (i % 15 === 0) control(info)
    }
  }
  complete()
  complete()
  complete()
  return { fleet, host, complete, partial, control, value, isPartial, hold, sendOther }
}

describe('values kept from before, while records are partial', () => {
  it('become unknown 60 s after control info said that the monitor is free, and the row stays partial', () => {
    const { value, isPartial, hold } = setUp()
    expect(value('rssKiB')).not.toBeNull()
    hold(60)
    expect([value('rssKiB') === null, isPartial()]).toEqual([false, true])
    hold(2)
    expect([value('rssKiB'), isPartial()]).toEqual([null, true])
    hold(30)
    expect([value('rssKiB'), isPartial()]).toEqual([null, true])
  })

  it('leave what the partial records do hold', () => {
    const { value, hold } = setUp()
    hold(70)
    expect(value('diskReadIops')).toBeNull()
    expect(value('memoryAllocatedKiB')).toBe(16_384)
    expect(value('coresUsed')).not.toBeNull()
  })

  it('are kept as long as a job or a hanging QEMU has the monitor, and the time starts again after that', () => {
    const { value, isPartial, hold } = setUp()
    hold(40)
    hold(200, OCCUPIED)
    expect([value('rssKiB') === null, isPartial()]).toEqual([false, true])
    hold(59)
    expect(value('rssKiB')).not.toBeNull()
    hold(3)
    expect(value('rssKiB')).toBeNull()
  })

  it('are kept when control info was never read', () => {
    const { value, partial } = setUp()
    for (let i = 0; i < 300; i++) partial()
    expect(value('rssKiB')).not.toBeNull()
  })

  it('are known again with the next complete record, and the row is not partial any more', () => {
    const { fleet, host, value, isPartial, hold, complete } = setUp()
    hold(80)
    complete()
    expect([value('rssKiB') === null, isPartial()]).toEqual([false, false])
    complete()
    complete()
    expect([value('diskReadIops') === null, isPartial(), fleet.partialDomains(host)]).toEqual([false, false, []])
    hold(30)
    expect(value('rssKiB')).not.toBeNull()
  })

  it('belong to a process: the next one starts afresh', () => {
    const { value, isPartial, hold, complete } = setUp()
    hold(80)
    complete(8)
    expect([value('rssKiB') === null, isPartial()]).toEqual([false, false])
  })

  it('go too when the replies of the host do not name the domain any more', () => {
    const { value, hold, sendOther } = setUp()
    hold(58)
    for (let i = 0; i < 4; i++) sendOther()
    expect(value('rssKiB')).toBeNull()
  })
})

describe('control info', () => {
  it('of a process that is gone is not believed', () => {
    const { fleet, host, partial, value } = setUp()
    partial()
    const [domain] = fleet.partialDomains(host)
    const earlier: DomainRef = { ...domain!, id: 6 }
    fleet.control(host, earlier, FREE, 0)
    for (let i = 0; i < 70; i++) partial()
    expect(value('rssKiB')).not.toBeNull()
  })

  it('is asked for 50 domains at most, and for all of them in turn', () => {
    const { fleet, host } = setUp()
    const reply = (rss: boolean, at: number) => {
      const records = Array.from({ length: 120 }, (_, i) => ({
        name: `vm-${i}`,
        uuid: 100 + i,
        id: 20 + i,
        params: monitorParams({ tick: at, rss }),
      }))
      const timing = { sentAt: at, firstByteAt: at, endAt: at, suspect: false }
      fleet.ingest(host, Lane.Monitor, buildReply(records), timing, true)
    }
    reply(true, 10_000)
    reply(false, 11_000)
    const named = [0, 1, 2].map(() => fleet.partialDomains(host).map(({ name }) => name))
    expect(Math.max(...named.map(({ length }) => length))).toBe(50)
    expect(new Set(named.flat()).size).toBe(120)
  })
})

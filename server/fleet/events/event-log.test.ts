import { describe, expect, test } from 'vitest'
import type { EventWords } from '../../../lib/libvirt/event-words.ts'
import { seeded } from '../../../lib/libvirt/testing/mutate.ts'
import type { Clock } from '../../clock.ts'
import { EventLog, MAX_EVENTS, MAX_EVENTS_OF_ONE } from './event-log.ts'
import type { FleetEvent } from './event-reader.ts'

function setUp() {
  const time = { now: 1000 }
  const clock: Clock = { now: () => time.now, wall: () => 1_700_000_000_000 + time.now, after: () => () => {} }
  return { time, log: new EventLog(clock) }
}

const uuid = (n: number) => `00000000-0000-4000-8000-${n.toString(16).padStart(12, '0')}`
const domain = (n: number, host = 'kvm-01') => ({ host, uuid: uuid(n), name: `d${n}` })
const words = (kind: string, text = kind): EventWords => ({ kind, text, details: {} })
const texts = (events: readonly FleetEvent[]) => events.map(({ text }) => text)

describe('the event log', () => {
  test('tells events by domain and for the fleet in the order of time, with both clocks', () => {
    const { time, log } = setUp()
    log.add(domain(1), words('started'))
    time.now = 2000
    log.add({ host: 'kvm-02', uuid: '', name: '' }, words('host-up'))
    log.add(domain(1, 'kvm-02'), words('resumed'))
    expect(texts(log.events(uuid(1)))).toEqual(['started', 'resumed'])
    expect(texts(log.recent(2))).toEqual(['host-up', 'resumed'])
    expect(log.recent(10)[0]).toEqual({
      ...domain(1),
      at: 1000,
      wall: 1_700_000_001_000,
      kind: 'started',
      text: 'started',
      details: {},
    })
    expect(log.events(uuid(9))).toEqual([])
    expect(log.recent(0)).toEqual([])
  })

  test('tells listeners as it happens, until they leave', () => {
    const { log } = setUp()
    const heard: string[] = []
    const leave = log.onEvent(({ text }) => heard.push(text))
    log.add(domain(1), words('started'))
    leave()
    log.add(domain(1), words('stopped'))
    expect(heard).toEqual(['started'])
  })

  test('keeps the newest of one domain, and what others have', () => {
    const { log } = setUp()
    log.add(domain(2), words('started', 'other'))
    for (let i = 0; i < MAX_EVENTS_OF_ONE + 50; i++) log.add(domain(1), words('suspended', `${i}`))
    expect(log.events(uuid(1))).toHaveLength(MAX_EVENTS_OF_ONE)
    expect(log.events(uuid(1))[0]?.text).toBe('50')
    expect(texts(log.recent(MAX_EVENTS)).slice(0, 2)).toEqual(['other', '50'])
  })

  test('when full, drops the past of the host that has most of it', () => {
    const { log } = setUp()
    log.add(domain(1, 'quiet'), words('started', 'precious'))
    for (let i = 0; i < 2 * MAX_EVENTS; i++) log.add(domain(100 + (i % 1000), 'flood'), words('suspended', `${i}`))
    expect(log.recent(2 * MAX_EVENTS)).toHaveLength(MAX_EVENTS)
    expect(texts(log.events(uuid(1)))).toEqual(['precious'])
    expect(texts(log.recent(1))).toEqual([`${2 * MAX_EVENTS - 1}`])
  })

  test.each(['before', 'after'])('drops it whether the quiet host spoke %s the other', (order) => {
    const { log } = setUp()
    const quiet = () => log.add(domain(1, 'quiet'), words('started', 'precious'))
    if (order === 'before') quiet()
    log.add(domain(2, 'flood'), words('started', 'first'))
    if (order === 'after') quiet()
    for (let i = 0; i < MAX_EVENTS; i++) log.add(domain(100 + i, 'flood'), words('suspended', `${i}`))
    expect(texts(log.events(uuid(1)))).toEqual(['precious'])
    expect(log.events(uuid(2))).toEqual([])
  })

  test('keeps nothing of domains and hosts whose events are all gone', () => {
    const { log } = setUp()
    for (let i = 0; i < 3 * MAX_EVENTS; i++) log.add(domain(i, `h${i}`), words('started'))
    expect([log.subjects, log.hosts]).toEqual([MAX_EVENTS, MAX_EVENTS])
  })

  test('keeps one in ten seconds of what a domain repeats all the time, and counts the rest', () => {
    const { time, log } = setUp()
    for (let i = 0; i < 25; i++) {
      log.add(domain(1), words('balloon', `${i}`))
      time.now += 1000
    }
    expect(texts(log.events(uuid(1)))).toEqual(['0', '10', '20'])
    expect(log.skipped).toBe(22)
  })

  test('keeps one of equal events within 2 s: libvirt tells a reset twice', () => {
    const { time, log } = setUp()
    const at = (ms: number, ...event: Parameters<typeof words>) => {
      time.now = 1000 + ms
      log.add(domain(1), words(...event))
    }
    at(0, 'reboot')
    at(1, 'tray', 'tray of sr0 opened')
    at(5, 'reboot')
    at(1999, 'reboot')
    at(2000, 'reboot')
    expect(log.events(uuid(1)).map(({ kind }) => kind)).toEqual(['reboot', 'tray', 'reboot'])
    expect(log.skipped).toBe(2)
    log.add(domain(1, 'kvm-02'), words('reboot'))
    log.add({ ...domain(2) }, words('reboot'))
    expect([log.events(uuid(1)).length, log.events(uuid(2)).length]).toEqual([4, 1])
  })

  test('keeps both where something in between undid the first', () => {
    const { log } = setUp()
    for (const kind of ['suspended', 'resumed', 'suspended']) log.add(domain(1), words(kind))
    for (const what of ['opened', 'closed', 'opened']) log.add(domain(1), words('tray', what))
    log.add(domain(1), { kind: 'io-error', text: 'same', details: { device: 'vda' } })
    log.add(domain(1), { kind: 'io-error', text: 'same', details: { device: 'vdb' } })
    expect(log.events(uuid(1))).toHaveLength(8)
  })

  test('cuts what a daemon may have made megabytes long', () => {
    const { log } = setUp()
    const long = 'x'.repeat(4_000_000)
    log.add({ ...domain(1), name: long }, { kind: 'io-error', text: long, details: { path: long, action: 1 } })
    const [event] = log.events(uuid(1))
    expect(JSON.stringify(event).length).toBeLessThan(1200)
    expect(event?.details.action).toBe(1)
  })

  test('stays consistent over 20,000 random events, seed 5', () => {
    const { time, log } = setUp()
    const random = seeded(5)
    for (let i = 0; i < 20_000; i++) {
      time.now += random() * 100
      const host = `h${Math.floor(random() ** 3 * 8)}`
      const n = Math.floor(random() ** 2 * 300)
      log.add(n === 0 ? { host, uuid: '', name: '' } : domain(n, host), words('x', `${i}`))
    }
    const all = log.recent(MAX_EVENTS + 1)
    expect(all).toHaveLength(MAX_EVENTS)
    for (let n = 1; n < 300; n++) {
      expect(log.events(uuid(n))).toEqual(all.filter((event) => event.uuid === uuid(n)))
      expect(log.events(uuid(n)).length).toBeLessThanOrEqual(MAX_EVENTS_OF_ONE)
    }
    expect([...all].sort((a, b) => a.at - b.at)).toEqual(all)
  })
})

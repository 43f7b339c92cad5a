import { describe, expect, test } from 'vitest'
import { DomscopeError } from '../../../lib/errors/domscope-error.ts'
import { buildReply, type RecordSpec } from '../../../lib/ingest/testing/record-builder.ts'
import type { Clock } from '../../clock.ts'
import type { DomainEvent, HostFacts } from '../../libvirt/host-session.ts'
import { Fleet } from '../fleet.ts'
import { Lane } from '../fleet-writer.ts'

const FACTS: HostFacts = {
  hostname: 'kvm-01.example',
  type: 'QEMU',
  libvirtVersion: 9_000_000,
  hypervisorVersion: 7_002_000,
  node: { model: '', memoryKiB: 1, cpus: 1, mhz: 1, numaNodes: 1, sockets: 1, cores: 1, threads: 1 },
  hostUuid: null,
  events: [],
  stats: 'bulk',
  missing: [],
}
const RUNNING = 1
const PAUSED = 3
const UUID = '5a5a5a5a-5a5a-5a5a-5a5a-5a5a5a5a5a01'
const DOMAIN = { name: 'web', uuid: Uint8Array.from({ length: 16 }, (_, i) => (i === 15 ? 1 : 0x5a)), id: 7 }

function setUp(events: readonly number[] = []) {
  const time = { now: 1000 }
  const clock: Clock = { now: () => time.now, wall: () => time.now, after: () => () => {} }
  const fleet = new Fleet({ clock, simulated: false })
  const host = fleet.addHost('kvm-01', 'qemu:///system')
  fleet.hostUp(host, { ...FACTS, events })
  const poll = (state: number, reason = 1) => {
    time.now += 1000
    const params: RecordSpec['params'] = [
      ['state.state', 1, state],
      ['state.reason', 1, reason],
    ]
    const timing = { sentAt: time.now - 2, firstByteAt: time.now, endAt: time.now, suspect: false }
    fleet.ingest(host, Lane.Roster, buildReply([{ name: 'web', uuid: 1, id: 7, params }]), timing, true)
  }
  const hear = (event: DomainEvent) => fleet.event(host, event)
  const told = () => fleet.events.events(UUID).map(({ kind, text }) => `${kind}: ${text}`)
  return { time, fleet, host, poll, hear, told }
}

const suspended: DomainEvent = { kind: 'lifecycle', domain: DOMAIN, event: 3, detail: 0 }

describe('events of the fleet', () => {
  test('are what the daemon tells, also of a domain that has no row yet', () => {
    const { fleet, hear, told } = setUp([0])
    hear({ kind: 'lifecycle', domain: DOMAIN, event: 0, detail: 0 })
    hear({ kind: 'io-error', domain: DOMAIN, path: '/a', device: 'virtio-disk0', action: 1, reason: 'enospc' })
    expect(told()).toEqual(['defined: defined: added', expect.stringMatching(/^io-error: I\/O error on virtio-disk0/)])
    expect(fleet.events.events(UUID)[0]).toMatchObject({ host: 'kvm-01', name: 'web', details: { reason: 'added' } })
  })

  test('of daemons without events are the changes of state that polls show', () => {
    const { poll, told, fleet } = setUp()
    poll(RUNNING)
    poll(RUNNING)
    expect(told()).toEqual([])
    poll(PAUSED, 5)
    poll(PAUSED, 5)
    expect(told()).toEqual(['state-changed: running → paused (I/O error), seen by a poll'])
    expect(fleet.events.events(UUID)[0]).toMatchObject({
      name: 'web',
      details: { from: 'running', to: 'paused', reason: 'I/O error' },
    })
  })

  test('come once where the poll is faster than the event, and once where it is slower', () => {
    const { poll, hear, told } = setUp([0])
    poll(RUNNING)
    poll(PAUSED)
    hear(suspended)
    poll(PAUSED)
    poll(PAUSED)
    poll(PAUSED)
    expect(told()).toEqual(['suspended: suspended: paused'])
  })

  test('are not made up by a reply that was on its way when the event came', () => {
    const { poll, hear, told } = setUp([0])
    poll(RUNNING)
    hear(suspended)
    poll(RUNNING)
    for (let i = 0; i < 4; i++) poll(PAUSED)
    expect(told()).toEqual(['suspended: suspended: paused'])
  })

  test('that were missed while nobody listened show after a moment', () => {
    const { poll, told } = setUp([0])
    poll(RUNNING)
    for (let i = 0; i < 4; i++) poll(PAUSED)
    expect(told()).toEqual(['state-changed: running → paused (user), seen by a poll'])
  })

  test('tell that a host went on with a fresh connection, and show it as connected with the facts of that one', () => {
    const { fleet, host } = setUp()
    fleet.hostUp(host, FACTS)
    fleet.hostState(host, 'busy', new DomscopeError('RPC_TIMEOUT', 'no answer', { radius: 'reply' }))
    fleet.connectionRenewed(host, { ...FACTS, missing: ['events'] }, 2)
    expect(fleet.events.recent(1)).toMatchObject([
      { kind: 'connection-renewed', host: 'kvm-01', text: expect.stringContaining('2 calls'), details: { lost: 2 } },
    ])
    expect(fleet.hostStatuses()[0]).toMatchObject({ state: 'up', error: null, missing: ['events'] })
  })

  test('tell of hosts that come and go, once each', () => {
    const { fleet, host } = setUp()
    const lost = new DomscopeError('CONNECTION_LOST', 'the daemon closed the connection', { radius: 'connection' })
    fleet.hostState(host, 'busy', null)
    fleet.hostState(host, 'up', null)
    fleet.hostState(host, 'unreachable', lost)
    fleet.hostState(host, 'unreachable', lost)
    fleet.hostUp(host, FACTS)
    expect(fleet.events.recent(10)).toMatchObject([
      { kind: 'host-up', host: 'kvm-01', uuid: '' },
      { kind: 'host-unreachable', text: lost.message, details: { code: 'CONNECTION_LOST' } },
      { kind: 'host-up' },
    ])
  })
})

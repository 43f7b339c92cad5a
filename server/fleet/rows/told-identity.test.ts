import { describe, expect, test } from 'vitest'
import { buildReply, monitorParams, type Param, text, uint } from '../../../lib/ingest/testing/record-builder.ts'
import { readDomainFacts } from '../../facts/domain-facts.ts'
import { VirtualClock } from '../../libvirt/testing/virtual-clock.ts'
import { Fleet } from '../fleet.ts'
import { Lane } from '../fleet-writer.ts'
import { ToldIdentity } from './told-identity.ts'

const REF = { name: 'd1', uuid: Uint8Array.from({ length: 16 }, (_, i) => (i === 15 ? 1 : 0x5a)), id: 7 }

/** A domain whose XML was read; no event ever comes. */
async function setUp() {
  const clock = new VirtualClock()
  await clock.advance(10_000)
  const fleet = new Fleet({ clock, simulated: false })
  const host = fleet.addHost('kvm-01', 'qemu:///system')
  let tick = 0
  const send = (lane: Lane, params: readonly Param[], id = 7) => {
    const now = clock.now()
    const timing = { sentAt: now - 2, firstByteAt: now, endAt: now, suspect: false }
    fleet.ingest(host, lane, buildReply([{ name: 'd1', uuid: 1, id, params }]), timing, true)
  }
  const monitor = (path: string, backingIndex = 1, id = 7) => {
    const more = [text('block.0.path', path), uint('block.0.backingIndex', backingIndex)]
    send(Lane.Monitor, [...monitorParams({ tick: ++tick, disks: ['vda'] }), ...more], id)
  }
  const wanted = async () => {
    await clock.advance(100)
    return fleet.about.undescribed(host, 0, false).length > 0
  }
  const read = () => fleet.about.describe(host, REF, clock.now(), readDomainFacts('<domain/>'))
  send(Lane.Roster, [['state.state', 1, 1]])
  monitor('/a.qcow2')
  await clock.advance(1000)
  expect(await wanted()).toBe(true)
  read()
  await clock.advance(10_000)
  return { clock, send, monitor, wanted, read }
}

describe('XML that the statistics contradict, without an event', () => {
  test('is read again when a disk has another image', async () => {
    const { clock, monitor, wanted, read } = await setUp()
    for (let i = 0; i < 5; i++) {
      monitor('/a.qcow2')
      expect(await wanted()).toBe(false)
      await clock.advance(1000)
    }
    monitor('/a.snap')
    expect(await wanted()).toBe(true)
    read()
    await clock.advance(10_000)
    monitor('/a.snap')
    expect(await wanted()).toBe(false)
  })

  test('is read again when only the place in the chain is another one, as with disks on the network', async () => {
    const { monitor, wanted } = await setUp()
    for (let i = 0; i < 3; i++) monitor('/a.qcow2')
    expect(await wanted()).toBe(false)
    monitor('/a.qcow2', 3)
    expect(await wanted()).toBe(true)
  })

  test('is read again when a NIC is another one', async () => {
    const { clock, send, wanted } = await setUp()
    const fast = (name: string) =>
      send(Lane.Fast, [['state.state', 1, 1], uint('net.count', 1), text('net.0.name', name)])
    fast('vnet1')
    expect(await wanted()).toBe(false)
    await clock.advance(1000)
    // One record without a NIC that was there may be a partial one: the second is believed.
    fast('vnet2')
    expect(await wanted()).toBe(false)
    fast('vnet2')
    expect(await wanted()).toBe(true)
  })

  test('is not read again because a record left something out', async () => {
    const { send, monitor, wanted } = await setUp()
    for (let i = 0; i < 3; i++) monitor('/a.qcow2')
    send(Lane.Monitor, monitorParams({ tick: 99, disks: ['vda'], vcpuEntries: false, rss: false, diskCounters: false }))
    expect(await wanted()).toBe(false)
  })

  test('is read again every 5 s at most, whatever the statistics do', async () => {
    const { clock, monitor, wanted, read } = await setUp()
    let reads = 0
    for (let second = 0; second < 60; second++) {
      monitor(second % 2 === 0 ? '/a.snap' : '/a.qcow2')
      if (await wanted()) {
        reads++
        read()
      }
      await clock.advance(900)
    }
    expect(reads).toBeGreaterThan(5)
    expect(reads).toBeLessThanOrEqual(13)
  })
})

test('rows of a large host are looked at in turns, each once, and a new process contradicts nothing', () => {
  const looked: number[] = []
  const names = new Map<number, string>()
  const told = new ToldIdentity((row) => {
    looked.push(row)
    return ['', names.get(row) ?? 'a']
  })
  for (let row = 0; row < 1200; row++) {
    told.begin(row)
    told.unrepeated(row, 5)
  }
  expect([told.changed(10), told.changed(10), told.changed(10), told.changed(10)]).toEqual([[], [], [], []])
  expect(looked).toEqual(Array.from({ length: 1200 }, (_, row) => row))
  names.set(3, 'b').set(4, 'b')
  told.begin(4)
  for (const row of [3, 4]) told.unrepeated(row, 20)
  expect(told.changed(21)).toEqual([[3, 20]])
})

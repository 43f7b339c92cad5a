import { describe, expect, it } from 'vitest'
import { DomscopeError } from '../../../lib/errors/domscope-error.ts'
import { SharedMachine } from '../../testing/shared-machine.ts'

const UUID = '4c4c4544-0042-3510-8052-b4c04f564d32'
/** What many boards say. */
const PLACEHOLDER = '03000200-0400-0500-0006-000700080009'
const gone = new DomscopeError('CONNECTION_LOST', 'gone', { radius: 'connection' })

describe('two connections to one machine [RA60]', () => {
  it('are told apart from others when the second one connects, and counted once', () => {
    const world = new SharedMachine(['kvm-01', 'kvm-02'], UUID)
    expect(world.connect(0)).toBeNull()
    expect(world.connect(1)).toBe('kvm-01')
    world.poll(3)
    expect(world.counted()).toEqual([true, false])
    expect(world.countedAs()).toEqual([null, 'kvm-01'])
    expect(world.status(1).missing).toContain('the same machine as kvm-01: counted once')
  })

  it('count as the first of the configuration, whichever connects first', () => {
    const world = new SharedMachine(['kvm-01', 'kvm-02'], UUID)
    world.connect(1)
    world.poll(2)
    expect(world.counted()[1]).toBe(true)
    expect(world.connect(0)).toBe('kvm-02')
    world.poll(2)
    expect(world.counted()).toEqual([true, false])
  })

  it('count as the other one while the first is out of reach', () => {
    const world = new SharedMachine(['kvm-01', 'kvm-02'], UUID).connectAll()
    world.poll(2)
    world.fleet.hostState(0, 'unreachable', gone)
    world.poll(2)
    expect(world.counted()).toEqual([false, true])
    expect(world.countedAs()).toEqual(['kvm-02', null])
    expect(world.domainsCounted()).toEqual([[], ['vm-1', 'vm-2']])
  })

  it('are two again when a connection leads to another machine', () => {
    const world = new SharedMachine(['kvm-01', 'kvm-02'], UUID).connectAll()
    expect(world.connect(1, { hostUuid: UUID.replace('4', '5') })).toBeNull()
    world.poll(2)
    expect(world.counted()).toEqual([true, true])
  })

  it('are one by their boot, though they call themselves by different names', () => {
    const world = new SharedMachine(['kvm-01', 'kvm-02'], UUID)
    world.connect(0)
    expect(world.connect(1, { hostname: 'container' })).toBeNull()
    world.poll(3)
    expect(world.countedAs()).toEqual([null, 'kvm-01'])
  })
})

describe('two machines with the UUID that many boards have [RA60]', () => {
  it('are two, with all figures, when names and guests differ', () => {
    const world = new SharedMachine(['kvm-01', 'kvm-02'], PLACEHOLDER)
    world.boots = [0, 7_000]
    world.guests = [[1, 2], [3]]
    world.connect(0)
    expect(world.connect(1, { hostname: 'kvm-02' })).toBeNull()
    world.poll(3)
    expect(world.countedAs()).toEqual([null, null])
    expect(world.counted()).toEqual([true, true])
    expect(world.domainsCounted()).toEqual([['vm-1', 'vm-2'], ['vm-3']])
  })

  it('are found to be two by their boot, when name and guests are the same as well: one was cloned from the other', () => {
    const world = new SharedMachine(['kvm-01', 'kvm-02'], PLACEHOLDER).connectAll()
    world.boots = [0, 7_000]
    world.poll(3)
    expect(world.countedAs()).toEqual([null, null])
    expect(world.domainsCounted()).toEqual([
      ['vm-1', 'vm-2'],
      ['vm-1', 'vm-2'],
    ])
  })

  it('are two without any CPU time to tell by, when their names differ', () => {
    const world = new SharedMachine(['kvm-01', 'kvm-02'], PLACEHOLDER)
    world.tellsCpu = false
    world.guests = [[1], [3]]
    world.connect(0)
    world.connect(1, { hostname: 'kvm-02' })
    world.poll(2)
    expect(world.countedAs()).toEqual([null, null])
  })
})

describe('what was found out [RA60]', () => {
  it('stands until three looks in a row say the opposite', () => {
    const world = new SharedMachine(['kvm-01', 'kvm-02'], UUID).connectAll()
    world.poll(3)
    world.boots = [0, 60_000]
    world.poll(1)
    expect(world.countedAs()[1]).toBe('kvm-01')
    world.poll(2)
    expect(world.countedAs()[1]).toBeNull()
  })

  it('is that they are one, where no CPU time is told, when they run the same domains in the same processes', () => {
    const world = new SharedMachine(['kvm-01', 'kvm-02'], UUID)
    world.tellsCpu = false
    world.connect(0)
    world.connect(1, { hostname: 'other' })
    world.poll(2)
    expect(world.countedAs()).toEqual([null, 'kvm-01'])
  })

  it('is nothing where a driver makes its figures up: they stand still', () => {
    const world = new SharedMachine(['kvm-01', 'kvm-02'], UUID)
    world.standsStill = true
    world.guests = [[1], [3]]
    world.connect(0)
    world.connect(1, { hostname: 'other' })
    world.poll(3)
    expect(world.countedAs()).toEqual([null, null])
  })
})

describe('the domains of a machine that is seen twice [RA60]', () => {
  it('are counted once where two connections lead to one daemon, and the sums hold each once', () => {
    const world = new SharedMachine(['kvm-01', 'kvm-02'], UUID).connectAll()
    world.poll(4)
    expect(world.domainsCounted()).toEqual([['vm-1', 'vm-2'], []])
    expect(world.countedOn()).toEqual([
      [null, null],
      ['kvm-01', 'kvm-01'],
    ])
    expect(world.status(0).metrics.hostVcpuOvercommit).toBe(4 / 2)
    expect(world.status(0).domains + world.status(1).domains).toBe(4)
  })

  it('are in one sum where two drivers have different ones, also under the same UUID', () => {
    const world = new SharedMachine(['kvm-01', 'lxc-01'], UUID)
    world.guests = [
      [1, 2],
      [2, 3],
    ]
    world.connect(0)
    world.connect(1, { type: 'LXC' })
    world.poll(4)
    expect(world.countedAs()).toEqual([null, 'kvm-01'])
    expect(world.domainsCounted()).toEqual([
      ['vm-1', 'vm-2'],
      ['vm-2', 'vm-3'],
    ])
    expect(world.status(0).metrics.hostVcpuOvercommit).toBe(8 / 2)
    expect(Object.values(world.status(1).metrics).every((value) => value === null)).toBe(true)
  })

  it('count again where they were not when the other connection knows them no more', () => {
    const world = new SharedMachine(['kvm-01', 'kvm-02'], UUID).connectAll()
    world.poll(3)
    world.guests = [[1], [1, 2]]
    world.poll(2)
    expect(world.domainsCounted()).toEqual([['vm-1'], ['vm-2']])
  })
})

it('hosts that do not tell their UUID are all counted [RA60]', () => {
  const world = new SharedMachine(['kvm-01', 'kvm-02'], null).connectAll()
  world.poll(3)
  expect(world.counted()).toEqual([true, true])
})

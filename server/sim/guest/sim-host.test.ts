import { describe, expect, it } from 'vitest'
import { parseCommand } from '../control-command.ts'
import { BulkProbe, isCounter } from '../testing/bulk-probe.ts'
import { startChurn } from './churn.ts'
import { NodeFigures } from './node-figures.ts'

function probeOf(uri = 'sim:?hosts=1&domains=40&inactive=10&churn=off') {
  const probe = new BulkProbe(uri)
  const running = probe.host.guests.filter((guest) => guest.active && guest.shape.noise === 0)
  return { probe, running }
}

describe('a simulated domain', () => {
  it('starts again with all counters near 0 and a new id', async () => {
    const { probe, running } = probeOf()
    const guest = running.find(({ persistent }) => persistent)!
    const before = await probe.record(guest.name)
    probe.host.stop(guest, 'destroy')
    probe.host.start(guest)
    const after = await probe.record(guest.name)
    expect(after.id).toBeGreaterThan(before.id)
    const counters = [...after.values].filter(([path]) => isCounter(path))
    expect(counters.length).toBeGreaterThan(10)
    expect(counters.filter(([, value]) => value !== 0n)).toEqual([])
  })

  it('stands still while paused and goes on where it stopped', async () => {
    const { probe, running } = probeOf()
    const guest = running[6]!
    probe.host.suspend(guest)
    const paused = await probe.record(guest.name, { stats: 62 })
    probe.clock.advance(100_000)
    expect(await probe.record(guest.name, { stats: 62 })).toEqual(paused)
    probe.host.resume(guest)
    const resumed = await probe.record(guest.name, { stats: 42 })
    for (const [path, value] of resumed.values) {
      if (isCounter(path))
        expect(Number((value as bigint) - (paused.values.get(path) as bigint))).toBeLessThan(20_000_000)
    }
  })

  it('gives a plugged vCPU counters from 0 and leaves the others alone', async () => {
    const { probe, running } = probeOf('sim:?hosts=1&domains=400&kvm=50&churn=off')
    const guest = running.find(({ vcpuIds, shape }) => shape.kvm && shape.vcpuMaximum === 4 && vcpuIds.length === 2)!
    expect(guest).toBeDefined()
    const { vcpuIds } = guest
    const before = await probe.record(guest.name)
    const plugged = [0, 1, 2, 3].find((id) => !vcpuIds.includes(id))!
    probe.host.setVcpus(guest, [...vcpuIds, plugged])
    const after = await probe.record(guest.name)
    expect(after.values.get('vcpu.current')).toBe(3n)
    expect(after.values.get(`vcpu.${plugged}.time`)).toBe(0n)
    expect(after.values.get(`vcpu.${plugged}.exits.sum`)).toBe(0n)
    expect(after.values.get('vcpu.0.time')).toBe(before.values.get('vcpu.0.time'))
    expect(after.values.get('cpu.time')).toBe(before.values.get('cpu.time'))
    const [, second] = vcpuIds
    probe.host.setVcpus(guest, [0, plugged])
    const unplugged = await probe.record(guest.name)
    expect(unplugged.keys).not.toContain(`vcpu.${second}.time`)
    expect(unplugged.values.get('cpu.time')).toBe(before.values.get('cpu.time'))
  })

  it('shifts the positions of disks when one is put in front', async () => {
    const { probe, running } = probeOf()
    const guest = running.find(({ disks }) => disks.length > 0)!
    const before = await probe.record(guest.name, { stats: 32 })
    const disk = { ...guest.disks[0]!, target: 'vdk' }
    probe.host.attachDisk(guest, disk, 0)
    const after = await probe.record(guest.name, { stats: 32 })
    expect(after.values.get('block.0.name')).toBe('vdk')
    expect(after.values.get('block.0.rd.reqs')).toBe(0n)
    expect(after.values.get('block.1.name')).toBe('vda')
    expect(after.values.get('block.1.rd.reqs')).toBe(before.values.get('block.0.rd.reqs'))
  })

  it('loses its counters on a reset and keeps its id', async () => {
    const { probe, running } = probeOf()
    const guest = running[4]!
    const before = await probe.record(guest.name)
    probe.host.resetCounters(guest)
    const after = await probe.record(guest.name)
    expect(after.id).toBe(before.id)
    expect(after.values.get('cpu.time')).toBe(0n)
    expect(after.values.get('vcpu.0.time')).toBe(0n)
    expect(after.values.get('block.0.wr.reqs') ?? 0n).toBe(0n)
  })
})

describe('the figures of a host', () => {
  it('agree with its guests and never fall, through stops and resets', () => {
    const { probe, running } = probeOf('sim:?hosts=1&domains=60&churn=off&seed=9')
    const figures = new NodeFigures(probe.host)
    const { cpus, memoryKiB } = probe.host.world.node
    let before = figures.cpu()
    const guestCpu = () =>
      probe.host.guests.reduce((sum, g) => sum + (g.active ? g.cpuTimeNs(probe.host.moment(g)) : 0), 0)
    for (let step = 0; step < 60; step++) {
      const [cpuBefore, retired] = [guestCpu(), probe.host.retiredCpuNs]
      probe.clock.advance(5_000)
      const after = figures.cpu()
      const grown = [...after].map(([field, value]) => value - before.get(field)!)
      expect(Math.min(...grown)).toBeGreaterThanOrEqual(0)
      // All CPUs together spend exactly the time that passed.
      expect(grown.reduce((sum, value) => sum + value, 0) / (cpus * 5e9)).toBeCloseTo(1, 3)
      const busy = after.get('kernel')! + after.get('user')! - before.get('kernel')! - before.get('user')!
      const byGuests = guestCpu() + probe.host.retiredCpuNs - cpuBefore - retired
      expect(busy).toBeGreaterThanOrEqual(byGuests - 1_000)
      before = after
      if (step === 20) probe.host.stop(running[10]!, 'destroy')
      if (step === 30) probe.host.resetCounters(running[8]!)
      if (step === 20 || step === 30) before = figures.cpu()
    }
    const memory = figures.memory()
    expect(memory.get('total')).toBe(memoryKiB)
    expect(memory.get('free')! + memory.get('buffers')! + memory.get('cached')!).toBeLessThan(memoryKiB)
  })
})

describe('churn', () => {
  it('does the same things in the same order for the same seed, of every kind, and stops when told', () => {
    const runs = [1, 2].map(() => {
      const { probe } = probeOf('sim:?hosts=1&domains=200&inactive=10&seed=3')
      const seen: string[] = []
      probe.host.onEvent(({ eventId, tail }) => seen.push(`${eventId} ${Buffer.from(tail).toString('hex')}`))
      const stop = startChurn(probe.host, probe.clock)
      for (let minute = 0; minute < 90; minute++) probe.clock.advance(60_000)
      const { length } = seen
      stop()
      probe.clock.advance(3_600_000)
      expect(seen.length).toBe(length)
      return { seen, probe }
    })
    expect(runs[0]!.seen).toEqual(runs[1]!.seen)
    const kinds = new Set(runs[0]!.seen.map((event) => event.split(' ')[0]))
    expect([...kinds].sort()).toEqual(['0', '13', '15', '19'])
    const lifecycle = new Set(
      runs[0]!.seen.filter((event) => event.startsWith('0 ')).map((event) => event.slice(-16).replace(/0{7}/g, '')),
    )
    // Renamed, booted, suspended, unpaused, shut down, failed.
    for (const kind of ['02', '11', '20', '30', '40', '50', '55', '61']) expect(lifecycle).toContain(kind)
    const names = runs[0]!.probe.host.guests.map(({ name }) => name)
    expect(new Set(names).size).toBe(names.length)
    expect(names.length).toBeGreaterThan(190)
  })
})

describe('parseCommand', () => {
  it.each([
    [{ op: 'explode' }, 'explode'],
    [{ op: 'freeze' }, 'domain'],
    [{ op: 'setVcpus', domain: 'a', ids: ['1'] }, 'ids'],
    [{ op: 'mode', mode: 'sleepy' }, 'mode'],
    [{ op: 'slow', ms: -5 }, 'ms'],
    ['freeze', 'object'],
  ])('refuses %j and names what is wrong', (command, word) => {
    expect(() => parseCommand(command)).toThrow(expect.objectContaining({ code: 'SIM_BAD_COMMAND' }))
    expect(() => parseCommand(command)).toThrow(word)
  })
})

import { describe, expect, it } from 'vitest'
import type { Probed } from '../testing/bulk-probe.ts'
import { BulkProbe, isCounter, NOWAIT } from '../testing/bulk-probe.ts'
import { RpcRefusal } from '../wire/rpc-refusal.ts'
import { KVM_LEAVES } from './stat-templates.ts'

const FLEET = 'sim:?hosts=2&domains=300&seed=5&kvm=10&inactive=8&churn=off'

async function refusalOf(answer: Promise<unknown>): Promise<RpcRefusal | null> {
  return answer.then(
    () => null,
    (error: unknown) => (error instanceof RpcRefusal ? error : Promise.reject(error)),
  )
}

/** Counters that fell from one reading to the next. */
function fallen(before: ReadonlyMap<string, Probed>, after: ReadonlyMap<string, Probed>): string[] {
  const found: string[] = []
  for (const [uuid, { id, values, name }] of before) {
    const later = after.get(uuid)
    if (later === undefined || later.id !== id || id === -1) continue
    for (const [path, value] of values) {
      if (isCounter(path) && (later.values.get(path) ?? value) < value) found.push(`${name} ${path}`)
    }
  }
  return found
}

describe('bulk stats of a simulated host', () => {
  it('is the same byte for byte with the same seed and differs with another', async () => {
    const [one, same, other] = [new BulkProbe(FLEET), new BulkProbe(FLEET), new BulkProbe(FLEET.replace('=5', '=6'))]
    for (const probe of [one, same, other]) probe.clock.advance(12_345)
    // One was asked before, the other was not: who asks must not matter.
    await one.body()
    for (const probe of [one, same, other]) probe.clock.advance(60_000)
    expect(Buffer.compare(await one.body(), await same.body())).toBe(0)
    expect(Buffer.compare(await one.body(), await other.body())).not.toBe(0)
  })

  it('gives every domain one record that the generic walker reads to its end', async () => {
    const probe = new BulkProbe(FLEET)
    const records = await probe.records({ stats: 0, flags: 0 })
    expect(records.size).toBe(150)
    for (const guest of probe.host.guests) {
      const record = [...records.values()].find(({ name }) => name === guest.name)
      expect(record?.id).toBe(guest.id)
      expect(record?.values.get('vcpu.current')).toBe(BigInt(guest.vcpuIds.length))
      expect(new Set(record?.keys).size).toBe(record?.keys.length)
    }
  })

  it('lets no counter fall, on a calm host and on a contended one', async () => {
    for (const hostIndex of [0, 1]) {
      const probe = new BulkProbe(FLEET.replace('domains=300', 'domains=50'), hostIndex)
      let before = await probe.records()
      for (let step = 0; step < 100; step++) {
        probe.clock.advance([1, 977, 1000, 13_000, 0][step % 5] as number)
        const after = await probe.records()
        expect(fallen(before, after)).toEqual([])
        before = after
      }
    }
  })

  it('keeps each vCPU below one CPU and the process at least at the sum of its vCPUs', async () => {
    const probe = new BulkProbe(FLEET, 1)
    let before = await probe.records({ stats: 10 })
    for (let step = 0; step < 40; step++) {
      probe.clock.advance(10_000)
      const after = await probe.records({ stats: 10 })
      for (const [uuid, { values, id }] of after) {
        if (id === -1) continue
        let vcpus = 0n
        for (const [path, value] of values) {
          if (!/^vcpu\.\d+\.time$/.test(path)) continue
          vcpus += value as bigint
          const grown = (value as bigint) - (before.get(uuid)?.values.get(path) as bigint)
          const delay = path.replace('time', 'delay')
          const waited = (values.get(delay) as bigint) - (before.get(uuid)?.values.get(delay) as bigint)
          // One clock tick of 10 ms may fall into this interval that belongs to the last.
          expect(grown + waited).toBeLessThanOrEqual(10_010_000_000n)
        }
        expect(values.get('cpu.time')).toBeGreaterThanOrEqual(vcpus)
      }
      before = after
    }
  })

  it('shows what real estates show: steal, swap, silent balloons, sparse vCPUs, user NICs, network disks', async () => {
    const probe = new BulkProbe('sim:?hosts=1&domains=2000&kvm=5')
    const before = [...(await probe.records()).values()]
    probe.clock.advance(600_000)
    const after = await probe.records()
    const all = [...after.values()]
    const active = all.filter(({ id }) => id !== -1)
    expect(active.some(({ values }) => values.get('balloon.swap_in') !== 0n && values.has('balloon.swap_in'))).toBe(
      true,
    )
    expect(active.some(({ values }) => values.has('balloon.rss') && !values.has('balloon.available'))).toBe(true)
    expect(active.some(({ values }) => values.has('vcpu.2.time') && !values.has('vcpu.1.time'))).toBe(true)
    expect(active.some(({ values }) => values.get('net.count') === 1n && !values.has('net.0.name'))).toBe(true)
    expect(active.some(({ values }) => values.has('block.0.name') && !values.has('block.0.path'))).toBe(true)
    expect(active.some(({ values }) => values.get('vcpu.current') === 128n)).toBe(true)
    const kvm = active.filter(({ values }) => values.has('vcpu.0.exits.sum'))
    expect(kvm.length / active.length).toBeGreaterThan(0.03)
    expect(kvm.length / active.length).toBeLessThan(0.07)
    const worst = before.map(({ name, values }) => {
      const later = all.find((record) => record.name === name)?.values.get('vcpu.0.delay') ?? 0n
      return Number((later as bigint) - ((values.get('vcpu.0.delay') ?? 0n) as bigint)) / 600e9
    })
    expect(Math.max(...worst)).toBeGreaterThan(0.03)
  })

  it('orders the KVM counters of a vCPU as the recorded daemon does', async () => {
    const probe = new BulkProbe('sim:?hosts=1&domains=20&kvm=100&inactive=0')
    const record = [...(await probe.records({ stats: 8 })).values()][5] as Probed
    const first = record.keys.filter((key) => key.startsWith('vcpu.0.')).map((key) => key.slice('vcpu.0.'.length))
    expect(first).toEqual(['state', 'time', 'wait', 'delay', ...KVM_LEAVES])
    expect(KVM_LEAVES.length).toBe(42)
  })

  it('reports of a domain that is off what libvirt reports, the daemon’s own CPU time included', async () => {
    const probe = new BulkProbe(FLEET)
    const off = [...(await probe.records()).values()].filter(({ id }) => id === -1)
    expect(off.length).toBeGreaterThan(0)
    for (const { values, keys } of off) {
      expect(values.get('state.state')).toBe(5n)
      expect(keys.filter((key) => key.startsWith('cpu.'))).toEqual(['cpu.time', 'cpu.user', 'cpu.system'])
      expect(keys.filter((key) => key.startsWith('vcpu.'))).toEqual(['vcpu.current', 'vcpu.maximum'])
      expect(keys.some((key) => key.startsWith('net.') || key.endsWith('.reqs') || key === 'balloon.rss')).toBe(false)
    }
  })
})

describe('what a bulk call may ask', () => {
  it('finds domains by UUID, skips unknown ones and repeats doubled ones', async () => {
    const probe = new BulkProbe(FLEET)
    const [a, b] = probe.host.guests.map((guest) => guest.shape.uuid)
    const body = await probe.body({ uuids: [a!, new Uint8Array(16), b!, a!], stats: 1 })
    expect(new DataView(body.buffer).getUint32(0)).toBe(3)
  })

  it('filters by activity and state, in explicit lists too', async () => {
    const probe = new BulkProbe(FLEET)
    const active = probe.host.guests.filter((guest) => guest.active).length
    expect((await probe.records({ flags: 1 })).size).toBe(active)
    expect((await probe.records({ flags: 2 })).size).toBe(150 - active)
    expect((await probe.records({ flags: 1 | 2 })).size).toBe(150)
    expect((await probe.records({ flags: 64 })).size).toBe(150 - active)
    const uuids = probe.host.guests.map((guest) => guest.shape.uuid)
    expect((await probe.records({ flags: 2, uuids })).size).toBe(150 - active)
  })

  it('gives records without parameters for groups that do not exist', async () => {
    const records = await new BulkProbe(FLEET).records({ stats: 2 ** 20 })
    expect([...records.values()].every(({ keys }) => keys.length === 0)).toBe(true)
  })

  it('refuses unknown flags with code 8, and unknown groups with code 74 when told to enforce', async () => {
    const probe = new BulkProbe(FLEET)
    expect(await refusalOf(probe.body({ flags: 256 }))).toMatchObject({ code: 8, domain: 10 })
    expect(await refusalOf(probe.body({ stats: 2 ** 20, flags: 2 ** 31 }))).toMatchObject({ code: 74 })
    expect((await probe.records({ flags: 2 ** 31 + 2 ** 30 + NOWAIT })).size).toBe(150)
  })

  it('refuses more than 16,384 records with code 1, unless a filter or a list makes them fewer', async () => {
    const probe = new BulkProbe('sim:?hosts=1&domains=16385&kvm=0')
    expect(await refusalOf(probe.body({ stats: 1 }))).toMatchObject({ code: 1, domain: 7 })
    expect((await probe.records({ stats: 1, flags: 1 })).size).toBeGreaterThan(10_000)
    const uuids = probe.host.guests.slice(0, 2_000).map((guest) => guest.shape.uuid)
    expect((await probe.records({ stats: 1, uuids })).size).toBe(2_000)
  })

  it('refuses a reply above 32 MiB with code 39', async () => {
    const probe = new BulkProbe('sim:?hosts=1&domains=9000&kvm=100')
    expect(await refusalOf(probe.body({ stats: 8 }))).toMatchObject({ code: 39, domain: 7 })
    expect((await probe.records({ stats: 1 })).size).toBe(9_000)
  })
})

describe('partial records', () => {
  it('leave out exactly what needs the monitor', async () => {
    const probe = new BulkProbe('sim:?hosts=1&domains=40&kvm=100&inactive=0')
    const guest = probe.host.guests[10]!
    const whole = await probe.record(guest.name)
    probe.faults.partial.add(guest)
    const partial = await probe.record(guest.name)
    const missing = whole.keys.filter((key) => !partial.keys.includes(key))
    expect(partial.keys.every((key) => whole.keys.includes(key))).toBe(true)
    expect(missing).toContain('balloon.rss')
    expect(missing).toContain('cpu.haltpoll.success.time')
    expect(missing).toContain('vcpu.0.exits.sum')
    expect(missing.some((key) => /^(state|net|cpu\.time|vcpu\.\d+\.(time|delay))/.test(key))).toBe(false)
    const disk = partial.keys.filter((key) => key.startsWith('block.0.'))
    expect(disk).toEqual(['block.0.name', 'block.0.path', 'block.0.backingIndex'])
    expect((await probe.record(guest.name, { stats: 17 })).keys.length).toBe(
      whole.keys.filter((key) => /^(state|net)\./.test(key)).length,
    )
  })

  it('strike the given share of domains, another choice each minute', async () => {
    const probe = new BulkProbe('sim:?hosts=1&domains=1000&inactive=0&partial=20')
    const struck = async () =>
      [...(await probe.records({ stats: 4 })).values()].filter(({ keys }) => keys.length === 2).map(({ name }) => name)
    const first = await struck()
    expect(first.length).toBeGreaterThan(140)
    expect(first.length).toBeLessThan(260)
    probe.clock.advance(60_000)
    expect(await struck()).not.toEqual(first)
  })
})

describe('a slow call', () => {
  it('takes as long as it is told and samples its records over that time', async () => {
    // The first of two hosts is not contended: its vCPUs wait 1 ms in each second.
    const probe = new BulkProbe('sim:?hosts=2&domains=80&inactive=0')
    const before = await probe.records({ stats: 8 })
    probe.faults.slowMs = 4_000
    let after: Map<string, Probed> | null = null
    const done = probe.records({ stats: 8 }).then((records) => {
      after = records
    })
    await Promise.resolve()
    probe.clock.advance(3_999)
    await Promise.resolve()
    expect(after).toBeNull()
    probe.clock.advance(1)
    await done
    const waited = 'vcpu.0.delay'
    const grown = [...before].map(([uuid, { values }]) =>
      Number((after!.get(uuid)!.values.get(waited) as bigint) - (values.get(waited) as bigint)),
    )
    const running = grown.filter((value) => value > 0)
    // The last record is close to four seconds younger than the first.
    expect(Math.max(...running)).toBeGreaterThan(3_500_000)
    expect(Math.min(...running)).toBeLessThan(500_000)
  })

  it('may be one about monitor groups alone', async () => {
    const probe = new BulkProbe('sim:?hosts=1&domains=8')
    probe.faults.monitorMs = 4_000
    expect((await probe.records({ stats: 1 | 16 })).size).toBe(8)
    let answered = false
    const done = probe.records({ stats: 1 | 2 }).then(() => {
      answered = true
    })
    await Promise.resolve()
    probe.clock.advance(3_999)
    await Promise.resolve()
    expect(answered).toBe(false)
    probe.clock.advance(1)
    await done
  })
})

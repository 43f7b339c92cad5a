import { describe, expect, it } from 'vitest'
import { capabilitiesXml } from '../procedures/capabilities-xml.ts'
import { deriveSimHosts, parseSimUri } from '../sim-uri.ts'
import { BulkProbe } from '../testing/bulk-probe.ts'
import { makeHost } from './make-host.ts'

function hostsOf(uri: string) {
  return deriveSimHosts(parseSimUri(uri)).map(makeHost)
}

/** Running guests by how many vCPUs they have online. */
function runningByVcpus(uri: string): Map<number, string[]> {
  const found = new Map<number, string[]>()
  for (const { guests } of hostsOf(uri)) {
    for (const { active, vcpuIds, name } of guests) {
      if (active) found.set(vcpuIds.length, [...(found.get(vcpuIds.length) ?? []), name])
    }
  }
  return found
}

describe('sizes of simulated guests', () => {
  it.each([1, 2, 77])('reach from 1 to 512 vCPUs in the default fleet, seed %i', (seed) => {
    const sizes = runningByVcpus(`sim:?hosts=8&domains=2000&seed=${seed}`)
    for (const size of [1, 2, 4, 8, 16, 64, 128]) expect(sizes.get(size), `${size} vCPUs`).toBeDefined()
    expect(sizes.get(512)).toEqual(['hana-301'])
    expect(Math.max(...sizes.keys())).toBe(512)
  })

  it.each([
    ['sim:?hosts=1&domains=1&vcpus=512', 512],
    ['sim:?hosts=3&domains=40&vcpus=300', 300],
    ['sim:?hosts=999&domains=2&vcpus=512', 512],
    ['sim:?hosts=2&domains=60&vcpus=129&inactive=100', 129],
    ['sim:?hosts=1&domains=40', 128],
    ['sim:?hosts=1&domains=40&vcpus=128', 128],
    ['sim:?hosts=2&domains=2000&vcpus=4', 4],
  ])('%s has a largest guest of %i vCPUs', (uri, most) => {
    const sizes = hostsOf(uri).flatMap(({ guests }) => guests.map(({ vcpuIds }) => vcpuIds.length))
    expect(Math.max(...sizes)).toBe(most)
  })

  it('stay within the host of the largest one: it has as many CPUs, and says so', () => {
    const host = hostsOf('sim:?hosts=8&domains=2000')[2]!
    const largest = host.guests.find(({ vcpuIds }) => vcpuIds.length === 512)!
    expect(host.node.cpus).toBe(512)
    expect(capabilitiesXml(host.node)).toContain("<cpus num='512'/>")
    const { sockets, cores, threads } = host.node
    expect(sockets * cores * threads).toBe(512)
    expect(host.node.memoryKiB).toBeGreaterThan(host.guests.reduce((sum, { shape }) => sum + shape.memoryKiB, 0))
    expect(largest.meanCores()).toBeGreaterThan(10)
    expect(host.guests.reduce((sum, guest) => sum + guest.meanCores(), 0)).toBeLessThan(0.95 * 512)
  })

  it('leave the other hosts of an estate as they are without the largest guest', () => {
    const [one, other] = ['', '&vcpus=128'].map((more) => hostsOf(`sim:?hosts=8&domains=2000&kvm=0${more}`))
    for (const index of [1, 3, 4, 5, 6, 7]) {
      expect(one![index]!.node).toEqual(other![index]!.node)
      expect(one![index]!.guests.map(({ name }) => name)).toEqual(other![index]!.guests.map(({ name }) => name))
    }
  })
})

describe('a guest of 512 vCPUs', () => {
  const uri = 'sim:?hosts=1&domains=20&vcpus=512&inactive=0&churn=off'

  it('sends counters of its own and of KVM for each vCPU, none of which falls', async () => {
    const probe = new BulkProbe(uri)
    const before = await probe.record('hana-101', { stats: 8 })
    expect(before.keys.length).toBe(2 + 512 * 46)
    probe.clock.advance(10_000)
    const after = await probe.record('hana-101', { stats: 8 })
    let grown = 0
    for (let id = 0; id < 512; id++) {
      for (const leaf of ['time', 'delay', 'exits.sum', 'halt_exits.sum']) {
        const path = `vcpu.${id}.${leaf}`
        const [first, second] = [before.values.get(path) as bigint, after.values.get(path) as bigint]
        expect(second).toBeGreaterThanOrEqual(first)
        if (leaf === 'time' && second > first) grown++
      }
    }
    expect(grown).toBeGreaterThan(256)
  })

  it('has no counters of KVM where no guest has', async () => {
    const probe = new BulkProbe(`${uri}&kvm=0`)
    expect((await probe.record('hana-101', { stats: 8 })).keys.length).toBe(2 + 512 * 4)
  })
})

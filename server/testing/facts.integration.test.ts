import { availableParallelism, loadavg } from 'node:os'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { findMetric } from '../../lib/metrics/catalogue.ts'
import { plan, STANDARD_GUESTS } from './real/guests.ts'
import { type RealLibvirtd, startRealLibvirtdWith } from './real/real-libvirtd.ts'
import { until } from './until.ts'
import { type WatchedFleet, watchHost } from './watched-fleet.ts'

const NOVA = `<title>Front &amp; back</title><metadata>
  <nova:instance xmlns:nova='http://openstack.org/xmlns/libvirt/nova/1.1'><nova:name>front-1</nova:name>
  <nova:flavor name='m1.small'/><nova:owner><nova:user uuid='u1'>alice</nova:user>
  <nova:project uuid='p1'>billing</nova:project></nova:owner></nova:instance></metadata>`
/** As tools write it who declare their prefixes further out; libvirt moves those of <domain> to <metadata>. */
const FURTHER_OUT = `<metadata xmlns:nova='http://openstack.org/xmlns/libvirt/nova/1.1' xmlns:o='urn:o'>
  <nova:instance><nova:name>shop</nova:name><nova:owner><nova:project uuid='p2'>archive</nova:project></nova:owner>
  </nova:instance><o:bios><o:attribute name='SysPassword' value='k1'/><o:attribute name='NumCores' value='10'/>
  <o:env>DB_PASSWORD=k2</o:env><o:note><![CDATA[<!DOCTYPE html> rack 7]]></o:note></o:bios></metadata>`
const GUESTS = [
  ...STANDARD_GUESTS.filter(({ name }) => ['web-02', 'db-01', 'lonely-01', 'off-01'].includes(name)),
  plan('tenant-01', { xml: { domain: NOVA } }),
  plan('further-01', { disks: 0, nics: 0, left: 'off', xml: { domain: FURTHER_OUT } }),
  plan('slow-01', { load: 'read', xml: { disk: '<iotune><total_iops_sec>20</total_iops_sec></iotune>' } }),
]

const TOO_BUSY = 'this machine has more to do than CPUs: the guest cannot use up its limit'

let daemon: RealLibvirtd
let watched: WatchedFleet

beforeAll(async () => {
  daemon = await startRealLibvirtdWith(GUESTS)
  watched = watchHost(daemon.uri)
})

afterAll(async () => {
  await watched?.stop()
  await daemon?.stop()
})

async function rowOf(name: string): Promise<number> {
  const uuid = await daemon.uuidOf(name)
  return until(`the row of ${name}`, () => watched.fleet.rowsOf(uuid)[0])
}

async function factsOf(name: string) {
  const row = await rowOf(name)
  return until(`the facts of ${name}`, () => watched.fleet.facts(row).facts ?? undefined)
}

/** Whether a metric of a guest came near 100 % before the time was up; it must never be far above. */
async function fillsItsLimit(name: string, metric: string): Promise<boolean> {
  const row = await rowOf(name)
  const near = until(
    `${metric} of ${name} to come near 100 %`,
    () => {
      const value = watched.fleet.value(row, findMetric(metric)!) ?? 0
      expect(value).toBeLessThan(125)
      return value > 85 ? true : undefined
    },
    { timeoutMs: 60_000, everyMs: 200 },
  )
  return near.catch((error: unknown) => {
    if (loadavg()[0]! > availableParallelism()) return false
    throw error
  })
}

test('the XML of every guest is read, running or not, and agrees with what virsh lists', async () => {
  for (const { name, disks, nics } of GUESTS) {
    const facts = await factsOf(name)
    expect([facts.disks.length, facts.nics.length]).toEqual([disks, nics])
    const blocks = (await daemon.virsh('domblklist', name)).trim().split('\n').filter(Boolean)
    const listed = blocks.map((line) => line.trim().split(/\s+/))
    expect(facts.disks.map(({ target, backend }) => [target, backend.kind === 'file' ? backend.path : ''])).toEqual(
      listed,
    )
    const macs = (await daemon.virsh('domiflist', name)).match(/(?:[0-9a-f]{2}:){5}[0-9a-f]{2}/g) ?? []
    expect(facts.nics.map(({ mac }) => mac)).toEqual(macs)
  }
})

test('title, project and owner show in the grid, and follow when they change', async () => {
  const row = await rowOf('tenant-01')
  expect(await factsOf('tenant-01')).toMatchObject({
    title: 'Front & back',
    nova: { name: 'front-1', project: { name: 'billing', uuid: 'p1' }, user: { name: 'alice' }, flavour: 'm1.small' },
  })
  const { domains } = watched.fleet
  const shown = () => domains.text('title')?.get(row)
  await until('the title in the grid', () => (shown() === 'Front & back' ? true : undefined))
  await daemon.virsh('desc', 'tenant-01', '--live', '--title', 'renamed')
  await until('the new title', () => (shown() === 'renamed' ? true : undefined))
  const project = domains.column('project')!
  expect(domains.dictionaries.get(project.number)?.word(project.codes[row]!)).toBe('billing')
})

test('prefixes that are declared further out mean the same, and what is secret is kept back', async () => {
  expect(await daemon.virsh('dumpxml', 'further-01')).toMatch(
    /<metadata[^>]* xmlns:nova=|<nova:instance[^>]* xmlns:nova=/,
  )
  const facts = await factsOf('further-01')
  expect(facts).toMatchObject({ nova: { name: 'shop', project: { name: 'archive', uuid: 'p2' } }, keptBack: 2 })
  expect(facts.metadata).toEqual([
    { namespace: 'urn:o', path: 'bios/attribute@name', value: 'SysPassword' },
    { namespace: 'urn:o', path: 'bios/attribute@value', value: '(kept back)' },
    { namespace: 'urn:o', path: 'bios/attribute@name', value: 'NumCores' },
    { namespace: 'urn:o', path: 'bios/attribute@value', value: '10' },
    { namespace: 'urn:o', path: 'bios/env', value: 'DB_PASSWORD=(kept back)' },
    { namespace: 'urn:o', path: 'bios/note', value: '<!DOCTYPE html> rack 7' },
  ])
})

test('a guest that reads as fast as its limit of 20 requests a second lets it is at its own limit', async (context) => {
  expect((await factsOf('slow-01')).disks[0]?.limits).toEqual({ total_iops: 20 })
  if (!(await fillsItsLimit('slow-01', 'diskCapPercent'))) return context.skip(TOO_BUSY)
  expect(watched.fleet.notes(await rowOf('slow-01'))).toMatchObject({ diskLatencyNs: 'incl. own I/O limit' })
})

test('a limit that is lifted is gone with the event that tells of it', async () => {
  const row = await rowOf('slow-01')
  await daemon.virsh('blkdeviotune', 'slow-01', 'vda', '--total-iops-sec', '0', '--live')
  await until('the limit to go', () => (watched.fleet.notes(row).diskLatencyNs === undefined ? true : undefined))
  await until('the metric to go', () =>
    watched.fleet.value(row, findMetric('diskCapPercent')!) === null ? true : undefined,
  )
})

test('a vCPU that spins under a quota of 8 %, which also a busy machine has left, uses all of it', async (context) => {
  const quota = '<cputune><period>100000</period><quota>8000</quota></cputune>'
  try {
    await daemon.add(plan('capped-01', { load: 'spin', xml: { domain: quota } }))
  } catch (error) {
    // Where nobody lets us make control groups, libvirt starts no guest with a quota.
    if (/cgroup/i.test(String(error))) return context.skip('no control groups for CPUs here')
    throw error
  }
  expect((await factsOf('capped-01')).cpu.vcpuQuota).toEqual({ quotaUs: 8000, periodUs: 100_000 })
  if (!(await fillsItsLimit('capped-01', 'cpuCapPercent'))) return context.skip(TOO_BUSY)
  expect(watched.fleet.notes(await rowOf('capped-01'))).toMatchObject({ stealWorstPercent: 'incl. own CPU cap' })
})

import { availableParallelism, loadavg } from 'node:os'
import type { Page } from '@playwright/test'
import { type GuestPlan, plan } from '../server/testing/real/guests.ts'
import { type RealLibvirtd, startRealLibvirtdWith } from '../server/testing/real/real-libvirtd.ts'
import { parseDomstats, type VirshStats } from '../server/testing/real/virsh-domstats.ts'
import { type Domscope, startDomscope } from '../server/testing/start-domscope.ts'
import { chartOf, marksToldBy, newestStretchAge, numbersOf, vcpuRow } from './drilldown-page.ts'
import { intoView } from './grid-page.ts'
import { expect, test } from './watched-page.ts'

const noDaemon = process.env.DOMSCOPE_NO_DAEMON
/** For something broken, not a promise: how soon a change is sampled depends on how busy the machine is. */
const SEEN_MS = 30_000
/** Firmware needs a second of CPU time, which is long to come by where many wait for a CPU. */
const BOOTED_MS = 90_000
/** Between two readings of virsh. A sample at either end may belong to the time before: that is the granularity. */
const STRETCH_MS = 7000
const TICK_MS = 1000
/** A machine that others use does not give the same to a guest all the time: then look at another stretch. */
const TRIES_MS = 90_000

const onCpu = (cpu: number, more = '') => ({ domain: `<cputune>${more}<vcpupin vcpu='0' cpuset='${cpu}'/></cputune>` })
const limit = { disk: '<iotune><total_iops_sec>20</total_iops_sec></iotune>' }

/** All wait: each test lets those run that it looks at, so that they have the machine for themselves. */
const GUESTS: readonly GuestPlan[] = [
  plan('spinner', { load: 'spin', vcpus: 2 }),
  plan('reader', { load: 'read', disks: 2, nics: 2 }),
  plan('limited', { load: 'read', xml: limit }),
  plan('rival-a', { load: 'spin', xml: onCpu(0) }),
  plan('rival-b', { load: 'spin', xml: onCpu(0) }),
  plan('grower', { load: 'spin', vcpus: 2, maxVcpus: 4 }),
  plan('giver', { load: 'unplug', disks: 2, nics: 2 }),
].map((guest) => ({ ...guest, left: 'paused' }))

const CAPPED = plan('capped', {
  load: 'spin',
  xml: { domain: '<cputune><period>100000</period><quota>30000</quota></cputune>' },
})

let daemon: RealLibvirtd
let domscope: Domscope

/** What virsh counts, and when it was asked. */
interface Reading {
  readonly wall: number
  readonly domains: ReadonlyMap<string, VirshStats>
}

async function reading(names: readonly string[]): Promise<Reading> {
  const from = Date.now()
  const domains = parseDomstats(await daemon.virsh('domstats', '--vcpu', '--block', '--interface', ...names))
  return { wall: (from + Date.now()) / 2, domains }
}

/** Two readings of virsh, and the growth of its counters between them. */
interface Stretch {
  readonly zoom: string
  /** Growth of a counter per second. */
  rate(name: string, field: string): number
}

async function stretchOf(names: readonly string[]): Promise<Stretch> {
  const before = await reading(names)
  let after = before
  await expect
    .poll(
      async () => {
        after = await reading(names)
        return after.wall - before.wall
      },
      { intervals: [500], timeout: SEEN_MS },
    )
    .toBeGreaterThan(STRETCH_MS)
  const count = ({ domains }: Reading, name: string, field: string) => Number(domains.get(name)?.get(field))
  return {
    zoom: [before, after].map(({ wall }) => new Date(Math.round(wall)).toISOString()).join('/'),
    rate: (name, field) =>
      (count(after, name, field) - count(before, name, field)) / ((after.wall - before.wall) / 1000),
  }
}

/** Opens a guest's page, with a stretch of time or live. */
async function open(page: Page, name: string, zoom = ''): Promise<void> {
  const query = new URLSearchParams({ host: 'real', uuid: await daemon.uuidOf(name), ...(zoom === '' ? {} : { zoom }) })
  await page.goto(`${domscope.origin}/domain?${query}`)
  await expect(page.locator('.domain-head')).toContainText('running', { timeout: SEEN_MS })
}

/** A line of a chart, and what two readings of virsh say of it. */
type Wanted = readonly [chart: string, label: string, naive: number]

/**
 * Compares means of the stretch that the page shows with what virsh counted.
 *
 * @remarks A sample may lie across either end of the stretch, and be as far from the mean as the values go apart.
 */
async function expectMeans(page: Page, wanted: readonly Wanted[]): Promise<void> {
  for (const [chart, label, naive] of wanted) {
    const isNear = async () => {
      const { mean, least, greatest } = await numbersOf(page, chart, label)
      const granularity = ((greatest - least) * 2 * TICK_MS) / STRETCH_MS
      return Math.abs(mean - naive) <= 2 + 0.05 * Math.abs(naive) + granularity
        ? 'near'
        : `${mean} (${least} to ${greatest})`
    }
    await expect.poll(isNear, { message: `${chart}, ${label}: virsh says ${naive}`, timeout: 12_000 }).toBe('near')
  }
}

/** Lets guests run, and wait again afterwards. */
async function running(names: readonly string[], body: () => Promise<void>): Promise<void> {
  for (const name of names) await daemon.virsh('resume', name)
  try {
    await body()
  } finally {
    for (const name of names) await daemon.virsh('suspend', name)
  }
}

type Metrics = Readonly<Record<string, number | null>>

/** Waits until the API tells the load: the firmware is done. */
async function loaded(name: string, amount: (metrics: Metrics) => number, least: number): Promise<void> {
  const uuid = await daemon.uuidOf(name)
  const value = async () => {
    const { body } = await domscope.get(`/api/v1/domains/${uuid}`)
    return amount((body as { metrics: Metrics }).metrics)
  }
  await expect.poll(value, { message: `load of ${name}`, timeout: BOOTED_MS }).toBeGreaterThan(least)
}

/** What a vCPU that never sleeps uses, and waits for, in per cent. How much of both it is depends on the others. */
const awake = (metrics: Metrics) => (metrics.cpuBusiestVcpuPercent ?? 0) + (metrics.stealWorstPercent ?? 0)
const requests = (metrics: Metrics) => metrics.diskIops ?? 0
const packets = (metrics: Metrics) => metrics.netRxPps ?? 0

/** What others have taken is no fault of a guest. */
const isBusyMachine = () => loadavg()[0]! > availableParallelism()

async function expectSpinner(page: Page, { zoom, rate }: Stretch): Promise<void> {
  const perCent = (field: string) => rate('spinner', field) / 1e7
  await open(page, 'spinner', zoom)
  for (const vcpu of ['0', '1']) await page.getByRole('button', { name: `Lines of vCPU ${vcpu}` }).click()
  await expectMeans(page, [
    ['vcpu-vcpuPercent', 'vCPU 0', perCent('vcpu.0.time')],
    ['vcpu-vcpuPercent', 'vCPU 1', perCent('vcpu.1.time')],
    ['vcpu-vcpuStealPercent', 'vCPU 0', perCent('vcpu.0.delay')],
    ['cpu-cpu', 'all vCPUs', (perCent('vcpu.0.time') + perCent('vcpu.1.time')) / 2],
    ['cpu-cpu', 'busiest', perCent('vcpu.0.time')],
    ['cpu-steal', 'worst vCPU', perCent('vcpu.0.delay')],
  ])
  // Spinning or waiting for the CPU, all the time; the other one sleeps.
  const use = await numbersOf(page, 'cpu-cpu', 'busiest')
  const steal = await numbersOf(page, 'cpu-steal', 'worst vCPU')
  expect(use.mean + steal.mean).toBeGreaterThan(85)
  expect((await numbersOf(page, 'vcpu-vcpuPercent', 'vCPU 1')).mean).toBeLessThan(5)
}

async function expectReader(
  page: Page,
  { zoom, rate }: Stretch,
  { pinged, other }: { pinged: string; other: string },
): Promise<void> {
  await open(page, 'reader', zoom)
  const reads = rate('reader', 'block.0.rd.reqs')
  await expectMeans(page, [
    ['disk:vda-iops', 'read', reads],
    ['disk:vda-iops', 'write', 0],
    ['disk:vda-throughput', 'read', rate('reader', 'block.0.rd.bytes')],
    ['disk:vda-latency', 'read', rate('reader', 'block.0.rd.times') / reads],
    ['disk:vdb-iops', 'read', 0],
    [`nic:${pinged}-packets`, 'in', rate('reader', 'net.1.rx.pkts')],
    [`nic:${pinged}-throughput`, 'in', rate('reader', 'net.1.rx.bytes')],
    [`nic:${other}-packets`, 'in', rate('reader', 'net.0.rx.pkts')],
  ])
  expect((await numbersOf(page, `nic:${other}-packets`, 'in')).mean).toBeLessThan(5)
}

async function expectLimited(page: Page, { zoom, rate }: Stretch): Promise<void> {
  await open(page, 'limited', zoom)
  const reads = rate('limited', 'block.0.rd.reqs')
  await expectMeans(page, [
    ['disk:vda-iops', 'read', reads],
    ['disks-cap', 'worst', (100 * reads) / 20],
  ])
  const { mean } = await numbersOf(page, 'disk:vda-iops', 'read')
  expect(mean).toBeLessThan(24)
  if (!isBusyMachine()) expect(mean).toBeGreaterThan(16)
  await expect(page.locator('[data-group="disk:vda"] .group-head')).toContainText('limit total 20 IOPS')
}

test.describe(() => {
  test.skip(noDaemon !== undefined, noDaemon ?? '')
  test.setTimeout(400_000)

  test.beforeAll(async () => {
    test.setTimeout(180_000)
    daemon = await startRealLibvirtdWith(GUESTS)
    domscope = await startDomscope(['--connect', `real=${daemon.uri}`, '--duty', '50'])
    await domscope.ready()
  })

  test.afterAll(async () => {
    await domscope?.stop()
    await daemon?.stop()
  })

  test('shows the load of vCPU, disk and NIC where it is, as much as virsh counts', async ({ page }) => {
    // The one that takes all it can get comes last, so that the others have read their disks' first sector.
    await running(['reader', 'limited'], async () => {
      const { target, stop } = await daemon.pingNic('reader', 1)
      const other = (await daemon.virsh('domiflist', 'reader')).trim().split(/\s+/)[0]
      await loaded('reader', requests, 20)
      await loaded('limited', requests, 5)
      await loaded('reader', packets, 20)
      await running(['spinner'], async () => {
        await loaded('spinner', awake, 80)
        await expect(async () => {
          const stretch = await stretchOf(['spinner', 'reader', 'limited'])
          await expectSpinner(page, stretch)
          await expectReader(page, stretch, { pinged: target, other: other ?? '' })
          await expectLimited(page, stretch)
        }).toPass({ timeout: TRIES_MS })
      })
      await stop()
    })
  })

  test('shows two guests that share a CPU how long each waited for it', async ({ page }) => {
    const rivals = ['rival-a', 'rival-b']
    await running(rivals, async () => {
      for (const name of rivals) await loaded(name, awake, 80)
      await expect(async () => {
        const { zoom, rate } = await stretchOf(rivals)
        for (const name of rivals) {
          const [use, steal] = [rate(name, 'vcpu.0.time') / 1e7, rate(name, 'vcpu.0.delay') / 1e7]
          expect(steal).toBeGreaterThan(40)
          await open(page, name, zoom)
          await expectMeans(page, [
            ['cpu-cpu', 'all vCPUs', use],
            ['cpu-steal', 'worst vCPU', steal],
            ['cpu-steal', 'denied', (100 * steal) / (use + steal)],
          ])
        }
      }).toPass({ timeout: TRIES_MS })

      await open(page, 'rival-a')
      const row = async () => (await vcpuRow(page, '0')) ?? {}
      await expect.poll(async () => amountOfCell(await row(), 'Steal'), { timeout: SEEN_MS }).toBeGreaterThan(30)
      await page.getByRole('combobox', { name: 'Colour' }).selectOption({ label: 'Steal' })
      const strip = page.getByRole('slider', { name: 'Steal of each vCPU over time' })
      await strip.focus()
      const spoken = async () => {
        await page.keyboard.press('ArrowDown')
        return Number(/^vCPU 0: ([\d.]+) %, now$/.exec((await strip.getAttribute('aria-valuetext')) ?? '')?.[1])
      }
      await expect.poll(spoken, { timeout: SEEN_MS }).toBeGreaterThan(30)
    })
  })

  test('shows a guest that may use 30 % of a CPU how much of it it uses', async ({ page }) => {
    try {
      await daemon.add(CAPPED)
    } catch (error) {
      // Where nobody lets us make control groups, libvirt starts no guest with a quota.
      test.skip(/cgroup/i.test(String(error)), 'no control groups for CPUs here')
      throw error
    }
    await loaded('capped', awake, 80)
    await expect(async () => {
      const { zoom, rate } = await stretchOf(['capped'])
      const use = rate('capped', 'vcpu.0.time') / 1e7
      await open(page, 'capped', zoom)
      await expectMeans(page, [
        ['cpu-cpu', 'all vCPUs', use],
        ['cpu-cpu', 'of own cap', (100 * use) / 30],
        ['cpu-steal', 'worst vCPU', rate('capped', 'vcpu.0.delay') / 1e7],
      ])
      if (!isBusyMachine()) expect((await numbersOf(page, 'cpu-cpu', 'of own cap')).mean).toBeGreaterThan(85)
      expect((await numbersOf(page, 'cpu-cpu', 'all vCPUs')).mean).toBeLessThan(36)
    }).toPass({ timeout: TRIES_MS })
    await expect(chartOf(page, 'cpu-steal')).toContainText('incl. own CPU cap')
    await expect(page.locator('.domain-head')).toContainText('each vCPU 30.0 % of a CPU')
    await daemon.virsh('destroy', 'capped')
  })

  test('shows vCPUs and disks that are plugged, a pause, and an end and a new start', async ({ page }) => {
    const state = page.locator('.domain-head .identity').first()
    const events = page.locator('[data-group=events] .events')
    await daemon.virsh('resume', 'grower')
    await open(page, 'grower')
    await loaded('grower', awake, 80)
    const strip = page.getByRole('slider', { name: /of each vCPU/ })
    // vCPUs that the guest could have, and has not, are not there.
    await expect(strip).toHaveAttribute('aria-valuemax', '1', { timeout: SEEN_MS })

    await daemon.virsh('setvcpus', 'grower', '3', '--live')
    await expect(strip).toHaveAttribute('aria-valuemax', '2', { timeout: SEEN_MS })
    await expect.poll(async () => (await vcpuRow(page, '2'))?.Online).toMatch(/^since \d\d:\d\d:\d\d$/)
    expect((await vcpuRow(page, '0'))?.Online).toBe('all the time')
    expect(await vcpuRow(page, '3')).toBeNull()

    await daemon.virsh('attach-disk', 'grower', daemon.emptyDisk('late.img'), 'vdb', '--live')
    await expect(page.locator('[data-group="disk:vdb"]')).toBeVisible({ timeout: SEEN_MS })
    await expect.poll(async () => (await numbersOf(page, 'disk:vdb-iops', 'read')).now, { timeout: SEEN_MS }).toBe(0)
    await expect(events).toContainText('virtio-disk1')

    await daemon.virsh('suspend', 'grower')
    await expect(state).toContainText('paused')
    await expect(events).toContainText(/suspended/i)
    await daemon.virsh('resume', 'grower')
    await expect(state).toContainText('running')
    const told = await marksToldBy(page, 'cpu-cpu')
    expect(told.join('; ')).toMatch(/virtio-disk1/)
    expect(told.join('; ')).toMatch(/suspended/i)
    expect(told.join('; ')).toMatch(/resumed/i)

    await daemon.virsh('destroy', 'grower')
    await expect(state).toContainText('shut off (destroyed)')
    await expect(page.getByRole('status').filter({ hasText: 'This domain has ended' })).toBeVisible()
    const ended = Date.now()
    const endedAgo = () => (Date.now() - ended) / 1000
    expect(await newestStretchAge(page, 'cpu-cpu')).toBeGreaterThan(endedAgo())
    await daemon.virsh('start', 'grower')
    await expect(state).toContainText('running')
    await expect
      .poll(async () => (await newestStretchAge(page, 'cpu-cpu')) < endedAgo(), { timeout: SEEN_MS })
      .toBe(true)
    await expect
      .poll(async () => (await numbersOf(page, 'cpu-cpu', 'busiest')).now, { timeout: SEEN_MS })
      .toBeGreaterThan(5)
    const again = (await marksToldBy(page, 'cpu-cpu')).join('; ')
    expect(again).toMatch(/shutdown|stopped/i)
    expect(again).toMatch(/started/i)
    // The vCPU that was plugged went with the process.
    await expect.poll(async () => (await vcpuRow(page, '2'))?.Online).toMatch(/^until \d\d:\d\d:\d\d$/)
    await intoView(events)
    await expect(events.getByRole('listitem').first()).toContainText(/started|resumed|booted/i)
  })

  test('says until when a disk and a NIC were there that the guest gave up', async ({ page }) => {
    await daemon.virsh('resume', 'giver')
    await open(page, 'giver')
    const [, second] = (await daemon.virsh('domiflist', 'giver')).trim().split('\n')
    const [nic, , , , mac] = second!.trim().split(/\s+/)
    const gone = [page.locator('[data-group="disk:vdb"]'), page.locator(`[data-group="nic:${nic}"]`)] as const
    for (const group of gone) await expect(group).toBeVisible({ timeout: SEEN_MS })
    await daemon.virsh('detach-disk', 'giver', 'vdb', '--live')
    await daemon.virsh('detach-interface', 'giver', 'bridge', mac!, '--live')
    // The firmware has to run before the guest can answer.
    for (const group of gone) {
      await expect(group.locator('.group-head')).toContainText(/until \d\d:\d\d:\d\d/, { timeout: BOOTED_MS })
    }
    await expect(page.locator('[data-group="disk:vda"] .group-head')).not.toContainText('until')
    await expect(page.locator('[data-group=events] .events')).toContainText('virtio-disk1')
  })
})

function amountOfCell(row: Readonly<Record<string, string>>, column: string): number {
  return Number.parseFloat(row[column] ?? '')
}

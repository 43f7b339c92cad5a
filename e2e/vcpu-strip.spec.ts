import path from 'node:path'
import type { Locator, Page } from '@playwright/test'
import { type Sim, startSim } from '../server/sim/start-sim.ts'
import { type Domscope, startDomscope } from '../server/testing/start-domscope.ts'
import { intoView } from './grid-page.ts'
import { expect, test } from './watched-page.ts'

const VCPUS = 512
const NAME = 'hana-101'
const SIM_ENTRY = path.resolve('dist', 'sim.mjs')
const NO_LOG = { info: () => undefined, warn: () => undefined, error: () => undefined }
/** Counters move in ticks of 10 ms and a value stands for a second, so this many percent are no difference. */
const TICK_PERCENT = 3

let sim: Sim
let domscope: Domscope
let uuid = ''

test.beforeAll(async () => {
  const uri = `sim:?hosts=1&domains=12&vcpus=${VCPUS}&seed=5&inactive=0&churn=off`
  sim = await startSim({ uri, entry: SIM_ENTRY, log: NO_LOG })
  const [host] = sim.hosts
  domscope = await startDomscope(['--connect', `kvm-01=qemu+unix:///system?socket=${host!.socket}`])
  await domscope.ready()
  const found = async () => {
    const { body } = await domscope.get('/api/v1/domains?columns=vcpuOnline&sort=-vcpuOnline&limit=1')
    return (body as { rows: { uuid: string; name: string; vcpuOnline: number | null }[] }).rows[0]
  }
  await expect.poll(async () => (await found())?.vcpuOnline).toBe(VCPUS)
  const largest = await found()
  expect(largest?.name).toBe(NAME)
  uuid = largest!.uuid
})

test.afterAll(async () => {
  await domscope?.stop()
  await sim?.stop()
})

const stripOf = (page: Page) => page.getByRole('slider', { name: /of each vCPU/ })
const tableOf = (page: Page) => page.getByRole('table', { name: 'vCPUs' })
const linesOf = (page: Page) => page.locator('[data-chart="vcpu-vcpuPercent"] .series-line')

/** Opens the domain and waits until every row of its strip has colours. */
async function openStrip(page: Page): Promise<Locator> {
  await page.goto(`${domscope.origin}/domain?host=kvm-01&uuid=${uuid}`)
  const strip = stripOf(page)
  await expect(strip).toBeVisible({ timeout: 60_000 })
  await intoView(strip)
  const colouredRows = () =>
    page.locator('.heat-plot canvas').evaluate((element) => {
      const canvas = element as HTMLCanvasElement
      if (canvas.width === 0 || canvas.height === 0) return 0
      const { data } = canvas.getContext('2d')!.getImageData(0, 0, canvas.width, canvas.height)
      const rows = new Set<number>()
      for (let i = 3; i < data.length; i += 4) if (data[i] === 255) rows.add(Math.floor(i / 4 / canvas.width))
      return rows.size
    })
  await expect.poll(colouredRows, { timeout: 60_000 }).toBe(VCPUS)
  return strip
}

interface Reading {
  readonly atMs: number
  readonly ns: ReadonlyMap<string, number>
}

/** CPU time of each vCPU as the host counts it, by id. */
async function readTimes(): Promise<Reading> {
  const { body } = await domscope.get(`/api/v1/domains/${uuid}?host=kvm-01`)
  const ns = new Map<string, number>()
  let ageMs = 0
  for (const { name, value, ageMs: age } of (body as { raw: { name: string; value: string; ageMs: number }[] }).raw) {
    const id = /^vcpu\.(\d+)\.time$/.exec(name)?.[1]
    if (id === undefined) continue
    ns.set(id, Number(value))
    ageMs = age
  }
  return { atMs: performance.now() - ageMs, ns }
}

/** Percent of a CPU that each vCPU used from one reading to the other. */
function percents(before: Reading, after: Reading): ReadonlyMap<string, number> {
  const elapsedMs = after.atMs - before.atMs
  return new Map([...after.ns].map(([id, ns]) => [id, (ns - before.ns.get(id)!) / elapsedMs / 1e4]))
}

const percentIn = (text: string | null) => Number(/([\d.]+) %/.exec(text ?? '')?.[1] ?? Number.NaN)

test('shows 512 vCPUs on one screen, a row each, with a table of which only some rows exist', async ({ page }) => {
  const strip = await openStrip(page)
  await page.locator('[data-group=vcpus]').evaluate((group) => group.scrollIntoView({ block: 'start' }))
  const box = (await strip.boundingBox())!
  const { width, height } = page.viewportSize()!
  expect(box.y).toBeGreaterThanOrEqual(0)
  expect(box.y + box.height).toBeLessThanOrEqual(height)
  expect(box.width).toBeGreaterThan(width / 2)
  const labels = await page.locator('.heat-label').allTextContents()
  expect(labels.slice(0, 3)).toEqual(['0', '16', '32'])
  const places = await page.locator('.heat-label').evaluateAll((all) => all.map((one) => one.getBoundingClientRect()))
  expect(places.every(({ top }, index) => index === 0 || top >= places[index - 1]!.bottom - 1)).toBe(true)

  const table = tableOf(page)
  await expect(table).toHaveAttribute('aria-rowcount', String(VCPUS + 1))
  expect(await table.getByRole('row').count()).toBeLessThan(60)
  await table.getByRole('button', { name: 'Use', exact: true }).click()
  await expect(table.getByRole('columnheader', { name: 'Use' })).toHaveAttribute('aria-sort', 'descending')
  const first = async () => percentIn(await table.getByRole('row').nth(1).getByRole('cell').nth(2).textContent())
  let most = Number.NaN
  await expect(async () => {
    most = await first()
    expect(most).toBeGreaterThan(10)
  }).toPass({ timeout: 15_000 })
  await table.getByRole('button', { name: /^Use/ }).click()
  await expect(table.getByRole('columnheader', { name: 'Use' })).toHaveAttribute('aria-sort', 'ascending')
  await expect.poll(first).toBeLessThan(most)
})

test('reads out by pointer and by keys the vCPU that is pointed at, with the value that the host counts', async ({
  page,
}) => {
  const strip = await openStrip(page)
  const plot = (await page.locator('.heat-plot').boundingBox())!
  const rowPx = plot.height / VCPUS
  for (const id of [0, 300, VCPUS - 1]) {
    await page.mouse.move(plot.x + plot.width - 6, plot.y + (id + 0.5) * rowPx)
    await expect(page.locator('.heat-readout')).toHaveText(
      new RegExp(`^vCPU ${id}: ([\\d.]+ %|not known), [\\d:]{8}, .* ago$`),
    )
  }
  await page.mouse.move(plot.x + 20, plot.y - 60)

  await strip.focus()
  await page.keyboard.press('Home')
  for (let step = 0; step < 4; step++) await page.keyboard.press('ArrowDown')
  await expect(strip).toHaveAttribute('aria-valuenow', '4')
  await page.keyboard.press('End')
  await expect(strip).toHaveAttribute('aria-valuenow', String(VCPUS - 1))
  await expect(strip).toHaveAttribute('aria-valuetext', new RegExp(`^vCPU ${VCPUS - 1}: .*, now$`))

  // One whose load stands still while it is looked at tells the same here and there.
  await expect(async () => {
    const readings = [await readTimes()]
    const shown: number[] = []
    for (let round = 0; round < 4; round++) {
      await page.waitForTimeout(1200)
      readings.push(await readTimes())
      shown.push(percentIn(await page.locator('.heat-readout').textContent()))
    }
    const counted = readings
      .slice(1)
      .map((reading, index) => percents(readings[index]!, reading).get(String(VCPUS - 1))!)
    expect(Math.max(...counted) - Math.min(...counted)).toBeLessThan(TICK_PERCENT)
    for (const value of shown) expect(Math.abs(value - counted[1]!)).toBeLessThan(TICK_PERCENT)
  }).toPass({ timeout: 90_000 })
})

test('names the eight that are busiest now', async ({ page }) => {
  await openStrip(page)
  const shown = page.locator('.top-vcpus button[aria-pressed]')
  await expect(shown).toHaveCount(8)
  await expect(async () => {
    const before = await readTimes()
    await page.waitForTimeout(2000)
    const texts = await shown.allTextContents()
    const counted = percents(before, await readTimes())
    const eighth = [...counted.values()].sort((a, b) => b - a)[7]!
    expect(eighth).toBeGreaterThan(5)
    for (const text of texts) {
      const [id = ''] = text.split(' ')
      expect(Math.abs(percentIn(text) - counted.get(id)!)).toBeLessThan(TICK_PERCENT)
      expect(counted.get(id)!).toBeGreaterThan(eighth - TICK_PERCENT)
    }
  }).toPass({ timeout: 90_000 })
})

test('draws the lines of rows that are clicked, marks them, and takes them away again', async ({ page }) => {
  await openStrip(page)
  const clickRow = async (id: number) => {
    const plot = (await page.locator('.heat-plot').boundingBox())!
    await page.mouse.click(plot.x + plot.width / 2, plot.y + ((id + 0.5) * plot.height) / VCPUS)
  }
  await clickRow(100)
  await clickRow(411)
  const chart = page.locator('[data-chart="vcpu-vcpuPercent"]')
  await expect(linesOf(page)).toHaveCount(2)
  await expect(chart).toContainText('vCPU 100')
  await expect(chart).toContainText('vCPU 411')
  await expect(page.locator('.heat-picked')).toHaveCount(2)
  await clickRow(100)
  await expect(linesOf(page)).toHaveCount(1)
  await page.getByRole('button', { name: 'no lines' }).click()
  await expect(linesOf(page)).toHaveCount(0)
  await expect(page.locator('.heat-picked')).toHaveCount(0)
})

test('colours by a counter of KVM, and stretches its colours to what there is', async ({ page }) => {
  const strip = await openStrip(page)
  await expect(page.locator('.heat-top')).toHaveText('100 %')
  await page.getByRole('checkbox', { name: 'stretch colours' }).check()
  await expect.poll(async () => percentIn(await page.locator('.heat-top').textContent())).toBeLessThan(100)
  await page.getByRole('combobox', { name: 'Colour' }).selectOption({ label: 'Halt exits' })
  await expect(page.locator('.heat-top')).toHaveText(/\d \/s|k\/s/, { timeout: 30_000 })
  await strip.focus()
  await page.keyboard.press('End')
  await expect(page.locator('.heat-readout')).toHaveText(/^vCPU 511: [\d.]+ k?\/s$/, { timeout: 30_000 })
})

test('says which vCPUs are offline, and until when they were not', async ({ page }) => {
  const all = Array.from({ length: VCPUS }, (_, id) => id)
  await openStrip(page)
  await sim.control({ host: 'sim-01', op: 'setVcpus', domain: NAME, ids: all.filter((id) => id < 256 || id >= 288) })
  try {
    await expect(page.locator('.heat-head')).toContainText('offline', { timeout: 30_000 })
    const plot = (await page.locator('.heat-plot').boundingBox())!
    await expect(async () => {
      await page.mouse.move(plot.x + plot.width - 2, plot.y + 50)
      await page.mouse.move(plot.x + plot.width - 3, plot.y + (270.5 * plot.height) / VCPUS)
      await expect(page.locator('.heat-readout')).toHaveText(/^vCPU 270: offline/, { timeout: 1000 })
    }).toPass({ timeout: 60_000 })
    const table = tableOf(page)
    await table.getByRole('button', { name: 'Online' }).click()
    const row = table.getByRole('row').nth(1)
    await expect(row.getByRole('cell').nth(1)).toHaveText('offline')
    await expect(row.getByRole('cell').nth(6)).toHaveText(/^until \d\d:\d\d:\d\d$/)
  } finally {
    await sim.control({ host: 'sim-01', op: 'setVcpus', domain: NAME, ids: all })
  }
})

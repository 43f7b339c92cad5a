import type { Page } from '@playwright/test'
import { type Domscope, startDomscope } from '../server/testing/start-domscope.ts'
import { violations } from './axe.ts'
import { intoView, openGrid, rowNamed } from './grid-page.ts'
import { expect, test } from './watched-page.ts'

const DOMAINS = 300

interface Told {
  readonly uuid: string
  readonly host: string
  readonly name: string
  readonly state: string
  readonly vcpuOnline: number | null
}

let domscope: Domscope
/** Running domains, most vCPUs first. */
let running: readonly Told[]

test.beforeAll(async () => {
  domscope = await startDomscope(['--connect', `sim:?hosts=3&domains=${DOMAINS}&seed=5&churn=off`])
  await domscope.ready()
  const ask = async () => {
    const { body } = await domscope.get('/api/v1/domains?columns=vcpuOnline&sort=-vcpuOnline')
    return (body as { rows: Told[] }).rows
  }
  await expect.poll(async () => (await ask())[0]?.vcpuOnline ?? 0).toBeGreaterThan(8)
  running = (await ask()).filter(({ state, vcpuOnline }) => state === 'running' && vcpuOnline !== null)
})

test.afterAll(async () => {
  await domscope?.stop()
})

const pageOf = ({ host, uuid }: Told, more = '') => `${domscope.origin}/domain?host=${host}&uuid=${uuid}${more}`
const linkTo = ({ host, uuid }: Told, more = '') => `${domscope.origin}/?open=${uuid}@${host}${more}`
const chart = (page: Page, id: string) => page.locator(`[data-chart="${id}"]`)

/** Waits until a chart has a line of some points. */
async function drawn(page: Page, id: string): Promise<void> {
  // What cannot be seen is not drawn.
  await intoView(chart(page, id))
  const points = () =>
    chart(page, id)
      .locator('.series-line')
      .evaluateAll((paths) => Math.max(0, ...paths.map((path) => (path.getAttribute('d') ?? '').split('L').length)))
  await expect.poll(points, { timeout: 60_000 }).toBeGreaterThan(3)
}

/** `12.3 GiB` as a number of the smallest unit that is used here. */
function amount(text: string): number {
  const factors: Record<string, number> = { KiB: 1, MiB: 1024, GiB: 1024 ** 2, TiB: 1024 ** 3, '/s': 1, 'k/s': 1000 }
  const [number = '', unit = ''] = text.replace('\u2212', '-').split(/\s+/)
  return Number(number) * (factors[unit] ?? 1)
}

test('draws values that the API tells, and writes them beside the lines', async ({ page }) => {
  const domain = running.find(({ vcpuOnline }) => vcpuOnline === 4)!
  await page.goto(pageOf(domain))
  await drawn(page, 'cpu-cpu')
  const wanted = [
    { chart: 'cpu-cpu', label: 'all vCPUs', metric: 'cpuPercent' },
    { chart: 'cpu-cores', label: 'used', metric: 'coresUsed' },
    { chart: 'memory-memory', label: 'allocated', metric: 'memoryAllocatedKiB' },
    { chart: 'memory-memory', label: 'RSS', metric: 'rssKiB' },
  ] as const
  const told = new Map<string, number[]>(wanted.map(({ metric }) => [metric, []]))
  const shown = new Map<string, string[]>(wanted.map(({ metric }) => [metric, []]))
  for (let round = 0; round < 12; round++) {
    const { body } = await domscope.get(`/api/v1/domains/${domain.uuid}?host=${domain.host}`)
    const { metrics } = body as { metrics: Record<string, number | null> }
    for (const { chart: id, label, metric } of wanted) {
      told.get(metric)!.push(metrics[metric] ?? Number.NaN)
      const item = chart(page, id).locator('.legend-item').filter({ hasText: label }).first()
      await intoView(item)
      shown.get(metric)!.push((await item.locator('.legend-value').textContent()) ?? '')
    }
    await page.waitForTimeout(300)
  }
  for (const { metric } of wanted) {
    const values = told.get(metric)!
    for (const text of shown.get(metric)!.slice(1, -1)) {
      // Rounded to three digits or so, and perhaps the value of the sample before or after.
      const near = values.some((value) => Math.abs(value - amount(text)) <= Math.max(0.06, Math.abs(value) * 0.02))
      expect(near, `${metric}: ${text} of ${values.join(' ')}`).toBe(true)
    }
  }
})

test('draws lines at the height that the axis says', async ({ page }) => {
  await page.goto(pageOf(running.find(({ vcpuOnline }) => vcpuOnline === 4)!))
  await drawn(page, 'memory-memory')
  const picture = chart(page, 'memory-memory')
  await intoView(picture)
  // Allocated memory stands still, so that axis, line and text are of one moment.
  await expect(picture.locator('.legend-item').filter({ hasText: 'allocated' })).toContainText('iB')
  // Axes are rendered a moment after the lines that they belong to.
  await expect(async () => {
    const seen = await picture.evaluate((figure) => {
      const axis = [...figure.querySelectorAll('.recharts-yAxis-tick-labels text')].map((text) => ({
        text: (text.textContent ?? '').replaceAll('\u00a0', ' '),
        y: Number(text.getAttribute('y')),
      }))
      const items = [...figure.querySelectorAll('.legend-item')]
      const place = items.findIndex((item) => item.textContent?.includes('allocated'))
      const path = figure.querySelectorAll('.series-line')[place]?.getAttribute('d') ?? ''
      return {
        axis,
        y: Number(/ ([\d.]+)(h0)?$/.exec(path)?.[1]),
        text: items[place]?.querySelector('.legend-value')?.textContent ?? '',
      }
    })
    const zero = seen.axis.find(({ text }) => text === '0')!
    const top = seen.axis.reduce((highest, one) => (one.y < highest.y ? one : highest))
    const value = ((zero.y - seen.y) / (zero.y - top.y)) * amount(top.text)
    expect(Math.abs(value - amount(seen.text))).toBeLessThan(amount(top.text) * 0.02)
  }).toPass({ timeout: 15_000 })
})

test('moves one cursor across all charts, by pointer and by keys, and reads out its moment', async ({ page }) => {
  await page.goto(pageOf(running[10]!))
  await drawn(page, 'cpu-cpu')
  const box = (await chart(page, 'cpu-cpu').boundingBox())!
  await page.mouse.move(box.x + box.width - 60, box.y + 70)
  await expect(page.getByRole('slider', { name: 'Time cursor' })).toContainText('ago')
  const places = () =>
    page
      .locator('[data-chart^="cpu-"] .chart-cursor')
      .evaluateAll((lines) => lines.map((line) => Math.round(Number(line.getAttribute('x1')))))
  const [first, ...others] = await places()
  expect(first).toBeGreaterThan(0)
  expect(others.length).toBeGreaterThan(1)
  expect(new Set([first, ...others]).size).toBe(1)
  await expect(page.locator('.chart-tooltip')).toContainText('all vCPUs')
  await page.mouse.move(box.x + 200, box.y - 60)
  await expect(page.getByRole('slider', { name: 'Time cursor' })).toHaveText('now')

  const slider = page.getByRole('slider', { name: 'Time cursor' })
  await slider.focus()
  await page.keyboard.press('ArrowLeft')
  await page.keyboard.press('ArrowLeft')
  await expect(slider).toContainText('ago')
  await expect(slider).toHaveAttribute('aria-valuetext', /ago, CPU [\d.]+ %/)
  await page.keyboard.press('Escape')
  await expect(slider).toHaveText('now')
})

test('zooms into a stretch that is dragged, keeps it in the link, and goes back by a double click', async ({
  page,
}) => {
  await page.goto(linkTo(running[10]!, '&charts=cpu,memory'))
  await drawn(page, 'cpu-cpu')
  await expect(page.locator('[data-group=vcpus] [aria-expanded]')).toHaveAttribute('aria-expanded', 'false')
  await page.locator('aside.panel').evaluate((panel) => panel.scrollTo({ top: 0 }))
  const box = (await chart(page, 'cpu-cpu').boundingBox())!
  const drag = async (from: number, to: number) => {
    await page.mouse.move(box.x + box.width * from, box.y + 70)
    await page.mouse.down()
    await page.mouse.move(box.x + box.width * to, box.y + 70, { steps: 4 })
    await page.mouse.up()
  }
  await drag(0.9, 0.97)
  await expect(page.getByRole('button', { name: 'Back to live' })).toBeVisible()
  await expect.poll(() => new URL(page.url()).searchParams.get('zoom')).toMatch(/^2\d{3}-.*\/2\d{3}-/)
  const labels = () => chart(page, 'memory-memory').locator('.recharts-xAxis-tick-labels text').allTextContents()
  const zoomed = await labels()
  expect(zoomed.join()).toMatch(/\d\d:\d\d:\d\d/)

  await page.reload()
  await expect(page.getByRole('button', { name: 'Back to live' })).toBeVisible()
  await expect.poll(labels).toEqual(zoomed)
  await expect(page.locator('[data-group=vcpus] [aria-expanded]')).toHaveAttribute('aria-expanded', 'false')
  await drawn(page, 'cpu-cpu')

  await page.mouse.dblclick(box.x + box.width / 2, box.y + 70)
  await expect(page.getByRole('button', { name: 'Back to live' })).toHaveCount(0)
  await expect.poll(() => new URL(page.url()).searchParams.get('zoom')).toBeNull()
  await expect.poll(labels).toContain('now')
})

test('stands still while the page is paused', async ({ page }) => {
  await page.goto(pageOf(running[10]!))
  await drawn(page, 'cpu-cpu')
  await page.keyboard.press('p')
  await expect(page.getByText('paused', { exact: true }).first()).toBeVisible()
  const path = () => chart(page, 'cpu-cpu').locator('.series-line').first().getAttribute('d')
  // What was under way when it was pressed is drawn once more.
  await page.waitForTimeout(600)
  const still = await path()
  await page.waitForTimeout(2500)
  expect(await path()).toBe(still)
  await page.keyboard.press('p')
  await expect.poll(path).not.toBe(still)
})

test('shows every vCPU in one strip, reads it out by keys, and draws the lines of those that are picked', async ({
  page,
}) => {
  const big = running[0]!
  await page.goto(pageOf(big))
  const strip = page.getByRole('slider', { name: /of each vCPU/ })
  await expect(strip).toBeVisible({ timeout: 60_000 })
  await expect(strip).toHaveAttribute('aria-valuemax', String(big.vcpuOnline! - 1))
  const known = () =>
    page.locator('.heat-plot canvas').evaluate((canvas) => {
      const { width, height } = canvas as HTMLCanvasElement
      const { data } = (canvas as HTMLCanvasElement).getContext('2d')!.getImageData(0, 0, width, height)
      const rows = new Set<number>()
      for (let i = 3; i < data.length; i += 4) if (data[i] === 255) rows.add(Math.floor(i / 4 / width))
      return { rows: rows.size, height }
    })
  await expect.poll(known, { timeout: 60_000 }).toEqual({ rows: big.vcpuOnline, height: big.vcpuOnline })
  expect((await strip.boundingBox())!.height).toBeLessThan(1000)

  await strip.focus()
  await page.keyboard.press('ArrowDown')
  await page.keyboard.press('ArrowDown')
  await page.keyboard.press('ArrowLeft')
  await expect(strip).toHaveAttribute('aria-valuetext', /^vCPU 1: ([\d.]+ %|not known), .* ago$/)
  await page.keyboard.press('Enter')
  await expect(chart(page, 'vcpu-vcpuPercent')).toContainText('vCPU 1')
  // The one that was picked may be the top one itself; a click would put it back.
  await page.locator('.top-vcpus button[aria-pressed=false]').first().click()
  await expect(chart(page, 'vcpu-vcpuPercent').locator('.series-line')).toHaveCount(2)
  await drawn(page, 'vcpu-vcpuPercent')
  const table = page.getByRole('table', { name: 'vCPUs' })
  await expect(table).toHaveAttribute('aria-rowcount', String(big.vcpuOnline! + 1))
  await expect(table.getByRole('row').nth(1)).toContainText('%')
})

test('is as wide as it was made by keys, also after a reload; closes by Esc and gives the focus back', async ({
  page,
}) => {
  await openGrid(page, linkTo(running[10]!), DOMAINS)
  const border = page.getByRole('separator', { name: 'Width of the panel' })
  await border.focus()
  const before = Number(await border.getAttribute('aria-valuenow'))
  for (let i = 0; i < 3; i++) await page.keyboard.press('ArrowLeft')
  await expect(border).toHaveAttribute('aria-valuenow', String(before + 72))
  const width = async () => Math.round((await page.locator('aside.panel').boundingBox())!.width)
  expect(await width()).toBe(before + 72)
  await page.reload()
  await expect.poll(width).toBe(before + 72)
  await expect(page.getByRole('heading', { name: running[10]!.name })).toBeVisible()
  await page.keyboard.press('Escape')
  await expect(page.locator('aside.panel')).toHaveCount(0)
  await expect.poll(() => new URL(page.url()).searchParams.get('open')).toBeNull()
})

test('tells how fast each counter grows', async ({ page }) => {
  await page.goto(pageOf(running[10]!, '&charts=raw'))
  await page.getByRole('searchbox', { name: 'Search typed parameters' }).fill('cpu.time')
  const row = page
    .getByRole('table', { name: 'Typed parameters' })
    .getByRole('row')
    .filter({ hasText: /^cpu\.time/ })
  await expect(row.getByRole('cell').nth(2)).toHaveText(/^[\d.]+ %$/, { timeout: 30_000 })
})

test('opens the domain of a row, and keeps what it shows when the server is gone', async ({ page, watch }) => {
  watch.allow(/WebSocket connection to .* failed|ERR_CONNECTION_REFUSED|ERR_CONNECTION_RESET|ERR_EMPTY_RESPONSE/)
  const own = await startDomscope(['--connect', 'sim:?hosts=1&domains=20&seed=5&churn=off'])
  try {
    await own.ready()
    await openGrid(page, `${own.origin}/?sort=name`, 20)
    const { body } = await own.get('/api/v1/domains?sort=name')
    const { name } = (body as { rows: Told[] }).rows.find(({ state }) => state === 'running')!
    await rowNamed(page, name).first().click()
    await drawn(page, 'cpu-cpu')
  } finally {
    await own.stop()
  }
  await expect(page.getByText('The connection to the server is lost', { exact: false })).toBeVisible()
  expect(await chart(page, 'cpu-cpu').locator('.series-line').first().getAttribute('d')).toContain('L')
})

for (const theme of ['dark', 'light', 'contrast']) {
  test.describe(`in the ${theme} theme`, () => {
    // The checker is a script of ours, not of the page: it may enter past the page's policy.
    test.use({ bypassCSP: true })

    test('axe finds nothing in the drill-down, as a panel and as a page', async ({ page }) => {
      await page.goto(linkTo(running[0]!, `&theme=${theme}`))
      await drawn(page, 'cpu-cpu')
      // The one that was picked may be the top one itself; a click would put it back.
      await page.locator('.top-vcpus button[aria-pressed=false]').first().click()
      await drawn(page, 'vcpu-vcpuPercent')
      expect(await violations(page)).toEqual([])
      await page.goto(pageOf(running[10]!))
      await drawn(page, 'cpu-cpu')
      expect(await violations(page)).toEqual([])
    })
  })
}

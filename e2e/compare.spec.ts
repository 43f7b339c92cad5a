import path from 'node:path'
import type { Page } from '@playwright/test'
import { type SimHostAddress, startSim } from '../server/sim/start-sim.ts'
import { type Domscope, startDomscope } from '../server/testing/start-domscope.ts'
import { violations } from './axe.ts'
import { gridOf, intoView, openGrid, rowNamed } from './grid-page.ts'
import { expect, test } from './watched-page.ts'

const DOMAINS = 120
const SIM_ENTRY = path.resolve('dist', 'sim.mjs')
const NO_LOG = { error: () => {}, warn: () => {}, info: () => {}, debug: () => {} }

interface Told {
  readonly uuid: string
  readonly host: string
  readonly name: string
  readonly state: string
}

let domscope: Domscope
/** Running domains of plain names, in the order in which the grid shows them with `sort=name`. */
let running: readonly Told[]

test.beforeAll(async () => {
  domscope = await startDomscope(['--connect', `sim:?hosts=2&domains=${DOMAINS}&seed=5&churn=off`])
  await domscope.ready()
  const { body } = await domscope.get('/api/v1/domains?sort=name')
  // Those of plain names: titles come later, and would move the others.
  running = (body as { rows: Told[] }).rows.filter(({ state, name }) => state === 'running' && /^api-\d+$/.test(name))
})

test.afterAll(async () => {
  await domscope?.stop()
})

const panel = (page: Page) => page.locator('aside.panel')
const items = (page: Page) => page.getByRole('list', { name: 'Compared domains' }).getByRole('listitem')
const tiles = (page: Page, metric: string) => page.locator(`[data-metric="${metric}"] .chart`)
const key = ({ uuid, host }: Told) => `${uuid}@${host}`
const compareLink = (domains: readonly Told[], more = '') =>
  `${domscope.origin}/domain?compare=${domains.map(key).join(',')}${more}`
const parameter = (page: Page, name: string) => new URL(page.url()).searchParams.get(name)

/** Waits until every chart of a metric has a line of some points. */
async function drawn(page: Page, metric: string, count: number): Promise<void> {
  await expect(tiles(page, metric)).toHaveCount(count)
  for (let i = 0; i < count; i++) {
    const tile = tiles(page, metric).nth(i)
    // What cannot be seen is not drawn.
    await intoView(tile)
    const points = () =>
      tile
        .locator('.series-line')
        .evaluateAll((paths) => Math.max(0, ...paths.map((path) => (path.getAttribute('d') ?? '').split('L').length)))
    await expect.poll(points, { timeout: 60_000 }).toBeGreaterThan(3)
  }
}

const axisOf = (page: Page, metric: string) =>
  tiles(page, metric).evaluateAll((figures) =>
    figures.map((figure) =>
      [...figure.querySelectorAll('.recharts-yAxis-tick-labels text')].map((text) => text.textContent).join(' '),
    ),
  )

test('compares rows that are picked with Ctrl and Shift, and opens one by a click as ever', async ({ page }) => {
  await openGrid(page, `${domscope.origin}/?sort=name`, DOMAINS)
  const [first, second, third] = running as [Told, Told, Told]
  await rowNamed(page, first.name).click()
  await expect(page.getByRole('heading', { level: 2, name: first.name })).toBeVisible()
  await expect(gridOf(page).locator('[aria-selected=true]')).toHaveCount(0)

  // The open one is picked along with the next.
  await rowNamed(page, second.name).click({ modifiers: ['ControlOrMeta'] })
  await expect(page.getByRole('heading', { name: 'Compare 2 domains' })).toBeVisible()
  await expect(gridOf(page).locator('[role=row][aria-selected=true]')).toHaveCount(2)
  await expect(items(page)).toHaveCount(2)
  await expect(items(page).first()).toContainText(first.name)
  await drawn(page, 'cpu', 2)

  await rowNamed(page, third.name).click({ modifiers: ['ControlOrMeta'] })
  await expect(items(page)).toHaveCount(3)
  await rowNamed(page, second.name).click({ modifiers: ['ControlOrMeta'] })
  await expect(items(page)).toHaveCount(2)
  await expect(items(page).last()).toContainText(third.name)

  await rowNamed(page, second.name).click()
  await expect(page.getByRole('heading', { level: 2, name: second.name })).toBeVisible()
  await expect(items(page)).toHaveCount(0)
  const rows = gridOf(page).locator('[role=row][data-row]:visible')
  const place = Number(await rowNamed(page, second.name).getAttribute('aria-rowindex'))
  await gridOf(page)
    .locator(`[role=row][aria-rowindex="${place + 3}"]`)
    .click({ modifiers: ['Shift'] })
  await expect(items(page)).toHaveCount(4)
  await expect(rows.and(page.locator('[aria-selected=true]'))).toHaveCount(4)
})

test('picks rows by keys, goes from all to one and back, and lets all go by Esc', async ({ page }) => {
  await openGrid(page, `${domscope.origin}/?sort=name`, DOMAINS)
  const grid = gridOf(page)
  await expect(grid).toHaveAttribute('aria-multiselectable', 'true')
  await grid.focus()
  await page.keyboard.press('Control+Home')
  await page.keyboard.press('Space')
  await expect(grid.locator('[role=row][aria-selected=true]')).toHaveCount(1)
  await expect(panel(page)).toHaveCount(0)
  for (let i = 0; i < 3; i++) await page.keyboard.press('Shift+ArrowDown')
  await expect(items(page)).toHaveCount(4)
  await page.keyboard.press('Shift+ArrowUp')
  await expect(items(page)).toHaveCount(3)

  // A link in the panel leads to one alone, Esc back to all of them, and Esc again to none.
  const link = items(page).nth(1).getByRole('link')
  const name = (await link.locator('b').textContent()) ?? ''
  await link.focus()
  await page.keyboard.press('Enter')
  await expect(page.getByRole('heading', { level: 2, name })).toBeVisible()
  await expect(items(page)).toHaveCount(0)
  await expect(page.getByRole('button', { name: 'Compare 3' })).toBeVisible()
  await page.keyboard.press('Escape')
  await expect(items(page)).toHaveCount(3)
  await page.keyboard.press('Escape')
  await expect(panel(page)).toHaveCount(0)
  await expect(grid.locator('[role=row][aria-selected=true]')).toHaveCount(0)
  await expect.poll(() => parameter(page, 'compare')).toBeNull()
})

test('takes one out; the last one that is left is opened', async ({ page }) => {
  const domains = running.slice(0, 3)
  await page.goto(`${domscope.origin}/?sort=name&compare=${domains.map(key).join(',')}`)
  await expect(items(page)).toHaveCount(3)
  await expect(gridOf(page).locator('[role=row][aria-selected=true]')).toHaveCount(3)
  await page.getByRole('button', { name: `Take ${domains[1]!.name} out of the comparison` }).click()
  await expect(items(page)).toHaveCount(2)
  await expect(gridOf(page).locator('[role=row][aria-selected=true]')).toHaveCount(2)
  await page.getByRole('button', { name: `Take ${domains[0]!.name} out of the comparison` }).click()
  await expect(page.getByRole('heading', { level: 2, name: domains[2]!.name })).toBeVisible()
  await expect(gridOf(page).locator('[role=row][aria-selected=true]')).toHaveCount(0)
})

test('draws all domains on one scale, also one that is off the screen', async ({ page }) => {
  const domains = running.slice(0, 6)
  await page.goto(compareLink(domains, '&metrics=cpu,net'))
  await drawn(page, 'cpu', 6)
  await drawn(page, 'net', 6)
  const sameAxes = async () => {
    for (const metric of ['cpu', 'net']) {
      const axes = await axisOf(page, metric)
      if (axes.length !== 6 || new Set(axes).size !== 1 || axes[0] === '') return axes
    }
    return 'the same'
  }
  // The two are read one after another, while axes may be rendered anew.
  await expect.poll(sameAxes, { timeout: 30_000 }).toBe('the same')
  // The same height means the same value: the place of the last point tells what its text says. Where several samples
  // share the last pixel, the line ends in their middle, and the newest lies anywhere within the band.
  const read = () =>
    tiles(page, 'cpu').evaluateAll((figures) =>
      figures.map((figure) => {
        const ticks = [...figure.querySelectorAll('.recharts-yAxis-tick-labels text')]
        const [zero, top] = [ticks[0]!, ticks.at(-1)!].map((text) => Number(text.getAttribute('y')))
        const pointsOf = (selector: string) =>
          [...(figure.querySelector(selector)?.getAttribute('d') ?? '').matchAll(/[ML]([\d.]+) ([\d.]+)/g)].map(
            ([, x, y]) => ({ x: Number(x), y: Number(y) }),
          )
        const last = pointsOf('.series-line').at(-1)!
        const ends = pointsOf('.series-band').filter(({ x }) => x === last.x)
        const full = Number.parseFloat(ticks.at(-1)!.textContent ?? '')
        const values = [last, ...ends].map(({ y }) => ((zero! - y) / (zero! - top!)) * full)
        return {
          low: Math.min(...values),
          high: Math.max(...values),
          top: full,
          text: figure.querySelector('.legend-value')!.textContent,
        }
      }),
    )
  // Axes are rendered a moment after the lines that they belong to.
  await expect(async () => {
    const known = (await read()).filter(({ text }) => /^[\d.]+ %$/.test(text ?? ''))
    expect(known.length).toBeGreaterThan(0)
    for (const { low, high, top, text } of known) {
      expect(Number.parseFloat(text!)).toBeGreaterThan(low - 0.03 * top)
      expect(Number.parseFloat(text!)).toBeLessThan(high + 0.03 * top)
    }
  }).toPass({ timeout: 10_000 })
})

test('moves one cursor across all charts and reads out every domain', async ({ page }) => {
  const domains = running.slice(0, 3)
  await page.goto(compareLink(domains, '&metrics=cpu,steal'))
  await drawn(page, 'cpu', 3)
  const box = (await tiles(page, 'cpu').first().boundingBox())!
  await page.mouse.move(box.x + box.width - 40, box.y + 60)
  const slider = page.getByRole('slider', { name: 'Time cursor' })
  await expect(slider).toContainText('ago')
  const places = () =>
    page
      .locator('[data-metric] .chart-cursor')
      .evaluateAll((lines) => lines.map((line) => Math.round(Number(line.getAttribute('x1')))))
  await expect.poll(async () => new Set(await places()).size).toBe(1)
  expect((await places())[0]).toBeGreaterThan(0)
  expect(await places()).toHaveLength(6)
  await page.mouse.move(box.x + box.width - 40, 5)
  await slider.focus()
  await page.keyboard.press('ArrowLeft')
  for (const { name } of domains)
    await expect(slider).toHaveAttribute('aria-valuetext', new RegExp(`${name} [\\d.]+ %`))
})

test('keeps domains, metrics, range and zoom in the link, which shows the same again', async ({ page }) => {
  const domains = running.slice(2, 5)
  await openGrid(page, `${domscope.origin}/?sort=name&compare=${domains.map(key).join(',')}`, DOMAINS)
  await drawn(page, 'cpu', 3)
  const chooser = page.getByRole('group', { name: 'Compare by' })
  await chooser.getByRole('button', { name: 'Network' }).click()
  await chooser.getByRole('button', { name: 'Steal' }).click()
  await expect.poll(() => parameter(page, 'metrics')).toBe('cpu,iops,net')
  await drawn(page, 'cpu', 3)
  const tile = tiles(page, 'cpu').first()
  await intoView(tile)
  const box = (await tile.boundingBox())!
  await page.mouse.move(box.x + box.width * 0.85, box.y + 60)
  await page.mouse.down()
  await page.mouse.move(box.x + box.width * 0.95, box.y + 60, { steps: 4 })
  await page.mouse.up()
  await expect(page.getByRole('button', { name: 'Back to live' })).toBeVisible()
  await expect.poll(() => parameter(page, 'zoom')).toMatch(/^2\d{3}-.*\/2\d{3}-/)
  const labels = () => tiles(page, 'net').first().locator('.recharts-xAxis-tick-labels text').allTextContents()
  await intoView(tiles(page, 'net').first())
  const zoomed = await labels()

  await page.reload()
  await expect(page.getByRole('button', { name: 'Back to live' })).toBeVisible()
  await expect(items(page)).toHaveCount(3)
  for (const [place, { name, host }] of domains.entries()) {
    await expect(items(page).nth(place)).toContainText(name)
    await expect(items(page).nth(place)).toContainText(host)
  }
  await expect(page.locator('[data-metric]')).toHaveCount(3)
  await expect.poll(labels).toEqual(zoomed)

  // The page of its own shows the same, and writes its own link.
  await page.getByRole('link', { name: 'Page' }).click()
  await expect(page).toHaveURL(/\/domain\?compare=/)
  await expect(items(page)).toHaveCount(3)
  await expect(page.getByRole('button', { name: 'Back to live' })).toBeVisible()
  await page.getByRole('button', { name: 'Back to live' }).click()
  await expect.poll(() => parameter(page, 'zoom')).toBeNull()
  expect(parameter(page, 'compare')).toBe(domains.map(key).join(','))
  expect(parameter(page, 'metrics')).toBe('cpu,iops,net')
})

test('says when more are picked than a page may open, and what a link says wrong', async ({ page }) => {
  await openGrid(page, `${domscope.origin}/?sort=name`, DOMAINS)
  const grid = gridOf(page)
  await grid.focus()
  await page.keyboard.press('Control+Home')
  await page.keyboard.press('Space')
  for (let i = 0; i < 19; i++) await page.keyboard.press('Shift+ArrowDown')
  await expect(panel(page).getByText('20 domains are picked. The first 16 are compared')).toBeVisible()
  await expect(items(page)).toHaveCount(16)
  await expect.poll(() => parameter(page, 'compare')?.split(',').length).toBe(16)

  await page.goto(`${compareLink(running.slice(0, 2))},nonsense&metrics=cpu,heat`)
  await expect(items(page)).toHaveCount(2)
  await expect(page.getByText('there is cpu, steal', { exact: false })).toBeVisible()
})

test('keeps a domain that ends, and one that nobody knows, beside the others', async ({ page, launch }) => {
  const sim = await startSim({ uri: 'sim:?hosts=1&domains=20&seed=5&churn=off', entry: SIM_ENTRY, log: NO_LOG })
  try {
    const [{ socket }] = sim.hosts as [SimHostAddress]
    const own = await launch(['--connect', `kvm-01=qemu+unix:///system?socket=${encodeURIComponent(socket)}`])
    await own.ready()
    const told = async () => ((await own.get('/api/v1/domains?sort=name')).body as { rows: Told[] }).rows
    const isUp = ({ state }: Told) => state === 'running'
    await expect.poll(async () => (await told()).filter(isUp).length).toBeGreaterThan(2)
    const [first, second] = (await told()).filter(isUp) as [Told, Told]
    const unknown = { uuid: '00000000-0000-4000-8000-0000000000ff', host: 'kvm-01', name: '', state: '' }
    await page.goto(`${own.origin}/domain?compare=${[first, second, unknown].map(key).join(',')}&metrics=cpu`)
    await drawn(page, 'cpu', 2)
    await expect(items(page).nth(2)).toContainText('not known to this server')
    await expect(items(page).nth(2)).toContainText(unknown.uuid)
    const line = () => tiles(page, 'cpu').nth(1).locator('.series-line').first().getAttribute('d')
    await sim.control({ host: '*', op: 'stop', domain: second.uuid, how: 'destroy' })
    await expect(items(page).nth(1)).toContainText('last state')
    expect(await line()).toContain('L')
    await expect(items(page).nth(0)).toContainText('running')
    await expect(items(page).nth(0)).not.toContainText('last')
    await sim.control({ host: '*', op: 'start', domain: second.uuid })
    await expect(items(page).nth(1)).not.toContainText('last', { timeout: 30_000 })
    await page.goto('about:blank')
  } finally {
    await sim.stop()
  }
})

test('stands still while the page is paused', async ({ page }) => {
  await page.goto(compareLink(running.slice(0, 2), '&metrics=cpu'))
  await drawn(page, 'cpu', 2)
  await page.keyboard.press('p')
  await expect(page.getByText('paused', { exact: true }).first()).toBeVisible()
  const path = () => tiles(page, 'cpu').first().locator('.series-line').first().getAttribute('d')
  await page.waitForTimeout(600)
  const still = await path()
  await page.waitForTimeout(2500)
  expect(await path()).toBe(still)
  await page.keyboard.press('p')
  await expect.poll(path).not.toBe(still)
})

test('closes what it opened on the server when it is closed', async ({ page }) => {
  const sent: number[] = []
  page.on('websocket', (socket) => {
    socket.on('framesent', ({ payload }) => {
      if (typeof payload !== 'string') sent.push(payload[0]!)
    })
  })
  const [opens, closes] = [6, 7].map((type) => () => sent.filter((one) => one === type).length)
  await page.goto(`${domscope.origin}/?sort=name&compare=${running.slice(0, 5).map(key).join(',')}`)
  await drawn(page, 'cpu', 5)
  expect(opens!() - closes!()).toBe(5)
  await gridOf(page).focus()
  await page.keyboard.press('Escape')
  await expect(panel(page)).toHaveCount(0)
  await expect.poll(() => opens!() - closes!()).toBe(0)
})

for (const theme of ['dark', 'light', 'contrast']) {
  test.describe(`in the ${theme} theme`, () => {
    // The checker is a script of ours, not of the page: it may enter past the page's policy.
    test.use({ bypassCSP: true })

    test('axe finds nothing in a comparison, as a panel and as a page', async ({ page }) => {
      await page.goto(`${domscope.origin}/?sort=name&theme=${theme}&compare=${running.slice(0, 3).map(key).join(',')}`)
      await drawn(page, 'cpu', 3)
      expect(await violations(page)).toEqual([])
      await page.goto(compareLink(running.slice(0, 3)))
      await drawn(page, 'cpu', 3)
      expect(await violations(page)).toEqual([])
    })
  })
}

import type { Page } from '@playwright/test'
import type { Domscope } from '../server/testing/start-domscope.ts'
import { expect, SERVER_GONE, test } from './watched-page.ts'

const FLEET = ['--connect', 'sim:?hosts=4&domains=400&seed=3&churn=off']

const panel = (page: Page, kind: string) => page.locator(`[data-panel=${kind}]:visible`).first()
const ticks = (page: Page) => page.locator('.wall-clock').textContent()

/** Text that is cut by its own box or by the screen, which nobody could read to the end; names may be. */
function cutFigures(page: Page): Promise<string[]> {
  return page.evaluate(() => {
    const cut: string[] = []
    for (const one of document.querySelectorAll<HTMLElement>(
      '.wall-value, .wall-figure, .wall-clock, .wall-state, .wall-name',
    )) {
      if (!one.checkVisibility() || one.textContent === '') continue
      const box = one.getBoundingClientRect()
      if (one.scrollWidth > one.clientWidth + 1 && one.clientWidth > 0) cut.push(one.textContent)
      if (box.right > innerWidth + 1 || box.bottom > innerHeight + 1) cut.push(`${one.textContent} (beyond the screen)`)
    }
    return cut
  })
}

test.describe('wall', () => {
  let domscope: Domscope

  test.beforeEach(async ({ launch }) => {
    domscope = await launch(FLEET)
    await domscope.ready()
  })

  test('shows every panel from the fleet, in both themes, on every screen, with nothing cut', async ({ page }) => {
    for (const [theme, width, height] of [
      ['dark', 1920, 1080],
      ['light', 3840, 2160],
      ['dark', 1080, 1920],
    ] as const) {
      await page.setViewportSize({ width, height })
      await page.goto(`${domscope.origin}/wall?theme=${theme}`)
      await expect(panel(page, 'totals')).toContainText('4 up')
      await expect(panel(page, 'hosts').locator('.wall-row:visible')).toHaveCount(4)
      await expect(panel(page, 'top').locator('.wall-value:visible').first()).toHaveText(/^\d+(\.\d)? %$/)
      await expect(panel(page, 'heat').locator('canvas.wall-heat')).toHaveJSProperty('hidden', false)
      await expect(page.locator('html')).toHaveAttribute('data-theme', theme)
      // Capitals are a two-hundredth of 3 m on 55 inches.
      const fontPx = await page.locator('.wall').evaluate((wall) => Number.parseFloat(getComputedStyle(wall).fontSize))
      expect((fontPx * 0.727 * 55 * 25.4) / Math.hypot(width, height)).toBeGreaterThanOrEqual(15)
      expect(await cutFigures(page)).toEqual([])
    }
  })

  test('orders the top by what the API says, and only asks for what it shows', async ({ page }) => {
    const sent: string[] = []
    page.on('websocket', (socket) =>
      socket.on('framesent', ({ payload }) => void sent.push(payload.toString('latin1'))),
    )
    await page.goto(`${domscope.origin}/wall?panels=top:vcpuOnline:5`)
    const rows = panel(page, 'top').locator('.wall-row:visible')
    await expect(rows).toHaveCount(5)
    const { body } = await domscope.get('/api/v1/domains?columns=vcpuOnline&sort=-vcpuOnline&limit=5')
    const wanted = (body as { rows: { vcpuOnline: number }[] }).rows.map((row) => String(row.vcpuOnline))
    await expect(rows.locator('.wall-value')).toHaveText(wanted)
    expect(sent.some((message) => message.includes('vcpuOnline'))).toBe(true)
    expect(sent.filter((message) => /cpuPercent|netRxBps|hostCpu/.test(message))).toEqual([])
  })

  test('says across the screen since when there are no data, and goes on by itself when the server is back', async ({
    page,
    launch,
    watch,
  }) => {
    watch.allow(SERVER_GONE)
    await page.goto(`${domscope.origin}/wall?theme=dark`)
    await expect(panel(page, 'totals')).toContainText('4 up')
    await expect.poll(() => ticks(page)).toMatch(/^\d\d:\d\d:\d\d$/)
    await domscope.stop()
    const banner = page.locator('.wall-banner')
    await expect(banner).toContainText(/NO DATA SINCE \d\d:\d\d:\d\d · \d+ s/)
    await expect(banner).toContainText(/next try|trying now/)
    await expect(page.locator('.wall')).toHaveAttribute('data-stale', '')
    await launch(FLEET, { port: domscope.port })
    await expect(banner).toBeHidden({ timeout: 40_000 })
    await expect(panel(page, 'totals')).toContainText('4 up')
  })
})

test('builds an address with a preview that is the wall itself', async ({ page, launch }) => {
  const domscope = await launch(FLEET)
  await domscope.ready()
  await page.goto(`${domscope.origin}/wall/new`)
  const preview = page.getByRole('region', { name: 'Preview' })
  await expect(preview.locator('[data-panel=totals]')).toContainText('4 up')
  await page.getByLabel('Panel to add').selectOption('top')
  await page.getByLabel('Metric').selectOption('netRxBps')
  await page.getByRole('button', { name: 'Add', exact: true }).click()
  await page.getByLabel('Colours').selectOption('contrast')
  await page.getByRole('button', { name: 'Remove Conditions' }).click()
  await expect(preview.getByRole('heading', { name: /Network in/ })).toBeVisible()
  await expect(preview.locator('[data-panel=conditions]')).toHaveCount(0)
  const address = await page.getByLabel('Address of the screen').inputValue()
  expect(address).toContain('/wall?theme=contrast&dist=3&screen=55&panels=totals,top:cpuPercent')
  expect(address).toMatch(/top:netRxBps$/)
  await page.goto(address)
  await expect(page.getByRole('heading', { name: /Network in/ })).toBeVisible()
})

// `npm run screenshots`: the pictures of the README and the docs, from the simulated fleet.
import { mkdirSync } from 'node:fs'
import path from 'node:path'
import { expect, test } from '@playwright/test'
import { type Domscope, startDomscope } from '../server/testing/start-domscope.ts'
import { afterCommits, gridOf, openGrid } from './grid-page.ts'

test.setTimeout(300_000)

const FOLDER = path.resolve('docs', 'screenshots')
/** About a minute with eight hosts: the sparklines are full. */
const COMMITS = 400

let domscope: Domscope

test.beforeAll(async () => {
  mkdirSync(FOLDER, { recursive: true })
  // The machine takes pictures meanwhile and answers late: with the usual duty the rests after such answers would be gaps.
  domscope = await startDomscope(['--connect', 'sim:?hosts=8&domains=2000&seed=1&churn=off', '--duty', '100'])
  await domscope.ready()
})

test.afterAll(async () => {
  await domscope?.stop()
})

const shot = (name: string) => ({ path: path.join(FOLDER, `${name}.png`) })

for (const theme of ['dark', 'light']) {
  test(`the fleet in the ${theme} theme`, async ({ page }) => {
    await page.setViewportSize({ width: 1600, height: 900 })
    await openGrid(page, `${domscope.origin}/?theme=${theme}`, 2000)
    await afterCommits(page, COMMITS)
    await page.screenshot(shot(`fleet-${theme}`))
  })
}

test('one domain beside the grid', async ({ page }) => {
  await page.setViewportSize({ width: 1600, height: 900 })
  await openGrid(page, `${domscope.origin}/?theme=dark`, 2000)
  await afterCommits(page, 10)
  await gridOf(page).locator('[role=row][data-row]:visible').nth(2).click()
  await page.getByRole('button', { name: /^all · / }).click()
  await afterCommits(page, 200)
  await expect(page.locator('[data-chart="cpu-cpu"] .series-line').first()).toHaveAttribute('d', /L/)
  await page.screenshot(shot('panel'))
})

test('domains compared beside the grid', async ({ page }) => {
  await page.setViewportSize({ width: 1600, height: 900 })
  await openGrid(page, `${domscope.origin}/?theme=dark`, 2000)
  // The order settles first: it holds as soon as a row is picked.
  await afterCommits(page, 100)
  const rows = gridOf(page).locator('[role=row][data-row]:visible')
  await rows.nth(1).click({ modifiers: ['ControlOrMeta'] })
  await rows.nth(4).click({ modifiers: ['Shift'] })
  await page.getByRole('button', { name: /^all · / }).click()
  await afterCommits(page, 200)
  await expect(page.locator('[data-metric="cpu"] .series-line').first()).toHaveAttribute('d', /L/)
  await page.screenshot(shot('compare'))
})

/** Every size of guest that looks different: one row, rows with names, rows of a few pixels, rows of one pixel. */
for (const vcpus of [1, 8, 64, 512]) {
  for (const theme of ['dark', 'light']) {
    test(`a domain of ${vcpus} vCPUs in the ${theme} theme`, async ({ page }) => {
      await page.setViewportSize({ width: 1600, height: 900 })
      const { body } = await domscope.get('/api/v1/domains?columns=vcpuOnline&sort=-cpuPercent')
      const { rows } = body as { rows: { host: string; uuid: string; state: string; vcpuOnline: number | null }[] }
      const domain = rows.find(({ state, vcpuOnline }) => state === 'running' && vcpuOnline === vcpus)
      expect(domain, `a running domain of ${vcpus} vCPUs`).toBeDefined()
      await page.goto(`${domscope.origin}/domain?host=${domain!.host}&uuid=${domain!.uuid}&theme=${theme}`)
      const strip = page.getByRole('slider', { name: /of each vCPU/ })
      await expect(strip).toBeVisible({ timeout: 60_000 })
      // What is kept shows from border to border, and there is some.
      const range = page.getByRole('button', { name: /^all · (\d+ min|[\d.]+ h|[89]\d s|1\d\d s)/ })
      await expect(range).toBeVisible({ timeout: 180_000 })
      await range.click()
      if (vcpus > 1)
        for (const place of [0, 1]) await page.locator('.top-vcpus button[aria-pressed]').nth(place).click()
      await page.locator('[data-group=vcpus]').evaluate((group) => group.scrollIntoView({ block: 'start' }))
      // Long enough for the counters of vCPUs, which are read while a domain is open.
      await page.waitForTimeout(15_000)
      const box = (await strip.boundingBox())!
      await page.mouse.move(box.x + box.width * 0.7, box.y + 20 + (box.height - 38) * 0.4)
      await page.waitForTimeout(500)
      await page.screenshot(shot(`vcpus-${vcpus}-${theme}`))
    })
  }
}

test('the hosts', async ({ page }) => {
  await page.setViewportSize({ width: 1600, height: 900 })
  await page.goto(`${domscope.origin}/hosts?theme=dark`)
  await expect(page.getByText('sim-08').first()).toBeVisible()
  await page.screenshot(shot('hosts'))
})

for (const [name, theme, width, height] of [
  ['wall', 'dark', 1920, 1080],
  ['wall-light', 'light', 1920, 1080],
  ['wall-portrait', 'dark', 1080, 1920],
] as const) {
  test(`a screen on a wall: ${name}`, async ({ page }) => {
    await page.setViewportSize({ width, height })
    await page.goto(`${domscope.origin}/wall?theme=${theme}`)
    await expect(page.locator('[data-panel=totals]')).toContainText('8 up')
    await page.waitForTimeout(5000)
    await page.screenshot(shot(name))
  })
}

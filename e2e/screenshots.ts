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
  domscope = await startDomscope(['--connect', 'sim:?hosts=8&domains=2000&seed=1&churn=off'])
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

test('the vCPUs of one domain', async ({ page }) => {
  await page.setViewportSize({ width: 1600, height: 900 })
  const { body } = await domscope.get('/api/v1/domains?columns=vcpuOnline&sort=-vcpuOnline&limit=1')
  const [{ host, uuid }] = (body as { rows: [{ host: string; uuid: string }] }).rows
  await page.goto(`${domscope.origin}/domain?host=${host}&uuid=${uuid}&range=all&theme=dark`)
  await page.locator('.top-vcpus button').nth(1).click()
  await expect(page.locator('[data-chart="vcpu-vcpuPercent"] .series-line').first()).toBeAttached()
  await page.waitForTimeout(20_000)
  await page.screenshot(shot('domain'))
})

test('the hosts', async ({ page }) => {
  await page.setViewportSize({ width: 1600, height: 900 })
  await page.goto(`${domscope.origin}/hosts?theme=dark`)
  await expect(page.getByText('sim-08').first()).toBeVisible()
  await page.screenshot(shot('hosts'))
})

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

test('one domain with its raw statistics', async ({ page }) => {
  await page.setViewportSize({ width: 1600, height: 900 })
  await openGrid(page, `${domscope.origin}/?theme=dark`, 2000)
  await afterCommits(page, 10)
  await gridOf(page).locator('[role=row][data-row]:visible').nth(2).click()
  await expect(page.getByText(/state\.state/).first()).toBeVisible()
  await page.screenshot(shot('panel'))
})

test('the hosts', async ({ page }) => {
  await page.setViewportSize({ width: 1600, height: 900 })
  await page.goto(`${domscope.origin}/hosts?theme=dark`)
  await expect(page.getByText('sim-08').first()).toBeVisible()
  await page.screenshot(shot('hosts'))
})

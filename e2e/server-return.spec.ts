import type { Page } from '@playwright/test'
import type { Domscope } from '../server/testing/start-domscope.ts'
import { afterCommits, compareVisibleCells, gridOf, type HookedWindow, openGrid, waitForRows } from './grid-page.ts'
import { expect, SERVER_GONE, test } from './watched-page.ts'

const SIM = 'sim:?hosts=2&domains=300&seed=3&churn=off'

let domscope: Domscope

test.beforeEach(async ({ launch }) => {
  domscope = await launch(['--connect', SIM])
  await domscope.ready()
})

test('says that the server is gone, keeps the last values, and goes on without a reload when it is back', async ({
  page,
  watch,
  launch,
}) => {
  watch.allow(SERVER_GONE)
  await openGrid(page, domscope.origin, 300)
  await afterCommits(page, 1)
  await page.evaluate(() => Object.assign(window, { stillTheSamePage: true }))
  const { port } = domscope
  await domscope.stop()
  await expect(page.getByRole('alert').filter({ hasText: 'out of reach' })).toBeVisible()
  expect(await page.evaluate(() => (window as unknown as HookedWindow).__domscope!.rows.length)).toBe(300)

  domscope = await launch(['--connect', SIM], { port })
  await domscope.ready()
  // The rows of before stay until those of now are there: only a live page can be asked for the new ones.
  await expect(page.locator('[data-state=live]')).toBeVisible({ timeout: 60_000 })
  await waitForRows(page, 300, 60_000)
  await afterCommits(page, 2)
  const seen = await compareVisibleCells(page)
  expect(seen.differences).toEqual([])
  expect(seen.rows).toBeGreaterThan(10)
  expect(await page.evaluate(() => 'stillTheSamePage' in window)).toBe(true)
})

test('answers an unknown deep address with a page of its own while another tab stays live', async ({
  page,
  context,
  watch,
}) => {
  await openGrid(page, domscope.origin, 300)
  const lost = await context.newPage()
  await watch.follow(lost)
  watch.allow(/status of 404/)
  const answer = await lost.goto(`${domscope.origin}/no/such/page?with=query#and-fragment`)
  expect(answer?.status()).toBe(404)
  await expect(lost.getByRole('link', { name: /fleet/i }).first()).toBeVisible()
  await page.bringToFront()
  await afterCommits(page, 2)
  await lost.close()
})

test('keeps no row of a life of the server that is over', async ({ page, watch, launch }) => {
  watch.allow(SERVER_GONE)
  await openGrid(page, domscope.origin, 300)
  const { port } = domscope
  await domscope.stop()
  domscope = await launch(['--connect', 'sim:?hosts=1&domains=120&seed=9&churn=off'], { port })
  await waitForRows(page, 120, 60_000)
  await afterCommits(page, 2)
  expect((await compareVisibleCells(page)).differences).toEqual([])
})

/** The name in the first row that is wholly below the header, and how far below. */
const topRow = (page: Page) =>
  page.evaluate(() => {
    const grid = document.querySelector<HTMLElement>('[role=grid]')!
    const edge = grid.querySelector('.totals-row')!.getBoundingClientRect().bottom
    const rows = [...grid.querySelectorAll<HTMLElement>('[role=row][data-row]')].filter((row) => !row.hidden)
    const found = rows
      .map((row) => ({ row: Number(row.dataset.row), below: Math.round(row.getBoundingClientRect().top - edge) }))
      .filter(({ below }) => below >= 0)
      .sort((a, b) => a.below - b.below)[0]
    if (found === undefined) return null
    return { name: (window as unknown as HookedWindow).__domscope!.cell(found.row, 'name'), below: found.below }
  })

test('stands where the user had scrolled to after a restart of the server', async ({ page, watch, launch }) => {
  watch.allow(SERVER_GONE)
  await openGrid(page, `${domscope.origin}/?sort=name`, 300)
  await afterCommits(page, 1)
  await gridOf(page).evaluate((grid) => grid.scrollTo({ top: 150 * 28 + 11 }))
  await afterCommits(page, 1)
  const before = await topRow(page)
  expect(before).not.toBeNull()
  const { port } = domscope
  await domscope.stop()
  domscope = await launch(['--connect', SIM], { port })
  await domscope.ready()
  await expect(page.locator('[data-state=live]')).toBeVisible({ timeout: 60_000 })
  await waitForRows(page, 300, 60_000)
  await expect.poll(() => topRow(page), { timeout: 30_000 }).toEqual(before)
  await afterCommits(page, 2)
  expect(await topRow(page)).toEqual(before)
  expect((await compareVisibleCells(page)).differences).toEqual([])
})

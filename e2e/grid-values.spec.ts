import type { Page } from '@playwright/test'
import { type Domscope, startDomscope } from '../server/testing/start-domscope.ts'
import { afterCommits, compareVisibleCells, gridOf, type HookedWindow, openGrid, waitForRows } from './grid-page.ts'
import { expect, test } from './watched-page.ts'

const DOMAINS = 2000
const SEED = 20_261_122

let domscope: Domscope

test.beforeAll(async () => {
  domscope = await startDomscope(['--connect', `sim:?hosts=4&domains=${DOMAINS}&seed=7&churn=off`])
  await domscope.ready()
})

test.afterAll(async () => {
  await domscope?.stop()
})

/** Same numbers each time: a failure can be repeated. */
function seeded(seed: number): () => number {
  let state = seed >>> 0
  return () => {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0
    return state / 2 ** 32
  }
}

for (const churn of ['off', 'on']) {
  test(`shows in every visible cell what the store holds, after scrolls, sorts and commits, churn ${churn}`, async ({
    page,
    launch,
  }) => {
    const one =
      churn === 'off' ? domscope : await launch(['--connect', `sim:?hosts=4&domains=${DOMAINS}&seed=8&churn=on`])
    await scrollSortAndCompare(page, one.origin)
  })
}

async function scrollSortAndCompare(page: Page, origin: string): Promise<void> {
  // Where domains come and go there may be a few more or less by now.
  await page.goto(origin)
  const rows = () => page.evaluate(() => (window as unknown as HookedWindow).__domscope?.rows.length ?? 0)
  await expect.poll(rows, { timeout: 30_000 }).toBeGreaterThan(DOMAINS * 0.9)
  await afterCommits(page, 2)
  const random = seeded(SEED)
  const grid = gridOf(page)
  const headers = grid.getByRole('columnheader')
  const count = await headers.count()
  expect(count).toBeGreaterThan(8)
  let cells = 0
  for (let step = 0; step < 40; step++) {
    const act = random()
    if (act < 0.5) await grid.evaluate((root, part) => root.scrollTo({ top: part * root.scrollHeight }), random())
    else if (act < 0.75)
      await headers
        .nth(Math.floor(random() * count))
        .locator('.h-label')
        .click()
    else await afterCommits(page, 1)
    const seen = await compareVisibleCells(page)
    expect(seen.differences, `step ${step}`).toEqual([])
    expect(seen.rows, `step ${step}`).toBeGreaterThan(10)
    cells += seen.cells
  }
  expect(cells).toBeGreaterThan(5000)
}

test('orders rows by the column that was clicked, both ways', async ({ page, launch }) => {
  // Few domains: their titles, which order too, come one by one, and are all there within seconds.
  const { origin } = await launch(['--connect', 'sim:?hosts=4&domains=200&seed=7&churn=off'])
  await openGrid(page, origin, 200)
  const header = gridOf(page).getByRole('columnheader', { name: /^name/i })
  for (const direction of ['ascending', 'descending']) {
    for (let tries = 0; tries < 3 && (await header.getAttribute('aria-sort')) !== direction; tries++) {
      await header.locator('.h-label').click()
    }
    await expect(header).toHaveAttribute('aria-sort', direction)
    await expect
      .poll(() =>
        page.evaluate((down) => {
          const { rows, cell } = (window as unknown as HookedWindow).__domscope!
          // Numbers in names order as numbers.
          const names = rows.map((row) =>
            cell(row, 'name')
              // A title orders; the name in parentheses after it does not.
              .replace(/ \([^()]*\)$/, '')
              .toLowerCase()
              .replace(/\d+/g, (digits) => digits.padStart(12, '0')),
          )
          return names.every((name, i) => i === 0 || (down ? names[i - 1]! >= name : names[i - 1]! <= name))
        }, direction === 'descending'),
      )
      .toBe(true)
  }
})

test('shows for each row on the screen the name, host and state that the API tells', async ({ page }) => {
  await openGrid(page, domscope.origin, DOMAINS)
  await afterCommits(page, 1)
  const answer = await (await fetch(`${domscope.origin}/api/v1/domains?limit=${DOMAINS}`)).json()
  const told = (answer as { rows: { name: string; host: string }[] }).rows
  expect(told).toHaveLength(DOMAINS)
  const shown = await page.evaluate(() => {
    const { rows, cell } = (window as unknown as HookedWindow).__domscope!
    // Where there is a title, libvirt's name stands in parentheses after it.
    return rows.map((row) => `${cell(row, 'host')} ${cell(row, 'name').replace(/^.* \((.*)\)$/, '$1')}`)
  })
  expect(shown.sort()).toEqual(told.map(({ host, name }) => `${host} ${name}`).sort())
})

test('filters by plain words as the API does', async ({ page }) => {
  await openGrid(page, domscope.origin, DOMAINS)
  const query = 'sim-02 db'
  const answer = await (
    await fetch(`${domscope.origin}/api/v1/domains?limit=1&filter=${encodeURIComponent(query)}`)
  ).json()
  const { total } = answer as { total: number }
  expect(total).toBeGreaterThan(0)
  expect(total).toBeLessThan(DOMAINS)
  await page.keyboard.press('/')
  await page.keyboard.type(query)
  await waitForRows(page, total)
  await expect.poll(() => new URL(page.url()).searchParams.get('q')).toBe(query)
  expect((await compareVisibleCells(page)).differences).toEqual([])
})

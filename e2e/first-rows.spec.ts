import type { WebSocketRoute } from '@playwright/test'
import { type Domscope, startDomscope } from '../server/testing/start-domscope.ts'
import { afterCommits, compareVisibleCells, gridOf, type HookedWindow, waitForRows } from './grid-page.ts'
import { expect, test } from './watched-page.ts'

const DOMAINS = 3000
/** Type of a SNAPSHOT frame, and its flag FIRST. */
const SNAPSHOT = 3
const FIRST = 1

let domscope: Domscope

test.beforeAll(async () => {
  domscope = await startDomscope(['--connect', `sim:?hosts=3&domains=${DOMAINS}&seed=31&churn=off`])
  await domscope.ready()
})

test.afterAll(async () => {
  await domscope?.stop()
})

for (const [title, query] of [
  ['by its usual order', ''],
  ['by name, the last ones first', '?sort=-name'],
  ['by host, with a filter', '?sort=host,name&q=web'],
] as const) {
  test(`[R-4] shows the rows of the screen, ${title}, before the others have come`, async ({ page }) => {
    const held: { frame: Buffer; route: WebSocketRoute }[] = []
    let holding = true
    await page.routeWebSocket('**/api/v1/stream', (route) => {
      const server = route.connectToServer()
      server.onMessage((frame) => {
        const bytes = Buffer.from(frame)
        const later = held.length > 0 || (bytes[0] === SNAPSHOT && (bytes[1]! & FIRST) === 0)
        if (holding && later) held.push({ frame: bytes, route })
        else route.send(bytes)
      })
    })
    await page.goto(domscope.origin + query)
    const count = () => page.evaluate(() => (window as unknown as HookedWindow).__domscope?.rows.length ?? 0)
    await expect.poll(count).toBeGreaterThan(20)
    const grid = gridOf(page)
    await expect(page.getByText(/^loading [\d,]+ of 3,000 domains$/)).toBeVisible()
    expect(await count()).toBeLessThan(100)
    const screen = () =>
      page.evaluate(() => {
        const { rows, cell } = (window as unknown as HookedWindow).__domscope!
        return rows.slice(0, 20).map((row) => `${cell(row, 'host')} ${cell(row, 'name')}`)
      })
    expect((await compareVisibleCells(page)).differences).toEqual([])
    expect(await grid.getAttribute('data-ready')).toBe('true')
    const first = await screen()
    holding = false
    for (const { frame, route } of held.splice(0)) route.send(frame)
    await expect(page.getByText(/^[\d,]+ of 3,000 domains$/)).toBeVisible()
    // Values go on: only orders that do not follow them can be compared a moment later.
    if (query !== '') expect(await screen()).toEqual(first)
    if (query === '') await waitForRows(page, DOMAINS)
    await afterCommits(page, 1)
    expect((await compareVisibleCells(page)).differences).toEqual([])
  })
}

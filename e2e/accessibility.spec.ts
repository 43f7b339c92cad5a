import { type Domscope, startDomscope } from '../server/testing/start-domscope.ts'
import { violations } from './axe.ts'
import { afterCommits, gridOf, openGrid } from './grid-page.ts'
import { expect, test } from './watched-page.ts'

let domscope: Domscope

test.beforeAll(async () => {
  domscope = await startDomscope(['--connect', 'sim:?hosts=3&domains=200&seed=5&freeze=2&churn=off'])
  await domscope.ready()
})

test.afterAll(async () => {
  await domscope?.stop()
})

for (const theme of ['dark', 'light', 'contrast']) {
  test.describe(`in the ${theme} theme`, () => {
    // The checker is a script of ours, not of the page: it may enter past the page's policy.
    test.use({ bypassCSP: true })

    test('axe finds nothing on the fleet page, with a panel and with the help open', async ({ page }) => {
      await openGrid(page, `${domscope.origin}/?theme=${theme}`, 200)
      await afterCommits(page, 2)
      expect(await violations(page)).toEqual([])
      await gridOf(page).locator('[role=row][data-row]:visible').nth(3).click()
      await expect(page.getByText(/state\.state/).first()).toBeVisible()
      expect(await violations(page)).toEqual([])
      await page.keyboard.press('Escape')
      await page.keyboard.press('?')
      await expect(page.getByRole('dialog')).toBeVisible()
      expect(await violations(page)).toEqual([])
    })

    test('axe finds nothing on the hosts page', async ({ page }) => {
      await page.goto(`${domscope.origin}/hosts?theme=${theme}`)
      await expect(page.getByText('sim-03').first()).toBeVisible()
      expect(await violations(page)).toEqual([])
    })
  })
}

import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { violations } from './axe.ts'
import { gridOf } from './grid-page.ts'
import { expect, test } from './watched-page.ts'

const SIM = ['--connect', 'sim:?hosts=1&domains=20&seed=5&churn=off']
let folder: string
test.beforeEach(() => {
  folder = mkdtempSync(path.join(tmpdir(), 'domscope-login-'))
})
test.afterEach(() => rmSync(folder, { recursive: true, force: true }))

function configFile(auth: unknown): string[] {
  const file = path.join(folder, 'config.json')
  writeFileSync(file, JSON.stringify({ auth }))
  return ['--config', file, ...SIM]
}

test('the printed link logs in, a revoked session goes to the login and comes back', async ({
  page,
  launch,
  watch,
}) => {
  const token = path.join(folder, 'token')
  const domscope = await launch(configFile({ mode: 'token', token: { file: token } }))
  await domscope.ready()
  const link = await domscope.process.line(/^first login: (.*)/)
  watch.allow(/status of 401|WebSocket connection to .* failed/)

  // Without a login a page shows nothing and knows where it wanted to go.
  await page.goto(`${domscope.origin}/?sort=name`)
  await page.waitForURL(/\/login#back=/)
  await expect(page.getByLabel('Admin token')).toBeVisible()

  await page.goto('about:blank')
  await page.goto(link.replace('first login: ', ''))
  await expect(gridOf(page)).toHaveAttribute('aria-rowcount', /2\d/)
  expect(page.url()).toBe(`${domscope.origin}/`)
  const secret = readFileSync(token, 'utf8').trim()
  expect(await page.evaluate(() => document.cookie + JSON.stringify({ ...localStorage }))).not.toContain(secret)

  await page.getByRole('button', { name: 'Account admin' }).click()
  await expect(page.locator('.account-menu')).toContainText('everything')
  await page.getByRole('link', { name: 'Sessions' }).click()
  const rows = page.locator('.sessions tbody tr')
  await expect(rows).toHaveCount(1)
  await expect(rows).toContainText('this browser')

  await page.getByRole('link', { name: 'Fleet' }).click()
  await expect(gridOf(page)).toBeVisible()
  await page.goto(`${domscope.origin}/?sort=name&filter=state%3Arunning`)
  await expect(page.locator('.time-state[data-state="live"]')).toBeVisible()
  const before = page.url()
  const fields = { Authorization: `Bearer ${secret}`, 'X-CSRF': '1' }
  const listed = await (await fetch(`${domscope.origin}/api/v1/sessions`, { headers: fields })).json()
  const [{ session }] = (listed as { sessions: [{ session: string }] }).sessions
  await fetch(`${domscope.origin}/api/v1/sessions/${session}`, { method: 'DELETE', headers: fields })
  await page.waitForURL(/\/login/, { waitUntil: 'commit' })
  await page.getByLabel('Admin token').fill('wrong')
  await page.getByRole('button', { name: 'Log in' }).click()
  await expect(page.getByRole('alert').filter({ hasText: 'not the token' })).toBeVisible()
  await page.getByLabel('Admin token').fill(secret)
  await page.keyboard.press('Enter')
  await page.waitForURL(before)
  await expect(page.locator('.time-state[data-state="live"]')).toBeVisible()

  await page.getByRole('button', { name: 'Account admin' }).click()
  await page.getByRole('button', { name: 'Log out' }).click()
  await page.waitForURL(/\/login$/)
})

test.describe('looked at by axe', () => {
  test.use({ bypassCSP: true })

  test('the login page breaks no rule in any theme', async ({ page, launch }) => {
    const domscope = await launch(configFile({ mode: 'token', token: { file: path.join(folder, 'token') } }))
    await page.goto(`${domscope.origin}/login`)
    await expect(page.getByLabel('Admin token')).toBeVisible()
    for (const theme of ['dark', 'light', 'contrast']) {
      await page.evaluate((name) => document.documentElement.setAttribute('data-theme', name), theme)
      expect(await violations(page)).toEqual([])
    }
  })

  test('a server without a login says so on every page, in red', async ({ page, launch }) => {
    const domscope = await launch(['--insecure-no-auth', ...SIM])
    for (const address of ['/', '/hosts', '/sessions']) {
      await page.goto(domscope.origin + address)
      await expect(page.locator('.band.insecure')).toContainText('Everybody who reaches this server sees all of it')
    }
    expect(await violations(page)).toEqual([])
  })
})

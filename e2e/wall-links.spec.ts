import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import path from 'node:path'
import type { Domscope } from '../server/testing/start-domscope.ts'
import { expect, SERVER_GONE, test } from './watched-page.ts'

const FLEET = ['--connect', 'sim:?hosts=2&domains=60&seed=3&churn=off', '--auth', 'token']

let folder: string

test.beforeEach(() => {
  folder = mkdtempSync(path.join(tmpdir(), 'domscope-e2e-'))
})
test.afterEach(() => rmSync(folder, { recursive: true, force: true }))

/** Asks the API as admin. */
async function asAdmin(domscope: Domscope, method: string, route: string, body?: unknown) {
  const token = readFileSync(path.join(folder, 'admin-token'), 'utf8').trim()
  const headers = { Authorization: `Bearer ${token}`, 'X-CSRF': '1', 'Content-Type': 'application/json' }
  const sent = body === undefined ? {} : { body: JSON.stringify(body) }
  const response = await fetch(`${domscope.origin}/api/v1${route}`, { method, headers, ...sent })
  return (await response.json()) as { link: { id: string }; secret: string; path: string }
}

test('[A-4] a link lets a screen in, is in no address, outlives a restart, and goes dark when it is revoked', async ({
  page,
  launch,
  watch,
}) => {
  // Before it is let in, and after it is not any more, the browser complains of each try.
  watch.allow(/WebSocket connection to .* failed|status of 4(01|10)/)
  watch.allow(SERVER_GONE)
  const config = path.join(folder, 'config.json')
  writeFileSync(config, JSON.stringify({ stateDir: folder }))
  const server = await launch([...FLEET, '--config', config])
  const wish = { name: 'Hall', view: 'panels=totals,top:cpu&theme=light', days: 10 }
  const { link, secret, path: address } = await asAdmin(server, 'POST', '/links', wish)
  const asked: string[] = []
  page.on('request', (request) => asked.push(`${request.url()} ${JSON.stringify(request.headers())}`))

  await page.goto(`${server.origin}${address}`)
  const totals = page.locator('[data-panel=totals]')
  await expect(totals).toContainText('2 up', { timeout: 30_000 })
  await expect(page.locator('html')).toHaveAttribute('data-theme', 'light')
  await expect(page.locator('.wall-notices')).toContainText(/ends in 9 days/)
  expect(page.url()).toBe(`${server.origin}/wall?link=${link.id}`)
  expect(asked.filter((line) => line.includes(secret))).toEqual([])
  expect(server.process.stderr()).not.toContain(secret)

  await page.reload()
  await expect(totals).toContainText('2 up')
  await server.stop()
  const again = await launch([...FLEET, '--config', config], { port: server.port })
  await expect(page.locator('.wall-banner')).toBeHidden({ timeout: 30_000 })
  await expect(totals).toContainText('2 up', { timeout: 30_000 })

  await asAdmin(again, 'DELETE', `/links/${link.id}`)
  await expect(page.locator('.wall-dark')).toHaveText('This link was revoked.')
  await expect(totals).toHaveCount(0)
})

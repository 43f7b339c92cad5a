import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import path from 'node:path'
import type { Domscope } from '../server/testing/start-domscope.ts'
import { expect, test } from './watched-page.ts'

interface Told {
  readonly host: string
  readonly uuid: string
  readonly name: string
}

/** The first domain of an answer, once there is one. */
async function firstOf(domscope: Domscope, query: string): Promise<Told> {
  const rows = async () => ((await domscope.get(`/api/v1/domains${query}`)).body as { rows: Told[] }).rows
  await expect.poll(async () => (await rows()).length, { timeout: 30_000 }).toBe(1)
  return (await rows())[0]!
}

test('links a domain to other tools: in a new tab that learns nothing of this page', async ({ page, launch }) => {
  const folder = mkdtempSync(path.join(tmpdir(), 'domscope-links-'))
  try {
    const file = path.join(folder, 'config.json')
    // The tool is not there: the test only looks where the link leads.
    const links = [
      { label: 'Metrics', url: 'http://127.0.0.1:9/d/vm?host={host}&uuid={uuid}&name={name}' },
      { label: 'Host', url: 'https://{host}.example.org:9090/' },
    ]
    writeFileSync(file, JSON.stringify({ links }))
    const domscope = await launch(['--config', file, '--connect', 'sim:?hosts=1&domains=20&seed=5&churn=off'])
    await domscope.ready()
    const { host, uuid, name } = await firstOf(domscope, '?sort=name&limit=1')
    // The first of the simulated fleet by name looks like markup.
    expect(name).toContain('<')
    await page.goto(`${domscope.origin}/?open=${uuid}@${host}`)
    const link = page.getByRole('link', { name: 'Metrics (opens in a new tab)' })
    const encoded = encodeURIComponent(name).replaceAll('(', '%28').replaceAll(')', '%29')
    await expect(link).toHaveAttribute('href', `http://127.0.0.1:9/d/vm?host=${host}&uuid=${uuid}&name=${encoded}`)
    await expect(link).toHaveAttribute('target', '_blank')
    await expect(link).toHaveAttribute('rel', 'noopener noreferrer')
    await expect(page.getByRole('link', { name: /^Host/ }).last()).toHaveAttribute(
      'href',
      `https://${host}.example.org:9090/`,
    )
  } finally {
    rmSync(folder, { recursive: true, force: true })
  }
})

test('leads from a domain to its host, which is in sight and marked', async ({ page, launch }) => {
  const domscope = await launch(['--connect', 'sim:?hosts=30&domains=90&seed=5&churn=off'])
  await domscope.ready()
  const { host, uuid } = await firstOf(domscope, '?host=sim-30&limit=1')
  await page.goto(`${domscope.origin}/domain?host=${host}&uuid=${uuid}`)
  await page.locator('.domain-head').getByRole('link', { name: host }).click()
  const row = page.getByRole('row').filter({ has: page.getByRole('rowheader', { name: new RegExp(`^${host}`) }) })
  await expect(row).toBeInViewport()
  await expect(page.locator('tbody[data-linked]')).toHaveCount(1)
  await expect(page.locator('tbody[data-linked]')).toContainText(host)
})

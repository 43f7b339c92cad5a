import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { expect, test } from './watched-page.ts'

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
    const { body } = await domscope.get('/api/v1/domains?sort=name&limit=1')
    const [{ host, uuid, name }] = (body as { rows: [{ host: string; uuid: string; name: string }] }).rows
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

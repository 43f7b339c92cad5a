import { waitForRows } from './grid-page.ts'
import { expect, test } from './watched-page.ts'

test('everything is below the base path: pages, scripts, stream, API, links', async ({ page, launch }) => {
  const domscope = await launch(['--base-path', '/vms', '--connect', 'sim:?hosts=1&domains=20&seed=5&churn=off'])
  await domscope.ready()
  const beside: string[] = []
  const seen = (url: string) => {
    const { host, pathname } = new URL(url)
    // Nothing ever comes from a third party either.
    if (host !== new URL(domscope.origin).host || !pathname.startsWith('/vms')) beside.push(url)
  }
  page.on('request', (request) => seen(request.url()))
  page.on('websocket', (socket) => seen(socket.url()))
  await page.goto(`${domscope.origin}/vms`)
  await waitForRows(page, 20)
  const csv = await page.getByRole('link', { name: 'CSV' }).getAttribute('href')
  expect(csv).toMatch(/^\/vms\/api\/v1\/domains\?/)
  expect((await page.request.get(`${domscope.origin}${csv}`)).headers()['content-type']).toContain('text/csv')
  // To another page without loading anew, and back: Next's own links and the chunks that it brings.
  await page.getByRole('link', { name: 'Hosts', exact: true }).click()
  await expect(page).toHaveURL(/\/vms\/hosts$/)
  await expect(page.getByRole('cell', { name: '20 of 20' })).toBeVisible()
  await page.goBack()
  await waitForRows(page, 20)
  const { rows } = (await domscope.get('/vms/api/v1/domains?limit=1')).body as {
    rows: { host: string; uuid: string }[]
  }
  await page.goto(`${domscope.origin}/vms?open=${rows[0]!.uuid}@${rows[0]!.host}`)
  await expect(page.getByRole('link', { name: 'Page', exact: true })).toHaveAttribute('href', /^\/vms\/domain\?/)
  await page.getByRole('link', { name: 'Page', exact: true }).click()
  await expect(page).toHaveURL(/\/vms\/domain\?/)
  await expect(page.getByRole('heading').first()).toBeVisible()
  expect(beside).toEqual([])
})

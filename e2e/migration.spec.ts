import type { Page } from '@playwright/test'
import { startTwoLibvirtds, type TwoLibvirtds } from '../server/testing/real/two-libvirtds.ts'
import { type Domscope, startDomscope } from '../server/testing/start-domscope.ts'
import { intoView, openGrid, rowNamed, waitForRows } from './grid-page.ts'
import { expect, test } from './watched-page.ts'

const noDaemon = process.env.DOMSCOPE_NO_DAEMON
const GUEST = 'moved-01'
/** Something is broken when it takes longer; no promise. */
const SEEN_MS = 30_000

let two: TwoLibvirtds
let domscope: Domscope
let uuid: string

/** The value beside a label in the header of the open domain. */
const fact = (page: Page, label: string) =>
  page.locator('.domain-head dl.identity > div').filter({ has: page.getByText(label, { exact: true }) })

const chart = (page: Page, id: string) => page.locator(`[data-chart="${id}"]`)

/** Waits until a chart has a line, and says how its marks of a kind are drawn. */
async function marksIn(page: Page, id: string, kind: string): Promise<string> {
  await intoView(chart(page, id))
  return (await chart(page, id).locator(`.mark.${kind}`).getAttribute('d')) ?? ''
}

test.describe(() => {
  test.skip(noDaemon !== undefined, noDaemon ?? '')
  // The second test moves back what the first one moved.
  test.describe.configure({ mode: 'serial' })

  test.beforeAll(async () => {
    test.setTimeout(180_000)
    two = await startTwoLibvirtds()
    // Emulated: its firmware is through within a second, and what it does is nothing to this test.
    await two.addWriter(GUEST, { kvm: false })
    uuid = await two.first.uuidOf(GUEST)
    const hosts = ['--connect', `kvm-a=${two.first.uri}`, '--connect', `kvm-b=${two.second.uri}`]
    domscope = await startDomscope([...hosts, '--duty', '50'])
    await domscope.ready()
  })

  test.afterAll(async () => {
    await domscope?.stop()
    await two?.stop()
  })

  test('the page of a guest follows it to the other host, with a mark, and so do its link and its numbers', async ({
    page,
  }, info) => {
    await page.goto(`${domscope.origin}/domain?host=kvm-a&uuid=${uuid}`)
    await expect(fact(page, 'Host')).toContainText('kvm-a', { timeout: SEEN_MS })
    await expect(chart(page, 'cpu-cpu').locator('.series-line').first()).toHaveAttribute('d', /L/, { timeout: SEEN_MS })

    const move = await two.move(GUEST, two.first, two.second)
    await expect(fact(page, 'Job')).toContainText(/outgoing migration, [\d.]+ %, .* left, at /, { timeout: SEEN_MS })
    await page.screenshot({ path: info.outputPath('moving.png') })
    await move.hurry()
    await move.ended

    await expect(fact(page, 'Host')).toContainText('kvm-b', { timeout: SEEN_MS })
    await expect(fact(page, 'State')).toContainText('running (migrated)', { timeout: SEEN_MS })
    await expect(fact(page, 'Job')).toHaveCount(0, { timeout: SEEN_MS })
    await expect(page).toHaveURL(new RegExp(`/domain\\?host=kvm-b&uuid=${uuid}`), { timeout: SEEN_MS })
    await expect.poll(() => marksIn(page, 'cpu-cpu', 'handover'), { timeout: SEEN_MS }).toMatch(/^M/)

    const numbers = page.waitForResponse((response) => response.url().includes('/api/v1/domains/'))
    await intoView(page.getByRole('searchbox', { name: 'Search typed parameters' }))
    expect((await numbers).url()).toContain('host=kvm-b')
    const events = page.locator('ol.events')
    await expect(events.getByRole('listitem').filter({ hasText: 'stopped: migrated' })).toContainText('kvm-a')
    await expect(events.getByRole('listitem').filter({ hasText: 'resumed: migrated' })).toContainText('kvm-b')
    await page.evaluate(() => window.scrollTo(0, 0))
    await intoView(page.locator('.domain-head'))
    await page.screenshot({ path: info.outputPath('followed.png') })
    // The link that the page has now shows the same to whoever opens it.
    await page.reload()
    await expect(fact(page, 'Host')).toContainText('kvm-b', { timeout: SEEN_MS })
    await expect.poll(() => marksIn(page, 'cpu-cpu', 'handover'), { timeout: SEEN_MS }).toMatch(/^M/)
  })

  test('the panel beside the grid follows too, while the row of the guest goes from one host to the other', async ({
    page,
  }, info) => {
    // The first move left the guest's definition at the source.
    await openGrid(page, `${domscope.origin}/?cols=state,name,host,jobKind&open=${uuid}@kvm-b`, 2)
    await expect(fact(page, 'Host')).toContainText('kvm-b', { timeout: SEEN_MS })
    const row = (host: string) => rowNamed(page, GUEST).filter({ hasText: host })
    await expect(row('kvm-a')).toContainText(/shut\s?off/)
    await expect(row('kvm-b')).toContainText('running')
    await expect(page.locator('.vcpu-table')).toContainText('running', { timeout: SEEN_MS })
    await expect(page.locator('.vcpu-table')).not.toContainText('offline')

    const move = await two.move(GUEST, two.second, two.first, '--persistent', '--undefinesource')
    await expect(row('kvm-b')).toContainText('outgoing migration', { timeout: SEEN_MS })
    await expect(row('kvm-a')).toContainText('incoming migration', { timeout: SEEN_MS })
    await expect(row('kvm-a')).toContainText('paused')
    await page.screenshot({ path: info.outputPath('rows.png') })
    await move.hurry()
    await move.ended

    await waitForRows(page, 1)
    await expect(row('kvm-a')).toContainText('running', { timeout: SEEN_MS })
    await expect(fact(page, 'Host')).toContainText('kvm-a', { timeout: SEEN_MS })
    await expect(page).toHaveURL(new RegExp(`open=${uuid}@kvm-a`), { timeout: SEEN_MS })
    await expect.poll(() => marksIn(page, 'cpu-cpu', 'handover'), { timeout: SEEN_MS }).toMatch(/^M/)
    await page.screenshot({ path: info.outputPath('followed.png') })
  })
})

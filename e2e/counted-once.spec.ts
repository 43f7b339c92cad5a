import { cpus } from 'node:os'
import { plan } from '../server/testing/real/guests.ts'
import { oneThreadEmulator } from '../server/testing/real/one-thread.ts'
import { type RealLibvirtd, startRealLibvirtd } from '../server/testing/real/real-libvirtd.ts'
import { type Domscope, startDomscope } from '../server/testing/start-domscope.ts'
import { openGrid, rowNamed } from './grid-page.ts'
import { expect, test } from './watched-page.ts'

const noDaemon = process.env.DOMSCOPE_NO_DAEMON
const COLUMNS = 'state,name,host,cpuPercent,stealWorstPercent,vcpuOnline,age'
/** vCPUs are asked for as often as the duty allows. */
const SEEN = { timeout: 20_000 }

let daemon: RealLibvirtd
let domscope: Domscope

test.describe(() => {
  test.skip(noDaemon !== undefined, noDaemon ?? '')

  test.beforeAll(async () => {
    test.setTimeout(180_000)
    daemon = await startRealLibvirtd()
    const devices = oneThreadEmulator(daemon.folder)
    await daemon.add(plan('one-thread', { kvm: false, vcpus: 2, load: 'spin', xml: { devices } }))
    await daemon.add(plan('plain', { kvm: false, vcpus: 2, left: 'paused' }))
    const second = `qemu+unix:///system?socket=${daemon.readWriteSocket}`
    domscope = await startDomscope([
      '--connect',
      `first=${daemon.uri}`,
      '--connect',
      `second=${second}`,
      '--duty',
      '50',
    ])
    await domscope.ready()
  })

  test.afterAll(async () => {
    await domscope?.stop()
    await daemon?.stop()
  })

  test('a daemon that two connections lead to counts once, and shows its domains twice [RA60]', async ({ page }) => {
    await openGrid(page, `${domscope.origin}/?cols=${COLUMNS}&sort=name`, 4)
    const strip = page.getByRole('region', { name: 'Totals' })
    await expect(strip).toContainText('1 running', SEEN)
    await expect(strip).toContainText('1 paused', SEEN)
    await expect(strip).toContainText('1 up', SEEN)
    await expect(strip).toContainText(`of ${cpus().length}`, SEEN)
    await expect(page.locator('.grid-count')).toContainText(
      '4 of 4 domains, 2 of them seen twice and counted once',
      SEEN,
    )
    await expect(page.getByRole('gridcell', { name: 'second = first' })).toHaveCount(2)
    const totals = page.locator('[role=row]', { hasText: 'Totals' })
    await expect(totals.getByRole('gridcell').nth(5)).toContainText('4', SEEN)
    await page.goto(`${domscope.origin}/hosts`)
    await expect(page.getByText('the same machine as first: counted once')).toBeVisible()
  })

  test('CPU of a guest whose vCPUs share a thread is that of its process, and says so [RA19]', async ({ page }) => {
    await openGrid(page, `${domscope.origin}/?cols=${COLUMNS}&sort=name&q=first`, 2)
    const row = rowNamed(page, 'one-thread')
    await expect(row).not.toContainText('partial')
    const cpu = row.getByRole('gridcell').nth(3)
    await expect(cpu).toContainText(/[1-9]/, SEEN)
    await expect(cpu).toHaveAttribute('data-process', '')
    await cpu.hover()
    await expect(cpu).toHaveAttribute('title', /process time: the emulator runs all vCPUs in one thread/)
    await row.click()
    await expect(page.getByText('Nothing is known of single vCPUs')).toBeVisible(SEEN)
    await expect(page.getByText('process time').first()).toBeVisible(SEEN)
    await expect(page.getByText(/fill .*of 8\.0 MiB/).first()).toBeVisible(SEEN)
  })
})

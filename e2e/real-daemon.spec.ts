import { STANDARD_GUESTS } from '../server/testing/real/guests.ts'
import { type RealLibvirtd, startRealLibvirtdWith } from '../server/testing/real/real-libvirtd.ts'
import { type Domscope, startDomscope } from '../server/testing/start-domscope.ts'
import { compareVisibleCells, gridOf, intoView, openGrid, rowNamed } from './grid-page.ts'
import { expect, test } from './watched-page.ts'

const noDaemon = process.env.DOMSCOPE_NO_DAEMON
/** A change at the daemon shows in the page within this time. */
const SEEN_MS = 2000
/** vCPUs and disks are asked for as often as the duty allows; this much lets them be asked for every second or two. */
const DUTY = '50'
const COLUMNS = 'state,name,host,cpuPercent,vcpuOnline,diskIops,netRxBps,age'

let daemon: RealLibvirtd
let domscope: Domscope

/**
 * A change that no event tells of is seen with the next monitor call. How soon that is depends on the duty and on how
 * busy the machine is, so this is a limit for something broken, not a promise.
 */
const MONITOR_SEEN_MS = 20_000

test.describe(() => {
  test.skip(noDaemon !== undefined, noDaemon ?? '')

  test.beforeAll(async () => {
    test.setTimeout(180_000)
    daemon = await startRealLibvirtdWith(STANDARD_GUESTS)
    domscope = await startDomscope(['--connect', `real=${daemon.uri}`, '--duty', DUTY])
    await domscope.ready()
  })

  test.afterAll(async () => {
    await domscope?.stop()
    await daemon?.stop()
  })

  test('follows guests of a real libvirtd as they start, stop, pause, change name and grow', async ({ page }) => {
    await openGrid(page, `${domscope.origin}/?cols=${COLUMNS}&sort=name`, STANDARD_GUESTS.length)
    const row = (name: string) => rowNamed(page, name)
    const shows = (name: string, text: string | RegExp) => expect(row(name)).toContainText(text, { timeout: SEEN_MS })

    await shows('почта-01', 'running')
    await shows('paused-01', 'paused')
    await shows('off-01', /shut\s?off/)

    await daemon.virsh('suspend', 'web-02')
    await shows('web-02', 'paused')
    await daemon.virsh('resume', 'web-02')
    await shows('web-02', 'running')
    await daemon.virsh('start', 'off-01')
    await shows('off-01', 'running')
    await daemon.virsh('destroy', 'off-01')
    await shows('off-01', /shut\s?off/)
    await daemon.virsh('domrename', 'off-01', 'renamed-01')
    await expect(row('renamed-01')).toBeVisible({ timeout: SEEN_MS })
    await expect(row('off-01')).toHaveCount(0)

    await daemon.virsh('setvcpus', 'k8s-node-01', '4', '--live')
    const vcpus = row('k8s-node-01').getByRole('gridcell').nth(4)
    await expect(vcpus).toHaveText(/^4\b/, { timeout: MONITOR_SEEN_MS })
    expect((await compareVisibleCells(page)).differences).toEqual([])
  })

  test('shows a disk that is plugged in, in the open panel', async ({ page }) => {
    await openGrid(page, `${domscope.origin}/?cols=${COLUMNS}&sort=name`, STANDARD_GUESTS.length)
    await rowNamed(page, 'build-agent-01').click()
    const search = page.getByRole('searchbox', { name: 'Search typed parameters' })
    // Values that nobody can see are not asked for again.
    await intoView(search)
    await search.fill('block name')
    await expect(page.getByText('block.0.name').first()).toBeVisible()
    await expect(page.getByText('block.1.name')).toHaveCount(0)
    await daemon.virsh('attach-disk', 'build-agent-01', daemon.emptyDisk('extra.img'), 'vdb', '--live')
    await expect(page.getByText('block.1.name').first()).toBeVisible({ timeout: MONITOR_SEEN_MS })
  })

  test('turns rows unknown with their last values when the daemon is killed, and heals when it is back', async ({
    page,
  }) => {
    await openGrid(page, `${domscope.origin}/?cols=${COLUMNS}&sort=name`, STANDARD_GUESTS.length)
    await expect(rowNamed(page, 'web-01')).toContainText('running')
    await daemon.killDaemon()
    await expect(rowNamed(page, 'web-01')).toContainText('unknown', { timeout: SEEN_MS })
    await expect(gridOf(page).getByText('unknown', { exact: true })).toHaveCount(STANDARD_GUESTS.length)
    await daemon.startDaemon()
    await expect(rowNamed(page, 'web-01')).toContainText('running', { timeout: 90_000 })
    expect((await compareVisibleCells(page)).differences).toEqual([])
  })
})

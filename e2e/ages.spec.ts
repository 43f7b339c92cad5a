import path from 'node:path'
import type { Locator, Page } from '@playwright/test'
import { type Sim, startSim } from '../server/sim/start-sim.ts'
import { type Domscope, startDomscope } from '../server/testing/start-domscope.ts'
import { gridOf, openGrid, rowNamed } from './grid-page.ts'
import { expect, test } from './watched-page.ts'

const SIM_ENTRY = path.resolve('dist', 'sim.mjs')
const NO_LOG = { debug() {}, info() {}, warn() {}, error() {} }
/** Whole seconds are rounded down, and a page may show what it painted a moment ago. */
const SLACK_SECONDS = 2
/** Monitor groups of the slow host are this old before anything is read. */
const OLD_MS = 15_000

let sim: Sim
let domscope: Domscope

interface Row {
  readonly host: string
  readonly uuid: string
  readonly name: string
  readonly state: string
  readonly ageMs: number
}

const hosts = async () => {
  const { body } = await domscope.get('/api/v1/hosts')
  return (body as { hosts: { host: string; ageMs: number; monitorAgeMs: number }[] }).hosts
}
const rows = async (query: string) => {
  const { body } = await domscope.get(`/api/v1/domains?${query}`)
  return (body as { rows: Row[] }).rows
}

/** Seconds of an age as the page writes it: `12 s`, `0.4 s`. */
function seconds(text: string): number {
  const found = /([\d.]+)\s*s(?![a-z])/.exec(text.replace(/\s+/g, ' '))
  if (found === null) throw new Error(`no age in ${JSON.stringify(text)}`)
  return Number(found[1])
}

/** What an element shows lies between what the API tells before and after it is read; a busy machine gets several tries. */
async function agrees(element: Locator, told: () => Promise<number>, before = '') {
  await expect(async () => {
    const least = await told()
    const text = (await element.textContent()) ?? ''
    const most = await told()
    const shown = seconds(text.slice(text.indexOf(before)))
    expect(shown).toBeGreaterThan(Math.min(least, most) / 1000 - SLACK_SECONDS)
    expect(shown).toBeLessThan(Math.max(least, most) / 1000 + SLACK_SECONDS)
  }).toPass({ timeout: 30_000 })
}

const timeState = (page: Page) => page.locator('.time-state')
const ageCell = (page: Page, name: string) => rowNamed(page, name).locator('.c.age')
const headerAge = (page: Page) => page.locator('.domain-age')

test.beforeAll(async () => {
  sim = await startSim({ uri: 'sim:?hosts=2&domains=24&seed=3&churn=off&partial=0', entry: SIM_ENTRY, log: NO_LOG })
  const connect = sim.hosts.flatMap(({ name, socket }) => ['--connect', `${name}=qemu+unix:///system?socket=${socket}`])
  domscope = await startDomscope([...connect, '--duty', '50'])
  await domscope.ready()
})

test.afterAll(async () => {
  await domscope?.stop()
  await sim?.stop()
})

test('a host whose monitor groups stand still is as old in column, time state, drill-down and hosts page as in the API', async ({
  page,
}) => {
  const [slow, well] = sim.hosts.map(({ name }) => name)
  await openGrid(page, `${domscope.origin}/?sort=host,name&cols=state,name,host,cpuPercent,age&theme=dark`, 24)
  await expect(timeState(page)).toHaveAttribute('data-state', 'live')
  await sim.control({ host: slow!, op: 'slowMonitor', ms: 600_000 })
  await expect
    .poll(async () => (await hosts()).find(({ host }) => host === slow)!.monitorAgeMs, { timeout: 60_000 })
    .toBeGreaterThan(OLD_MS)

  const all = await rows('sort=name')
  const late = all.find(({ host, state }) => host === slow && state === 'running')!
  const fine = all.find(({ host, state }) => host === well && state === 'running')!
  const laneAge = async (lane: 'ageMs' | 'monitorAgeMs') => (await hosts()).find(({ host }) => host === slow)![lane]
  const behind = () => laneAge('monitorAgeMs')
  const rowAge = (name: string) => async () => (await rows('')).find((row) => row.name === name)!.ageMs

  await agrees(ageCell(page, late.name), rowAge(late.name))
  await agrees(ageCell(page, fine.name), rowAge(fine.name))
  await expect(ageCell(page, late.name)).toHaveClass(/late/)
  await expect(ageCell(page, fine.name)).not.toHaveClass(/late/)
  await ageCell(page, late.name).hover()
  await expect(ageCell(page, late.name)).toHaveAttribute('title', /cpu \d+ s old, kept every .* s, overdue by \d+ s/)

  await expect(timeState(page)).toHaveAttribute('data-state', 'behind')
  await agrees(timeState(page), behind, 'behind')
  await page.screenshot({ path: test.info().outputPath('fleet-dark.png') })

  await rowNamed(page, late.name).click()
  await expect(headerAge(page)).toHaveText(/overdue by/)
  await agrees(headerAge(page), behind)
  await expect(headerAge(page)).toHaveAttribute('title', /overdue by/)
  await page.screenshot({ path: test.info().outputPath('panel-dark.png') })

  await page.goto(`${domscope.origin}/domain?host=${late.host}&uuid=${late.uuid}&theme=light`)
  await expect(headerAge(page)).toHaveText(/overdue by/)
  await agrees(headerAge(page), behind)
  await page.screenshot({ path: test.info().outputPath('domain-light.png') })

  await page.goto(`${domscope.origin}/hosts?theme=light`)
  const lanes = page.locator('tbody').filter({ hasText: slow! }).locator('.lane-age')
  await expect(lanes).toHaveCount(2)
  await agrees(lanes.nth(1), behind)
  await agrees(lanes.nth(0), () => laneAge('ageMs'))
  await expect(lanes.nth(1)).toHaveAttribute('data-level', /[12]/)
  await expect(timeState(page)).toContainText('1 host behind')
  await page.screenshot({ path: test.info().outputPath('hosts-light.png') })

  await openGrid(page, `${domscope.origin}/?sort=-age&cols=state,name,host,cpuPercent,diskIops,age&theme=light`, 24)
  const first = gridOf(page).locator('[role=row][data-row]:visible').first()
  await expect(first).toContainText(slow!)
  await page.screenshot({ path: test.info().outputPath('fleet-light.png') })

  // All hosts behind: now the page itself is stale.
  await sim.control({ host: well!, op: 'slowMonitor', ms: 600_000 })
  await expect(timeState(page)).toHaveAttribute('data-state', 'stale', { timeout: 60_000 })
})

import { readFileSync, writeFileSync } from 'node:fs'
import path from 'node:path'
import type { Page } from '@playwright/test'
import { HOSTILE_NAME_BYTES } from '../server/sim/guest/hostile-names.ts'
import { type RealLibvirtd, startRealLibvirtd } from '../server/testing/real/real-libvirtd.ts'
import { type Domscope, startDomscope } from '../server/testing/start-domscope.ts'
import { afterCommits, compareVisibleCells, gridOf, type HookedWindow, openGrid, waitForRows } from './grid-page.ts'
import { expect, test } from './watched-page.ts'

const noDaemon = process.env.DOMSCOPE_NO_DAEMON

/** Names that tenants could give, as far as libvirt lets them: markup, templates, formulas, invisible and reversing signs. */
const NAMES = [
  '<img src=x onerror=alert(1)>',
  '<script>alert(1)<\u2215script>',
  '"><svg onload=alert(1)>',
  "'onmouseover='alert(1)",
  '<b>bold<\u2215b>',
  '<style>*{display:none}',
  '&lt;i&gt; &amp; &#x3c;',
  'javascript:alert(1)',
  '{{constructor.constructor("alert(1)")()}}',
  // biome-ignore lint/suspicious/noTemplateCurlyInString: a template that must not be one.
  '${alert(1)}',
  '__proto__',
  'constructor',
  'toString',
  '=HYPERLINK("http:evil","x")',
  '+1+1',
  '-2+3',
  '@SUM(A1)',
  '%s%n%d',
  "'; DROP TABLE domains; --",
  '\u202egnp.exe\u202c',
  '\u2066isolate\u2069',
  'zero\u200bwidth\u200djoined',
  '\ufeffmark',
  'e\u0301\u0301\u0301\u0301\u0301\u0301\u0301\u0301 marks',
  '👩‍👩‍👧‍👦 family 🇺🇳',
  'עברית ואנגלית',
  'العربية 123',
  '中文名字',
  'null',
  'undefined',
  'NaN',
  'true',
  '0',
  '   spaces   inside   ',
  'tab\there',
  'soft\u00adhyphen',
  '\u200b',
  '\u3164',
  '\u2800\u2800',
  '\u00a0',
  '\u0301alone',
  'tag\u{e0061}ged',
  '\ue000',
  '"prod',
  ' =1+1',
  `long-${'x'.repeat(240)}`,
]

const escapeXml = (text: string) => text.replace(/[&<>"'\t]/g, (sign) => `&#${sign.charCodeAt(0)};`)

let daemon: RealLibvirtd
let domscope: Domscope

test.describe(() => {
  test.skip(noDaemon !== undefined, noDaemon ?? '')

  test.beforeAll(async () => {
    test.setTimeout(120_000)
    daemon = await startRealLibvirtd()
    const domains = NAMES.map(
      (name) =>
        `<domain type='test'><name>${escapeXml(name)}</name><memory>8192</memory><vcpu>1</vcpu><os><type>hvm</type></os></domain>`,
    )
    const file = path.join(daemon.folder, 'names.xml')
    writeFileSync(file, `<?xml version='1.0' encoding='UTF-8'?><node>${domains.join('')}</node>`)
    const uri = `test+unix://${file}?socket=${daemon.readOnlySocket}`
    domscope = await startDomscope(['--connect', `names=${uri}`])
    await domscope.ready()
  })

  test.afterAll(async () => {
    await domscope?.stop()
    await daemon?.stop()
  })

  test('[T-X1] shows hostile names as text everywhere: grid, panel, filter, link', async ({ page }) => {
    await page.setViewportSize({ width: 1920, height: 1600 })
    await openGrid(page, `${domscope.origin}/?cols=state,name,host,vcpuOnline,age&sort=name`, NAMES.length)
    await afterCommits(page, 1)
    // The store has the names as they are; what could mislead is shown as its code point.
    const { differences } = await compareVisibleCells(page)
    expect(differences.map(({ shown }) => shown.replace(/‹[0-9A-F]{4,5}›/g, '')).sort()).toEqual(
      [
        ...['gnp.exe', 'isolate', 'mark', 'tabhere', 'zerowidthjoined', 'spacesinside', 'softhyphen'],
        ...['', '', '', '', '', 'alone', 'tagged', '=1+1'],
      ].sort(),
    )
    expect(differences.every(({ column, shown }) => column === 'name' && /‹[0-9A-F]{4,5}›/.test(shown))).toBe(true)
    const rows = gridOf(page).locator('[role=row][data-row]:visible')
    await expect(rows).toHaveCount(NAMES.length)
    const elements = () =>
      page.evaluate(
        () => document.querySelectorAll('img, iframe, object, b.injected, style:not([data-precedence])').length,
      )
    const before = await elements()
    for (let index = 0; index < NAMES.length; index++) {
      await rows.nth(index).locator('[role=gridcell]').nth(1).click()
      await expect(page.getByRole('complementary').or(page.locator('aside')).last()).toBeVisible()
      await page.keyboard.press('Escape')
    }
    expect(await elements()).toBe(before)
    for (const name of ['<img src=x', '\u202egnp', 'עברית', '__proto__', '%s%n']) {
      await page.goto(`${domscope.origin}/?q=${encodeURIComponent(`"${name}"`)}`)
      await expect(gridOf(page)).toBeVisible()
    }
  })

  test('[TX1] marks what nobody sees also in the filter box, hints and titles', async ({ page }) => {
    await page.goto(`${domscope.origin}/?cols=name,host&q=${encodeURIComponent('\u200b')}`)
    await waitForRows(page, 2)
    await expect(page.locator('search code')).toHaveText('‹200B›')
    const cell = gridOf(page).getByRole('gridcell').getByText('‹200B›', { exact: true })
    await cell.hover()
    await expect(gridOf(page).locator('[role=gridcell][title*="Name: ‹200B›"]')).toHaveCount(1)
    await cell.click()
    await expect(page.getByRole('complementary').getByRole('heading').first()).toContainText('‹200B›')
    await page.goto(`${domscope.origin}/?q=${encodeURIComponent('\u2060')}`)
    await expect(page.locator('.grid-message')).toContainText('‹2060›')
  })

  test('[TX2] copied rows stay rows and run nothing', async ({ page }) => {
    const copied = async (query: string) => {
      await page.goto(`${domscope.origin}/?cols=name,host&sort=name&q=${encodeURIComponent(query)}`)
      await waitForRows(page, 1)
      return await gridOf(page).evaluate((grid) => {
        grid.focus()
        const clipboardData = new DataTransfer()
        grid.dispatchEvent(new KeyboardEvent('keydown', { key: 'ArrowDown', bubbles: true }))
        document.dispatchEvent(new ClipboardEvent('copy', { clipboardData, bubbles: true, cancelable: true }))
        return clipboardData.getData('text/plain')
      })
    }
    expect(await copied('prod')).toBe('Name\tHost\n"""prod"\tnames')
    expect(await copied('" =1+1"')).toBe("Name\tHost\n' =1+1\tnames")
    expect(await copied('HYPERLINK')).toBe('Name\tHost\n"\'=HYPERLINK(""http:evil"",""x"")"\tnames')
  })

  test('[TX3] the file of the page has a byte order mark, the filter, the order and the columns', async ({ page }) => {
    await page.goto(`${domscope.origin}/?cols=name,vcpuOnline,age&sort=-name&q=${encodeURIComponent('名')}`)
    await waitForRows(page, 1)
    const [download] = await Promise.all([
      page.waitForEvent('download'),
      page.getByRole('link', { name: 'CSV', exact: true }).click(),
    ])
    const text = readFileSync(await download.path(), 'utf8')
    expect([download.suggestedFilename(), text.split('\r\n')[0]]).toEqual([
      'domscope-domains.csv',
      '\ufeffuuid,host,name,id,state,ageMs,vcpuOnline,overdueMs,partial,partialReason',
    ])
    expect(text.split('\r\n').filter((line) => line !== '')).toHaveLength(2)
    expect(text).toContain('中文名字')
  })

  test('[S-13] keeps names exact in JSON and harmless in CSV', async () => {
    const { body } = await domscope.get('/api/v1/domains')
    const told = (body as { rows: { name: string }[] }).rows.map(({ name }) => name)
    expect(told.map((name) => name.trim()).sort()).toEqual(NAMES.map((name) => name.trim()).sort())
    const csv = await (await fetch(`${domscope.origin}/api/v1/domains?format=csv`)).text()
    expect(csv.replaceAll('\r\n', '\n')).not.toMatch(/(^|,)"?[=+@\t\r]/m)
    expect(csv).toContain('HYPERLINK')
  })
})

interface ToldDomain {
  readonly uuid: string
  readonly host: string
  readonly name: string
  readonly state: string
  readonly ageMs: number
}

test.describe('names that no XML can carry', () => {
  const DOMAINS = 80
  /** Names as the API tells them: what is no UTF-8 is replaced, nothing is cut. */
  const DECODED = HOSTILE_NAME_BYTES.map((bytes) => new TextDecoder('utf-8', { ignoreBOM: true }).decode(bytes))
  /** Resident memory that a megabyte of name may not drive the server beyond. */
  const MAX_RSS_KIB = 600 * 1024
  /** No name may put more than this into the page, wherever it shows. */
  const MAX_SHOWN_UNITS = 12_000
  let simulated: Domscope

  test.beforeAll(async () => {
    simulated = await startDomscope([
      '--connect',
      `sim:?hosts=2&domains=${DOMAINS}&seed=9&churn=off&inactive=0&names=hostile`,
    ])
    await simulated.ready()
  })

  test.afterAll(async () => {
    await simulated?.stop()
  })

  async function told(): Promise<readonly ToldDomain[]> {
    const { body } = await simulated.get('/api/v1/domains')
    return (body as { rows: readonly ToldDomain[] }).rows
  }

  const rssKiB = () =>
    Number(/^VmRSS:\s+(\d+) kB/m.exec(readFileSync(`/proc/${simulated.process.pid}/status`, 'utf8'))?.[1])

  /** Longest text of one element and its own text nodes. */
  const longestText = (page: Page) =>
    page.evaluate(() => {
      const walker = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT)
      let longest = document.title.length
      while (walker.nextNode() !== null) {
        if (walker.currentNode.parentElement?.tagName === 'SCRIPT') continue
        longest = Math.max(longest, walker.currentNode.nodeValue?.length ?? 0)
      }
      return longest
    })

  test('[T-X1] [S-13] stay text, short and apart in grid, panel, filter and link, and harm no other row', async ({
    page,
  }) => {
    // Dozens of panels and pages, one after another.
    test.slow()
    await page.setViewportSize({ width: 1920, height: 2600 })
    await openGrid(page, `${simulated.origin}/?cols=state,name,host,cpuPercent,age&sort=host,name`, DOMAINS)
    await afterCommits(page, 2)
    const rows = gridOf(page).locator('[role=row][data-row]:visible')
    await expect(rows).toHaveCount(DOMAINS)
    const { differences, rows: compared } = await compareVisibleCells(page)
    expect(compared).toBe(DOMAINS)
    expect(differences.filter(({ column }) => column !== 'name')).toEqual([])
    expect(differences.length).toBeLessThanOrEqual(HOSTILE_NAME_BYTES.length)
    expect(await longestText(page)).toBeLessThan(MAX_SHOWN_UNITS)
    const stored = await page.evaluate(() => {
      const { rows: all, cell } = (window as unknown as HookedWindow).__domscope!
      return Math.max(...all.map((row) => cell(row, 'name').length))
    })
    // A title and a name, each cut on its way to the browser, and what joins them.
    expect(stored).toBeLessThanOrEqual(1024 + 1024 + 3)

    const hostile = (await told()).filter(({ host, name }) => host === 'sim-01' && DECODED.includes(name))
    expect(hostile).toHaveLength(DECODED.length)
    const panel = page.getByRole('complementary').or(page.locator('aside')).last()
    const places = await page.evaluate((decoded) => {
      const { rows: all, cell } = (window as unknown as HookedWindow).__domscope!
      const starts = decoded.map((name) => name.slice(0, 100))
      return all.flatMap((row, place) => (starts.includes(cell(row, 'name').slice(0, 100)) ? [place] : []))
    }, DECODED)
    expect(places.length).toBeGreaterThan(DECODED.length / 2)
    for (const place of places) {
      await rows.nth(place).locator('[role=gridcell]').nth(1).click()
      await expect(panel).toBeVisible()
      await page.keyboard.press('Escape')
    }
    await page.setViewportSize({ width: 1280, height: 720 })
    // By its link, whoever has the worst of them: the longest, no name, NUL, no UTF-8.
    const worst = hostile.filter(({ name }) => name.length > 200_000 || name === '' || /^(\0|twin-)/.test(name))
    expect(worst.length).toBeGreaterThan(4)
    for (const { uuid, host } of worst) {
      await page.goto(`${simulated.origin}/?open=${uuid}@${host}&theme=dark`)
      await waitForRows(page, DOMAINS)
      await expect(panel).toContainText(/state/i)
      expect(await longestText(page)).toBeLessThan(MAX_SHOWN_UNITS)
    }
    expect(await page.evaluate(() => document.querySelectorAll('img, iframe, object').length)).toBe(0)
  })

  test('[T-X1] can be looked for, by link and in the filter box', async ({ page }) => {
    const counts = [
      ['twin-', 2],
      ['huge-', 1],
      ['"nul\u0000inside"', 1],
      ['surrogates', 1],
      ['onerror', 1],
      ['stacked', 1],
      [`"${'9'.repeat(900)}"`, 1],
    ] as const
    await openGrid(page, simulated.origin, DOMAINS)
    for (const [words, count] of counts) {
      await page.goto(`${simulated.origin}/?q=${encodeURIComponent(words)}`)
      await waitForRows(page, count)
    }
    await openGrid(page, simulated.origin, DOMAINS)
    await page.keyboard.press('/')
    await page.keyboard.type('twin-')
    await waitForRows(page, 2)
  })

  test('[V-3] [V-10] are exact in JSON and harmless in CSV, and the hosts go on within their memory', async () => {
    const before = await told()
    expect(before).toHaveLength(DOMAINS)
    const names = before.filter(({ host }) => host === 'sim-01').map(({ name }) => name)
    // Long texts are compared by what they say, not printed.
    for (const [i, name] of DECODED.entries()) expect(names.includes(name), `name ${i}`).toBe(true)
    for (const { state, ageMs } of before)
      expect([state, ageMs < 30_000]).toEqual([expect.stringMatching(/running|paused/), true])
    const csv = await (await fetch(`${simulated.origin}/api/v1/domains?format=csv`)).text()
    const records = readCsv(csv)
    expect(records).toHaveLength(DOMAINS + 1)
    const width = records[0]!.length
    for (const record of records) expect(record).toHaveLength(width)
    for (const cell of records.flat()) expect(/^[=+@\t\r]/.test(cell) || /^-\D/.test(cell)).toBe(false)
    for (let i = 0; i < 20; i++) await told()
    expect(rssKiB()).toBeLessThan(MAX_RSS_KIB)
    const { body } = await simulated.get('/api/v1/hosts')
    for (const host of (body as { hosts: readonly { state: string; error: unknown; domains: number }[] }).hosts) {
      expect(host).toMatchObject({ state: 'up', error: null, domains: DOMAINS / 2 })
    }
    expect(simulated.process.stderr()).not.toMatch(/"level":"error"/)
  })
})

/** Records of a CSV text by RFC 4180. */
function readCsv(text: string): string[][] {
  const ends = /[,\r\n]/g
  const records: string[][] = []
  let record: string[] = []
  let at = 0
  while (at < text.length) {
    let cell = ''
    if (text[at] === '"') {
      for (at++; ; at++) {
        const end = text.indexOf('"', at)
        cell += text.slice(at, end)
        at = end + 1
        if (text[at] !== '"') break
        cell += '"'
      }
    } else {
      ends.lastIndex = at
      const end = ends.exec(text)?.index ?? text.length
      cell = text.slice(at, end)
      at = end
    }
    record.push(cell)
    if (text[at] === ',') at++
    else {
      at += 2
      records.push(record)
      record = []
    }
  }
  return records
}

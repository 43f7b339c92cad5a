import { writeFileSync } from 'node:fs'
import path from 'node:path'
import { type RealLibvirtd, startRealLibvirtd } from '../server/testing/real-libvirtd.ts'
import { type Domscope, startDomscope } from '../server/testing/start-domscope.ts'
import { afterCommits, compareVisibleCells, gridOf, openGrid } from './grid-page.ts'
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
    expect(differences.map(({ shown }) => shown.replace(/‹[0-9A-F]{4}›/g, '')).sort()).toEqual(
      ['gnp.exe', 'isolate', 'mark', 'tabhere'].sort(),
    )
    expect(differences.every(({ column, shown }) => column === 'name' && /‹[0-9A-F]{4}›/.test(shown))).toBe(true)
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

  test('[S-13] keeps names exact in JSON and harmless in CSV', async () => {
    const { body } = await domscope.get('/api/v1/domains')
    const told = (body as { rows: { name: string }[] }).rows.map(({ name }) => name)
    expect(told.map((name) => name.trim()).sort()).toEqual(NAMES.map((name) => name.trim()).sort())
    const csv = await (await fetch(`${domscope.origin}/api/v1/domains?format=csv`)).text()
    expect(csv.replaceAll('\r\n', '\n')).not.toMatch(/(^|,)"?[=+@\t\r]/m)
    expect(csv).toContain('HYPERLINK')
  })
})

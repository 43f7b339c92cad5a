import { createRequire } from 'node:module'
import type { Page } from '@playwright/test'
import type { AxeResults } from 'axe-core'

const AXE = createRequire(import.meta.url).resolve('axe-core/axe.min.js')

/** The rules of accessibility that the page breaks, each with the first element. Needs `bypassCSP`. */
export async function violations(page: Page): Promise<string[]> {
  await page.addScriptTag({ path: AXE }).catch(() => undefined)
  const results = await page.evaluate(() => (window as unknown as { axe: { run(): Promise<AxeResults> } }).axe.run())
  return results.violations.map(
    ({ id, help, nodes }) => `${id}: ${help}; ${nodes.length}×, first ${nodes[0]?.html} ${nodes[0]?.failureSummary}`,
  )
}

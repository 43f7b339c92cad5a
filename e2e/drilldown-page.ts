import type { Locator, Page } from '@playwright/test'
import { intoView } from './grid-page.ts'
import { expect } from './watched-page.ts'

/** A chart of the drill-down by its id, such as `cpu-steal` or `disk:vda-iops`. */
export const chartOf = (page: Page, id: string) => page.locator(`[data-chart="${id}"]`)

/** One line of a chart in numbers, in the smallest unit; NaN is unknown. */
export interface SeriesNumbers {
  readonly now: number
  readonly least: number
  readonly greatest: number
  readonly mean: number
}

/** What the text alternative of a chart tells of one line over the time that is shown. */
export async function numbersOf(page: Page, chart: string, label: string): Promise<SeriesNumbers> {
  const figure = chartOf(page, chart)
  // What cannot be seen is neither drawn nor summed up.
  await intoView(figure)
  const row = figure.getByRole('row').filter({ has: page.getByRole('rowheader', { name: label, exact: true }) })
  const [now = '', least = '', greatest = '', mean = ''] = await row.getByRole('cell').allTextContents()
  return { now: amountOf(now), least: amountOf(least), greatest: amountOf(greatest), mean: amountOf(mean) }
}

const SCALES: Readonly<Record<string, number>> = {
  '%': 1,
  cores: 1,
  req: 1,
  '/s': 1,
  'k/s': 1e3,
  'M/s': 1e6,
  'B/s': 1,
  'KiB/s': 1024,
  'MiB/s': 1024 ** 2,
  'GiB/s': 1024 ** 3,
  'bit/s': 1 / 8,
  'kbit/s': 1e3 / 8,
  'Mbit/s': 1e6 / 8,
  ns: 1,
  µs: 1e3,
  ms: 1e6,
  s: 1e9,
}

/** `1.2 k/s` as 1200. Times are in ns, amounts of data in bytes, also where bits are shown. NaN where none is shown. */
export function amountOf(text: string): number {
  if (text === '–' || text === '') return Number.NaN
  const [number = '', unit = ''] = text.replace('\u2212', '-').split(/\s+/)
  const scale = number === '0' && unit === '' ? 1 : SCALES[unit]
  if (scale === undefined) throw new Error(`no such unit: ${text}`)
  return Number(number) * scale
}

/** The texts of the cells of one vCPU in the table, by the heading of their column; null when it has no such row. */
export async function vcpuRow(page: Page, vcpu: string): Promise<Readonly<Record<string, string>> | null> {
  const table = page.getByRole('table', { name: 'vCPUs' })
  await intoView(table)
  const row = table.getByRole('row').filter({ has: page.getByRole('button', { name: `Lines of vCPU ${vcpu}` }) })
  if ((await row.count()) === 0) return null
  const headings = await table.getByRole('columnheader').allTextContents()
  const cells = await row.getByRole('cell').allTextContents()
  return Object.fromEntries(headings.map((heading, index) => [heading.replace(/ [▾▴]$/, ''), cells[index] ?? '']))
}

/** A mark of a chart, of one kind. */
export const marksOf = (chart: Locator, kind: 'event' | 'reset') => chart.locator(`.mark.${kind}`)

/** Points at each mark of a chart in turn and gives back what the tooltips call them. */
export async function marksToldBy(page: Page, id: string): Promise<readonly string[]> {
  const chart = chartOf(page, id)
  await intoView(chart)
  const told = new Set<string>()
  for (const kind of ['event', 'reset'] as const) {
    const lines = (await marksOf(chart, kind).getAttribute('d')) ?? ''
    const places = [...lines.matchAll(/M([\d.]+) ([\d.]+)v([\d.]+)/g)].map((match) => match.slice(1).map(Number))
    const box = (await chart.locator('svg.recharts-surface').first().boundingBox())!
    for (const [x = 0, top = 0, height = 0] of places) {
      await page.mouse.move(box.x + x, box.y + top + height / 2)
      await expect(chart.locator('.chart-tooltip')).toBeVisible()
      for (const text of await chart.locator('.tooltip-mark').allTextContents()) told.add(text)
    }
  }
  await page.mouse.move(0, 0)
  return [...told]
}

/**
 * How long ago the newest stretch of a line began, in s, by the picture of the live range; all of it when the line has
 * no gap. Counting stretches would not do: old ones leave at the left while new ones come.
 */
export async function newestStretchAge(page: Page, chart: string, line = 0): Promise<number> {
  await intoView(chartOf(page, chart))
  return await chartOf(page, chart).evaluate((figure, index) => {
    const path = figure.querySelectorAll('.series-line')[index]?.getAttribute('d') ?? ''
    const begins = path
      .split('M')
      .pop()!
      .split(/[ ,LH]/)[0]!
    const grid = figure.querySelector('.recharts-cartesian-grid-horizontal line')!
    const [left, right] = ['x1', 'x2'].map((name) => Number(grid.getAttribute(name)))
    const span = -Number(document.querySelector('.time-cursor')!.getAttribute('aria-valuemin'))
    return (span * (right! - Number(begins))) / (right! - left!)
  }, line)
}

import { existsSync } from 'node:fs'
import type { Browser, CDPSession } from '@playwright/test'
import { serveCharts } from '../browser/charts-server.ts'
import { atMost, type BenchOptions, type BenchRow, measure, type RowResult, told } from '../row.ts'
import { median } from '../timing.ts'

const CHROMIUM = ['/usr/bin/chromium', '/usr/bin/chromium-browser', '/usr/bin/google-chrome']
const FLAGS = [
  '--no-sandbox',
  '--disable-gpu',
  '--disable-background-networking',
  '--disable-component-update',
  '--no-first-run',
]
const VIEWPORT = { width: 1920, height: 1080 }
const SETTLE_MS = 4_000
const WINDOW_SECONDS = 4

export const chartsRow: BenchRow = { name: 'charts', title: 'The charts of an open domain', run }

/** Main-thread CPU of a tick, ms: everything, and script alone. */
interface TickCost {
  readonly tick: number[]
  readonly script: number[]
}

async function run({ quick }: BenchOptions): Promise<RowResult> {
  const windows = quick ? 2 : 6
  const { port, stop } = await serveCharts()
  const { chromium } = await import('@playwright/test')
  const executablePath = CHROMIUM.find((file) => existsSync(file))
  const browser = await chromium.launch({ args: FLAGS, ...(executablePath === undefined ? {} : { executablePath }) })
  const cost = (query: string) => costOf(browser, `http://127.0.0.1:${port}/?${query}`, windows)
  try {
    const own = await cost('draw=own')
    const plain = await cost('draw=recharts')
    const uplot = await cost('draw=uplot')
    const strip = await cost('draw=strip&vcpus=512')
    return resultOf(own, plain, uplot, strip)
  } finally {
    await browser.close()
    stop()
  }
}

function resultOf(own: TickCost, plain: TickCost, uplot: TickCost, strip: TickCost): RowResult {
  return {
    name: chartsRow.name,
    title: '12 charts × 2 series × 300 points, and a strip of 512 vCPUs × 300 columns',
    setting:
      'A page with the charts at 560 × 150 pixels in Chromium without a GPU; a point for every series once a second, the axis ends now. CPU of the main thread (thread ticks of the DevTools protocol), style, layout and paint included. The three ways of drawing have the same data, size, axes and length; production build, no animation, no dots.',
    measures: [
      measure('tick, axes by Recharts, series straight from columns', 'ms', own.tick),
      measure('tick, the same, script alone', 'ms', own.script),
      measure('tick, plain Recharts lines', 'ms', plain.tick),
      measure('tick, uPlot', 'ms', uplot.tick),
      measure('tick, strip', 'ms', strip.tick),
      measure('tick, strip, script alone', 'ms', strip.script),
    ],
    claims: [
      atMost('tick of 12 charts', 'ms', own.tick, 10),
      atMost('tick of the strip', 'ms', strip.tick, 5),
      told('plain Recharts lines against ours', '×', [median(plain.tick) / median(own.tick)]),
      told('uPlot against ours', '×', [median(uplot.tick) / median(own.tick)]),
    ],
    remarks: [
      'Ours also writes the values in the legends, marks events, and renews the table for screen readers every five seconds; uPlot draws on a canvas and has none of these.',
      'A change of the value axis renders its labels anew; it happens rarely, and is in the spread.',
    ],
  }
}

async function costOf(browser: Browser, url: string, windows: number): Promise<TickCost> {
  const page = await browser.newPage({ viewport: VIEWPORT })
  try {
    await page.goto(url)
    await page.waitForSelector('path.series-line[d*=L], path.recharts-line-curve, .uplot canvas, .heat-plot canvas', {
      state: 'attached',
    })
    const session = await page.context().newCDPSession(page)
    await session.send('Performance.enable', { timeDomain: 'threadTicks' })
    await page.waitForTimeout(SETTLE_MS)
    const tick: number[] = []
    const script: number[] = []
    for (let i = 0; i < windows; i++) {
      const before = await metrics(session)
      await page.waitForTimeout(WINDOW_SECONDS * 1000)
      const after = await metrics(session)
      tick.push((after.task - before.task) / WINDOW_SECONDS)
      script.push((after.script - before.script) / WINDOW_SECONDS)
    }
    return { tick, script }
  } finally {
    await page.close()
  }
}

async function metrics(session: CDPSession): Promise<{ task: number; script: number }> {
  const { metrics: list } = await session.send('Performance.getMetrics')
  const ms = (name: string) => (list.find((metric) => metric.name === name)?.value ?? 0) * 1000
  return { task: ms('TaskDuration'), script: ms('ScriptDuration') }
}

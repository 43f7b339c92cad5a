import type { Page } from '@playwright/test'
import { launchBrowser, VIEWPORT } from '../browser/launch.ts'
import type { ReplyServerInput, ReplyServerReady } from '../child/reply-server.ts'
import { startService } from '../child/start-child.ts'
import { atMost, type BenchOptions, type BenchRow, measure, type RowResult, told } from '../row.ts'

const DOMAINS = 10_000
const SETTLE_MS = 6_000
/** A paint later than this after a reply belongs to the next one. */
const NEXT_REPLY_MS = 800

export const paintRow: BenchRow = {
  name: 'paint',
  title: 'From a reply to the screen',
  run,
}

async function run({ quick }: BenchOptions): Promise<RowResult> {
  const delays = await measureDelays(quick ? 10 : 90)
  const sorted = [...delays].sort((a, b) => a - b)
  const p95 = sorted[Math.ceil(sorted.length * 0.95) - 1] ?? Number.NaN
  return {
    name: paintRow.name,
    title: `From a reply to the screen, ${DOMAINS.toLocaleString('en')} domains at ${VIEWPORT.width} × ${VIEWPORT.height}`,
    setting:
      'Four hosts of 2,500 domains and 63 fields answer once a second, one after another, 30 % of the domains busy. The clock starts when a reply of the first host is in memory and not decoded yet, and stops in the page in the first task after the animation frame in which its values were written to the rows: style, layout and paint are done then. Server and page are on one machine.',
    measures: [measure('reply received to painted', 'ms', delays)],
    claims: [
      atMost('reply received to painted, 95 of 100', 'ms', [p95], 150),
      told('reply received to painted, longest', 'ms', [sorted.at(-1) ?? Number.NaN]),
    ],
    remarks: [
      'In it: decoding, derivation, the wait for the commit (50 ms at most), encoding, the socket, applying the frame, the wait for an animation frame, painting. Not in it: the way of the pixels to the screen.',
      'Wall time on a machine of two cores that are also the browser: load beside it shows at once.',
    ],
  }
}

async function measureDelays(replies: number): Promise<number[]> {
  const input: ReplyServerInput = { domains: DOMAINS }
  const service = await startService<ReplyServerReady>('reply-server', input)
  const browser = await launchBrowser()
  try {
    const page = await browser.newPage({ viewport: VIEWPORT })
    await page.goto(`http://127.0.0.1:${service.ready.port}/?sort=name`)
    await page.waitForSelector('[role=grid] [role=row][data-row]', { timeout: 30_000 })
    await page.waitForTimeout(SETTLE_MS)
    await watchPaints(page)
    const watchedFrom = Date.now()
    await page.waitForTimeout((replies + 2) * 1000)
    const painted = await page.evaluate(() => (window as unknown as PaintWatch).paintsOfBench)
    const answer = await fetch(`http://127.0.0.1:${service.ready.stampPort}/`)
    // Written by the reply server of the bench.
    const stamps = (await answer.json()) as number[]
    return delaysOf(stamps.filter((stamp) => stamp > watchedFrom).slice(0, replies), painted)
  } finally {
    await browser.close()
    await service.stop()
  }
}

/** @throws {@link Error} when a reply was not painted before the next one. */
function delaysOf(stamps: readonly number[], painted: readonly number[]): number[] {
  return stamps.map((stamp) => {
    const delay = (painted.find((at) => at > stamp) ?? Number.POSITIVE_INFINITY) - stamp
    if (delay > NEXT_REPLY_MS) throw new Error('a reply was not painted before the next one')
    return delay
  })
}

interface PaintWatch {
  /** When rows were painted with other values, in ms since 1970. */
  paintsOfBench: number[]
}

/** Notes in the page when values of rows were painted. Ages do not count: they move by themselves. */
function watchPaints(page: Page): Promise<void> {
  return page.evaluate(() => {
    const watch = window as unknown as PaintWatch
    watch.paintsOfBench = []
    const grid = document.querySelector('[role=grid]')
    if (grid === null) throw new Error('no grid')
    const { port1, port2 } = new MessageChannel()
    port1.onmessage = () => watch.paintsOfBench.push(performance.timeOrigin + performance.now())
    const isValue = ({ target }: MutationRecord) =>
      target.parentElement?.closest('[data-row] [role=gridcell]:not(.age)') != null
    // Called at the end of the painter's animation frame; the message comes after the browser's own work on the frame.
    new MutationObserver((changes) => {
      if (changes.some(isValue)) port2.postMessage(null)
    }).observe(grid, { characterData: true, subtree: true })
  })
}

import type { CDPSession, Page } from '@playwright/test'
import { launchBrowser, VIEWPORT } from '../browser/launch.ts'
import type { PageServerInput, PageServerReady } from '../child/page-server.ts'
import { type Service, startService } from '../child/start-child.ts'
import { atMost, type BenchOptions, type BenchRow, measure, type RowResult, told } from '../row.ts'
import { median } from '../timing.ts'

const SETTLE_MS = 4_000
const SCROLL_PX_PER_SECOND = 3_000
const SCROLL_PX = 9_000

export const browserRow: BenchRow = {
  name: 'browser',
  title: 'The page',
  run,
}

/** Main-thread CPU of a page, ms. */
interface PageCost {
  /** By tick of a second: everything, and script alone. */
  readonly tick: number[]
  readonly script: number[]
  /** Style and layout. */
  readonly layout: number[]
  /** By frame while scrolling. */
  readonly scroll: number[]
  /** Frames painted in a second while scrolling. */
  readonly framesPerSecond: number[]
  readonly rows: number
  readonly cells: number
  /** Share of the cells whose text changed in a tick. */
  readonly changed: number
}

async function run({ quick }: BenchOptions): Promise<RowResult> {
  const small = 10_000
  const large = quick ? 20_000 : 100_000
  const few = await measurePages(small, quick, true)
  const many = await measurePages(large, quick, false)
  const { domscope, table } = few
  if (table === null) throw new Error('the baseline was not measured')
  const label = (domains: number) => `${domains.toLocaleString('en')} domains`
  const overLarge = median(many.domscope.scroll) / median(domscope.scroll)
  return {
    name: browserRow.name,
    title: `A tick and scrolling at ${VIEWPORT.width} × ${VIEWPORT.height}`,
    setting: `The built pages in Chromium without a GPU, one commit a second, 30 % of the cells changed. CPU of the page's main thread (thread ticks of the DevTools protocol), style, layout and paint included. The baseline is a plain React table of as many rows and columns: objects for rows, JSON in, only visible rows rendered.`,
    measures: [
      measure(`tick, ${label(small)}`, 'ms', domscope.tick),
      measure(`tick, script alone, ${label(small)}`, 'ms', domscope.script),
      measure(`tick, style and layout, ${label(small)}`, 'ms', domscope.layout),
      measure(`tick, ${label(large)}`, 'ms', many.domscope.tick),
      measure(`tick, React table, ${label(small)}`, 'ms', table.tick),
      measure(`tick, React table, script alone, ${label(small)}`, 'ms', table.script),
      measure(`tick, React table, style and layout, ${label(small)}`, 'ms', table.layout),
      measure(`scroll, a frame, ${label(small)}`, 'ms', domscope.scroll),
      measure(`scroll, a frame, ${label(large)}`, 'ms', many.domscope.scroll),
      measure(`scroll, a frame, React table, ${label(small)}`, 'ms', table.scroll),
      measure('frames a second while scrolling', 'fps', domscope.framesPerSecond),
      measure('frames a second while scrolling, React table', 'fps', table.framesPerSecond),
    ],
    claims: [
      atMost(`tick, ${label(small)}`, 'ms', domscope.tick, 14),
      atMost(`tick, script alone, ${label(small)}`, 'ms', domscope.script, 2),
      atMost(`scroll, a frame, ${label(small)}`, 'ms', domscope.scroll, 6),
      atMost(`scroll, a frame, ${label(large)}`, 'ms', many.domscope.scroll, 6),
      atMost(`scroll, ${label(large)} against ${label(small)}`, '×', [overLarge], 1.2),
      told('tick of the React table, against Domscope', '×', [median(table.tick) / median(domscope.tick)]),
      told('scrolling the React table, a frame, against Domscope', '×', [
        median(table.scroll) / median(domscope.scroll),
      ]),
    ],
    remarks: [
      `On the screen: ${domscope.rows} rows, ${domscope.cells} cells, of which ${(100 * domscope.changed).toFixed(0)} % changed their text in a tick; React table: ${table.rows} rows, ${table.cells} cells, ${(100 * table.changed).toFixed(0)} %.`,
      'Domains are sorted by name on both sides, so that rows keep their places. Sorted by a value that moves, the calm order moves rows every five seconds.',
      'The React table has no sparklines, bars, totals, ages or order to keep.',
      'Scrolling goes on at 3,000 px/s while commits come in; the cost of a commit is in the frames.',
    ],
  }
}

async function measurePages(domains: number, quick: boolean, withTable: boolean) {
  const input: PageServerInput = { domains }
  const service = await startService<PageServerReady>('page-server', input)
  try {
    return await withBrowser(async (open) => measureBoth(service, open, quick, withTable))
  } finally {
    await service.stop()
  }
}

async function measureBoth(service: Service<PageServerReady>, open: OpenPage, quick: boolean, withTable: boolean) {
  const { port, tablePort } = service.ready
  const own = await open(
    `http://127.0.0.1:${port}/?sort=name`,
    '[role=grid]',
    '[role=row][data-row]',
    '[role=gridcell]',
  )
  const domscope = await measurePage(own, quick)
  await own.page.close()
  if (!withTable) return { domscope, table: null }
  const url = `http://127.0.0.1:${tablePort}/?rows=${domscope.rows}`
  const other = await open(url, '#scroller', 'tr', 'td')
  const table = await measurePage(other, quick)
  await other.page.close()
  return { domscope, table }
}

/** A page under measurement: who scrolls in it, and what its rows and cells are. */
interface Subject {
  readonly page: Page
  readonly session: CDPSession
  readonly scroller: string
  readonly row: string
  readonly cell: string
}

type OpenPage = (url: string, scroller: string, row: string, cell: string) => Promise<Subject>

async function withBrowser<T>(work: (open: OpenPage) => Promise<T>): Promise<T> {
  const browser = await launchBrowser()
  try {
    return await work(async (url, scroller, row, cell) => {
      const page = await browser.newPage({ viewport: VIEWPORT })
      await page.goto(url)
      await page.waitForSelector(`${scroller} ${row}`, { timeout: 30_000 })
      const session = await page.context().newCDPSession(page)
      await session.send('Performance.enable', { timeDomain: 'threadTicks' })
      await page.waitForTimeout(SETTLE_MS)
      return { page, session, scroller, row, cell }
    })
  } finally {
    await browser.close()
  }
}

async function measurePage(subject: Subject, quick: boolean): Promise<PageCost> {
  const { rows, cells } = await visible(subject)
  const changed = await changedShare(subject)
  const tick: number[] = []
  const script: number[] = []
  const layout: number[] = []
  const windowSeconds = quick ? 2 : 4
  for (let i = 0; i < (quick ? 2 : 5); i++) {
    const before = await metrics(subject.session)
    await subject.page.waitForTimeout(windowSeconds * 1000)
    const after = await metrics(subject.session)
    tick.push((after.task - before.task) / windowSeconds)
    script.push((after.script - before.script) / windowSeconds)
    layout.push((after.layout - before.layout) / windowSeconds)
  }
  const scroll: number[] = []
  const framesPerSecond: number[] = []
  for (let i = 0; i < (quick ? 2 : 4); i++) {
    const { ms, frames, seconds } = await scrollOnce(subject, i % 2 === 0 ? 1 : -1)
    scroll.push(ms / frames)
    framesPerSecond.push(frames / seconds)
  }
  return { tick, script, layout, scroll, framesPerSecond, rows, cells, changed }
}

async function metrics(session: CDPSession): Promise<{ task: number; script: number; layout: number }> {
  const { metrics: list } = await session.send('Performance.getMetrics')
  const ms = (name: string) => (list.find((metric) => metric.name === name)?.value ?? 0) * 1000
  return {
    task: ms('TaskDuration'),
    script: ms('ScriptDuration'),
    layout: ms('LayoutDuration') + ms('RecalcStyleDuration'),
  }
}

/** Rows and cells within the scroller's own frame. */
function visible({ page, scroller, row, cell }: Subject): Promise<{ rows: number; cells: number }> {
  return page.evaluate(
    ([scrollerOf, rowOf, cellOf]) => {
      const frame = document.querySelector(scrollerOf)?.getBoundingClientRect()
      if (frame === undefined) throw new Error(`no ${scrollerOf}`)
      const shown = [...document.querySelectorAll<HTMLElement>(`${scrollerOf} ${rowOf}`)].filter((element) => {
        const { top, bottom, height } = element.getBoundingClientRect()
        return height > 0 && bottom > frame.top && top < frame.bottom
      })
      return { rows: shown.length, cells: shown.reduce((sum, one) => sum + one.querySelectorAll(cellOf).length, 0) }
    },
    [scroller, row, cell] as const,
  )
}

/** Share of the cells whose text changes in a second; rows beyond the edges count, they are painted too. */
function changedShare({ page, scroller, cell }: Subject): Promise<number> {
  const watchMs = 4_000
  return page.evaluate(
    async ([scrollerOf, cellOf, ms]) => {
      const root = document.querySelector(scrollerOf)
      if (root === null) throw new Error(`no ${scrollerOf}`)
      const texts = () => [...root.querySelectorAll(cellOf)].map((one) => one.textContent)
      let before = texts()
      let changes = 0
      const began = performance.now()
      while (performance.now() < began + ms) {
        await new Promise((resolve) => setTimeout(resolve, 500))
        const now = texts()
        now.forEach((text, i) => {
          if (text !== before[i]) changes++
        })
        before = now
      }
      return changes / before.length / ((performance.now() - began) / 1000)
    },
    [scroller, cell, watchMs] as const,
  )
}

async function scrollOnce({ page, session, scroller }: Subject, direction: 1 | -1) {
  const box = await page.locator(scroller).boundingBox()
  if (box === null) throw new Error(`${scroller} is not on the screen`)
  const framesBefore = await framesOf(page)
  const before = await metrics(session)
  const began = performance.now()
  await session.send('Input.synthesizeScrollGesture', {
    x: Math.round(box.x + box.width / 2),
    y: Math.round(box.y + box.height / 2),
    yDistance: -direction * SCROLL_PX,
    speed: SCROLL_PX_PER_SECOND,
    gestureSourceType: 'mouse',
  })
  const seconds = (performance.now() - began) / 1000
  const after = await metrics(session)
  const frames = (await framesOf(page)) - framesBefore
  if (frames < 1) throw new Error('no frame was painted while scrolling')
  await page.waitForTimeout(1000)
  return { ms: after.task - before.task, frames, seconds }
}

/** Frames since the first question: the page counts them from then on. */
function framesOf(page: Page): Promise<number> {
  return page.evaluate(() => {
    const counter = window as unknown as { framesOfBench?: number }
    if (counter.framesOfBench !== undefined) return counter.framesOfBench
    counter.framesOfBench = 0
    const count = () => {
      counter.framesOfBench = (counter.framesOfBench ?? 0) + 1
      requestAnimationFrame(count)
    }
    requestAnimationFrame(count)
    return 0
  })
}

// `npx playwright test --project=soak`: a wall that is fed for long holds no more than at its start. DOMSCOPE_SOAK_FRAMES
// says how many frames; 3,000 take about five minutes.
import type { CDPSession } from '@playwright/test'
import { expect, test } from './watched-page.ts'

const FRAMES = Number(process.env.DOMSCOPE_SOAK_FRAMES ?? 3000)
/** Before the first look everything that is made once is there: code, caches, both pictures, the list of events. */
const WARM_UP = 120
/** T-W2: 2 MB for each 10,000 frames, and what one look differs from the next by. */
const HEAP_PER_FRAME = 200
const HEAP_NOISE = 600_000

async function held(session: CDPSession) {
  for (let i = 0; i < 3; i++) await session.send('HeapProfiler.collectGarbage')
  const { metrics } = await session.send('Performance.getMetrics')
  const { nodes, jsEventListeners } = await session.send('Memory.getDOMCounters')
  return { heap: metrics.find(({ name }) => name === 'JSHeapUsedSize')?.value ?? Number.NaN, nodes, jsEventListeners }
}

test(`[T-W2] heap, nodes and listeners stay as they were over ${FRAMES} frames`, async ({ page, launch }) => {
  test.setTimeout(60_000 + FRAMES * 1000)
  const domscope = await launch(['--connect', 'sim:?hosts=6&domains=600&seed=7', '--interval', '200'])
  await domscope.ready()
  let frames = 0
  page.on('websocket', (socket) => socket.on('framereceived', () => void frames++))
  await page.goto(`${domscope.origin}/wall?cycle=5&panels2=heat:steal,top:rx,events&cycle2=5`)
  const session = await page.context().newCDPSession(page)
  await session.send('Performance.enable')
  const until = (wanted: number) =>
    expect.poll(() => frames, { timeout: 60_000 + wanted * 1000 }).toBeGreaterThanOrEqual(wanted)
  await until(WARM_UP)
  const before = await held(session)
  await until(WARM_UP + FRAMES)
  const after = await held(session)
  expect(after.jsEventListeners).toBeLessThanOrEqual(before.jsEventListeners + 2)
  expect(after.nodes).toBeLessThanOrEqual(before.nodes + 150)
  expect(after.heap - before.heap).toBeLessThan(HEAP_NOISE + HEAP_PER_FRAME * FRAMES)
})

import type { Feed } from '../live/live-fleet.ts'

const SECOND_MS = 1000
/** Frames come a little unevenly: one that is this early still counts for its second. */
const EARLY_MS = 120
/** The clock takes over when frames stay away for so long. */
const SILENCE_MS = 1500

/**
 * Runs `job` now, then once a second in an animation frame: in that of the grid if a frame came from the server, so that
 * the page is painted once for both.
 *
 * @returns The undo.
 */
export function eachSecond(feed: Feed, job: () => void): () => void {
  let ranAt = performance.now()
  let framedAt = ranAt
  let frame = 0
  const run = (now: number): void => {
    ranAt = now
    // Asked for after all painters have asked: they read the layout, which is cheap only before `job` writes.
    queueMicrotask(() => {
      cancelAnimationFrame(frame)
      frame = requestAnimationFrame(job)
    })
  }
  job()
  const unfollow = feed.onFrame(() => {
    framedAt = performance.now()
    if (framedAt - ranAt >= SECOND_MS - EARLY_MS) run(framedAt)
  })
  const timer = setInterval(() => {
    const now = performance.now()
    if (now - framedAt >= SILENCE_MS) run(now)
  }, SECOND_MS)
  return () => {
    unfollow()
    clearInterval(timer)
    cancelAnimationFrame(frame)
  }
}

import type { WallChoice } from '../../lib/view/wall/wall-link.ts'
import type { Feed } from '../live/live-fleet.ts'
import { eachSecond } from '../shell/each-second.ts'
import { careForWall } from './self-care.ts'
import { ServerClock } from './server-clock.ts'
import { keepAwake } from './wake-lock.ts'
import { WallScreen } from './wall-screen.ts'

/** How long a notice about the screen itself stands after the start. */
const NOTICE_MS = 10 * 60_000
/** A picture that is about to change makes no quiet second. */
const TURNING_MS = 2000
/** Frames come a little unevenly: one that is this early still counts for its tick. */
const EARLY_MS = 150

export interface WallHooks {
  readonly reload: () => void
  readonly random: () => number
}

/** Runs a wall in an element until the undo. */
export function attachWall(
  root: HTMLElement,
  feed: Feed,
  choice: WallChoice,
  problems: readonly string[],
  hooks: WallHooks,
): { readonly screen: WallScreen; readonly detach: () => void } {
  const clock = new ServerClock()
  const startedAt = performance.now()
  const screen = new WallScreen(root, feed, clock, choice, startedAt)
  for (const [index, problem] of problems.entries()) screen.notices.say(`link-${index}`, problem)
  const follow = paintWall(screen, root, feed)
  const undos = [
    follow,
    keepAwake(document, navigator, (why) => screen.notices.say('awake', why, performance.now() + NOTICE_MS)),
    careForWall({ feed, clock, isQuiet: () => screen.isFresh && screen.leftMs > TURNING_MS, ...hooks }),
  ]
  return { screen, detach: () => undos.forEach((undo) => void undo()) }
}

/** Paints once a second, or more seldom where that takes too long; returns the undo. */
export function paintWall(screen: WallScreen, root: HTMLElement, feed: Feed): () => void {
  const measure = (): void => {
    const frame = root.parentElement ?? root
    screen.resize({ widthPx: frame.clientWidth, heightPx: frame.clientHeight })
  }
  let paintedAt = Number.NEGATIVE_INFINITY
  const paint = (): void => {
    const now = performance.now()
    if (now - paintedAt < screen.pace.intervalMs - EARLY_MS) return
    paintedAt = now
    screen.paint(now)
    screen.pace.painted(performance.now() - now)
    const slow = screen.pace.isSlow ? 'This browser is slow: the screen is painted more seldom.' : null
    screen.notices.say('slow', slow)
  }
  const observer = new ResizeObserver(() => {
    measure()
    paintedAt = Number.NEGATIVE_INFINITY
    paint()
  })
  measure()
  observer.observe(root.parentElement ?? root)
  const stop = eachSecond(feed, paint)
  return () => {
    observer.disconnect()
    stop()
  }
}

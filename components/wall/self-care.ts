import { ReloadPlan } from '../../lib/view/wall/reload-plan.ts'
import type { Feed } from '../live/live-fleet.ts'
import { readApi } from '../ui/api.ts'
import type { ServerClock } from './server-clock.ts'

const STEP_MS = 1000
/** How often the server is asked for its time. */
const CLOCK_MS = 60_000
/** A server that refused this screen is asked again after so long: it may have been changed meanwhile. */
const REFUSED_MS = 30_000

interface HealthAnswer {
  /** ISO 8601. */
  readonly time: string
}

export interface SelfCareOptions {
  readonly feed: Feed
  readonly clock: ServerClock
  /** Whether nothing is about to change on the screen, and what it shows is now. */
  readonly isQuiet: () => boolean
  readonly reload: () => void
  /** In [0, 1). */
  readonly random: () => number
}

/** Keeps a wall going that nobody touches: the server's clock, new builds, the night's reload, refusals. Returns the undo. */
export function careForWall({ feed, clock, isQuiet, reload, random }: SelfCareOptions): () => void {
  const controller = new AbortController()
  const { signal } = controller
  const plan = new ReloadPlan(performance.now(), random)
  let errors = 0
  let clockAskedAt = Number.NEGATIVE_INFINITY
  let refusedAt: number | null = null
  const count = (): void => void errors++
  window.addEventListener('error', count, { signal })
  window.addEventListener('unhandledrejection', count, { signal })

  const ask = async (): Promise<boolean> => {
    const askedAt = performance.now()
    clockAskedAt = askedAt
    try {
      const { time } = await readApi<HealthAnswer>('/healthz', signal)
      const wall = Date.parse(time)
      if (Number.isFinite(wall)) clock.note(wall, askedAt, performance.now())
      return true
    } catch {
      // The banner says that the server is gone; the next try is due by itself.
      return false
    }
  }
  const probe = async (): Promise<void> => {
    if (await ask()) plan.answered(performance.now())
  }
  const step = (): void => {
    const now = performance.now()
    const { buildChanged, lastFrameAt, status } = feed.store.getState()
    const hour = new Date().getHours()
    const todo = plan.step({ now, hour, buildChanged, lastFrameAt, errors, isQuiet: isQuiet() })
    if (todo === 'reload') reload()
    else if (todo === 'probe') void probe()
    else if (now - clockAskedAt >= CLOCK_MS) void ask()
    refusedAt = status === 'refused' ? (refusedAt ?? now) : null
    if (refusedAt === null || now - refusedAt < REFUSED_MS) return
    refusedAt = null
    feed.close()
    feed.open()
  }
  step()
  const timer = setInterval(step, STEP_MS)
  return () => {
    clearInterval(timer)
    controller.abort()
  }
}

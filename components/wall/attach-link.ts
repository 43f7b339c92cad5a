import { parseWall } from '../../lib/view/wall/wall-link.ts'
import { browserClock } from '../live/feed-clock.ts'
import type { Feed } from '../live/live-fleet.ts'
import { writeApi } from '../ui/api.ts'
import type { WallHooks } from './attach-wall.ts'
import { attachWall } from './attach-wall.ts'
import { expiryNotice } from './expiry-notice.ts'
import type { LinkAnswer, LinkState } from './link-keeper.ts'
import { LinkKeeper } from './link-keeper.ts'
import type { LinkPlace } from './link-place.ts'
import type { WallScreen } from './wall-screen.ts'

const NO_SECRET = 'The address of this screen is not whole: what stands behind the # is missing.'

interface Shown {
  readonly view: string
  readonly screen: WallScreen
  readonly detach: () => void
}

/**
 * Runs the wall that a link shows, for as long as it may; returns the undo.
 *
 * @param darken - Told why the screen shows nothing; null when it shows again.
 */
export function attachLink(
  root: HTMLElement,
  feed: Feed,
  { id, secret }: LinkPlace,
  hooks: WallHooks,
  darken: (why: string | null) => void,
): () => void {
  if (secret === null) {
    feed.close()
    darken(NO_SECRET)
    return () => undefined
  }
  const path = `/api/v1/links/${encodeURIComponent(id)}/session`
  const screen = new LinkedScreen(root, feed, hooks, darken)
  const keeper = new LinkKeeper({
    enter: () => writeApi<LinkAnswer>('POST', path, { secret }),
    clock: browserClock,
    onChange: (state) => screen.follow(state),
  })
  const unfollow = feed.store.subscribe(({ status }, before) => {
    if (status !== before.status && (status === 'waiting' || status === 'refused')) keeper.lost()
  })
  keeper.start()
  return () => {
    unfollow()
    keeper.stop()
    screen.clear()
  }
}

/** What is on the screen of a link. */
class LinkedScreen {
  private readonly root: HTMLElement
  private readonly feed: Feed
  private readonly hooks: WallHooks
  private readonly darken: (why: string | null) => void
  private shown: Shown | null = null

  constructor(root: HTMLElement, feed: Feed, hooks: WallHooks, darken: (why: string | null) => void) {
    this.root = root
    this.feed = feed
    this.hooks = hooks
    this.darken = darken
  }

  follow(state: LinkState): void {
    if (state.kind === 'in') this.show(state.answer)
    if (state.kind !== 'out') return
    this.clear()
    this.feed.close()
    this.darken(state.message)
  }

  /** Takes everything from the screen. */
  clear(): void {
    this.shown?.detach()
    this.shown = null
    this.root.replaceChildren()
  }

  private show({ view, expiresAt }: LinkAnswer): void {
    const { feed } = this
    const { status } = feed.store.getState()
    // A stream that was refused before, or that waits for its next try, can be had now.
    if (this.shown === null || status === 'refused') {
      feed.close()
      feed.open()
    }
    if (this.shown?.view !== view) {
      this.clear()
      this.darken(null)
      const { wall, problems } = parseWall(view)
      document.documentElement.dataset.theme = wall.theme
      this.shown = { view, ...attachWall(this.root, feed, wall, problems, this.hooks) }
    }
    this.shown.screen.notices.say('expiry', expiryNotice(expiresAt, Date.now()))
  }
}

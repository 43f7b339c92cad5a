import type { Feed } from './live-fleet.ts'

/** Lets the feed rest while the page cannot be seen; returns the undo. */
export function pauseWhenHidden(feed: Feed, page: Document): () => void {
  const follow = () => feed.setHidden(page.hidden)
  page.addEventListener('visibilitychange', follow)
  follow()
  return () => {
    page.removeEventListener('visibilitychange', follow)
    feed.setHidden(false)
  }
}

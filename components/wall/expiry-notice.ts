const DAY_MS = 86_400_000
const AHEAD_DAYS = 14

/** What a screen says when its link ends soon; null while it does not. Times are ms since 1970. */
export function expiryNotice(expiresAt: number, now: number): string | null {
  const days = Math.floor((expiresAt - now) / DAY_MS)
  if (days >= AHEAD_DAYS) return null
  const left = days > 0 ? `in ${days} ${days === 1 ? 'day' : 'days'}` : 'within a day'
  return `The link of this screen ends ${left}. Whoever made it can extend it; the screen needs nothing.`
}

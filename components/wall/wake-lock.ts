/** What a screen that may go to sleep says. */
export const NO_WAKE_LOCK =
  'This screen may go to sleep: over plain http the browser gives no wake lock. Start it with the flag'

/** Keeps the screen awake for as long as the page shows; returns the undo. `refused` is told why, once, when it cannot. */
export function keepAwake(page: Document, browser: Navigator, refused: (why: string) => void): () => void {
  let lock: WakeLockSentinel | null = null
  let stopped = false
  const origin = page.defaultView?.location.origin ?? ''
  if (!('wakeLock' in browser)) {
    refused(`${NO_WAKE_LOCK} --unsafely-treat-insecure-origin-as-secure=${origin}`)
    return () => undefined
  }
  const ask = async (): Promise<void> => {
    // The browser takes the lock away with the page's visibility.
    if (page.hidden || stopped || (lock !== null && !lock.released)) return
    try {
      lock = await browser.wakeLock.request('screen')
      if (stopped) await lock.release()
    } catch (error) {
      refused(`This screen may go to sleep: the browser gave no wake lock (${nameOf(error)}).`)
    }
  }
  const onChange = (): void => void ask()
  page.addEventListener('visibilitychange', onChange)
  void ask()
  return () => {
    stopped = true
    page.removeEventListener('visibilitychange', onChange)
    void lock?.release()
  }
}

function nameOf(error: unknown): string {
  return error instanceof Error ? error.name : 'no reason given'
}

import type { FeedClock } from '../live/feed-clock.ts'

export interface Asking {
  /** Asks once; true when an answer came. Must not reject. */
  readonly ask: () => Promise<boolean>
  /** The user paused the view: it keeps what it shows. */
  readonly isPaused: () => boolean
  readonly isHidden: () => boolean
  readonly intervalMs: number
  readonly clock: FeedClock
}

/**
 * Asks at once and then again `intervalMs` after each answer; returns the undo.
 *
 * @remarks Rests while nobody can see the page, and while the view is paused and has an answer to show.
 */
export function keepAsking({ ask, isPaused, isHidden, intervalMs, clock }: Asking): () => void {
  let stopped = false
  let answered = false
  let cancel = (): void => undefined
  const turn = async (): Promise<void> => {
    if (!isHidden() && !(answered && isPaused()) && (await ask())) answered = true
    if (!stopped) cancel = clock.after(intervalMs, () => void turn())
  }
  void turn()
  return () => {
    stopped = true
    cancel()
  }
}

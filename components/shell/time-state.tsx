'use client'

import { ageText } from '../../lib/view/age-text.ts'
import type { FeedState } from '../live/live-fleet.ts'
import { useFeed, useFeedState } from '../live/use-fleet.tsx'
import { useNow } from './use-interval.ts'

const REFRESH_MS = 500
/** The server sends something every second; three missing in a row are not chance. */
const STALE_MS = 3000

type TimeWord = 'connecting' | 'live' | 'paused' | 'stale' | 'offline'

export function timeWord(state: FeedState, now: number): TimeWord {
  if (state.status === 'refused' || state.status === 'waiting') return 'offline'
  if (state.paused) return 'paused'
  if (state.status === 'connecting' || state.lastFrameAt === null) return state.attempt > 0 ? 'offline' : 'connecting'
  return now - state.lastFrameAt > STALE_MS ? 'stale' : 'live'
}

/** Whether what the page shows is now: a word, a colour and an age. A click pauses and goes on. */
export function TimeState() {
  const feed = useFeed()
  // Only what changes rarely is subscribed: frames come many times a second, and twice a second is enough for a clock.
  useFeedState((feedState) => feedState.status)
  const paused = useFeedState((feedState) => feedState.paused)
  const now = useNow(REFRESH_MS)
  const state = feed.store.getState()
  const word = now === 0 ? 'connecting' : timeWord(state, now)
  const age = state.lastFrameAt === null || now === 0 ? null : Math.max(0, now - state.lastFrameAt)
  return (
    <button
      type="button"
      className="time-state"
      data-state={word}
      aria-pressed={paused}
      title={paused ? 'Go on (p)' : 'Pause (p)'}
      onClick={() => (paused ? feed.resume() : feed.pause())}
    >
      <span className="dot" aria-hidden="true" />
      <span>{word}</span>
      {age === null || word === 'connecting' ? null : <span className="time-age">{ageText(age)}</span>}
    </button>
  )
}

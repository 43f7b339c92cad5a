'use client'

import { useEffect, useState } from 'react'
import { wholeAgeText } from '../../lib/view/age-text.ts'
import type { Feed, FeedState } from '../live/live-fleet.ts'
import { useFeed, useFeedState } from '../live/use-fleet.tsx'

const REFRESH_MS = 1000
/** The server sends something every second; three missing in a row are not chance. */
const STALE_MS = 3000

type TimeWord = 'connecting' | 'live' | 'paused' | 'stale' | 'offline'

export function timeWord(state: FeedState, now: number): TimeWord {
  if (state.status === 'refused' || state.status === 'waiting') return 'offline'
  if (state.paused) return 'paused'
  if (state.status === 'connecting' || state.lastFrameAt === null) return state.attempt > 0 ? 'offline' : 'connecting'
  return now - state.lastFrameAt > STALE_MS ? 'stale' : 'live'
}

interface TimeShown {
  readonly word: TimeWord
  readonly age: string
}

/** Whether what the page shows is now: a word, a colour and an age. A click pauses and goes on. */
export function TimeState() {
  const feed = useFeed()
  const paused = useFeedState((feedState) => feedState.paused)
  const { word, age } = useTime(feed)
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
      {age === '' ? null : <span className="time-age">{age}</span>}
    </button>
  )
}

/** Word and age, which render again only when what they say differs: with frames on time, never. */
function useTime(feed: Feed): TimeShown {
  const [shown, setShown] = useState<TimeShown>({ word: 'connecting', age: '' })
  useEffect(() => {
    let last: TimeShown | null = null
    const look = (): void => {
      const state = feed.store.getState()
      const now = performance.now()
      const word = timeWord(state, now)
      const age = word === 'connecting' || state.lastFrameAt === null ? '' : wholeAgeText(now - state.lastFrameAt)
      if (last?.word === word && last.age === age) return
      last = { word, age }
      setShown(last)
    }
    look()
    const unfollow = feed.store.subscribe(look)
    const timer = setInterval(look, REFRESH_MS)
    return () => {
      unfollow()
      clearInterval(timer)
    }
  }, [feed])
  return shown
}

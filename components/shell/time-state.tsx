'use client'

import { useEffect, useState } from 'react'
import type { Feed } from '../live/live-fleet.ts'
import { useFeed, useFeedState } from '../live/use-fleet.tsx'
import type { TimeWords } from './time-words.ts'
import { CONNECTING, timeWords } from './time-words.ts'

const REFRESH_MS = 1000

/** How old what the page shows is: a word, a colour and an age. A click pauses and goes on. */
export function TimeState() {
  const feed = useFeed()
  const paused = useFeedState((feedState) => feedState.paused)
  const shown = useTime(feed)
  return (
    <button
      type="button"
      className="time-state"
      data-state={shown.state}
      aria-pressed={paused}
      title={`${shown.title}\n${paused ? 'Go on (p)' : 'Pause (p)'}`}
      onClick={() => (paused ? feed.resume() : feed.pause())}
    >
      <span className="dot" aria-hidden="true" />
      <span>{shown.word}</span>
      {shown.age === '' ? null : <span className="time-age">{shown.age}</span>}
      {shown.note === '' ? null : <span className="time-note">{shown.note}</span>}
    </button>
  )
}

/** What is said, which renders again only when that differs. */
function useTime(feed: Feed): TimeWords {
  const [shown, setShown] = useState<TimeWords>(CONNECTING)
  useEffect(() => {
    let last = ''
    const look = (): void => {
      const words = timeWords(feed.store.getState(), feed.fleet, performance.now())
      const text = JSON.stringify(words)
      if (text === last) return
      last = text
      setShown(words)
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

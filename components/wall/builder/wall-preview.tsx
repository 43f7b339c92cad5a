'use client'

import { useEffect, useRef } from 'react'
import type { WallChoice } from '../../../lib/view/wall/wall-link.ts'
import { useFeed } from '../../live/use-fleet.tsx'
import { paintWall } from '../attach-wall.ts'
import { ServerClock } from '../server-clock.ts'
import { WallScreen } from '../wall-screen.ts'

/** A screen of full HD, as large as the page can show it. */
const LONG_PX = 1920
const SHORT_PX = 1080
const SHOWN_PX = 760

/** What a screen will show, in small: the wall itself, on the fleet as it is now. */
export function WallPreview({ wall, isPortrait }: { wall: WallChoice; isPortrait: boolean }) {
  const feed = useFeed()
  const root = useRef<HTMLDivElement>(null)
  useEffect(() => {
    const clock = new ServerClock()
    clock.note(Date.now(), performance.now(), performance.now())
    const element = root.current!
    const stop = paintWall(new WallScreen(element, feed, clock, wall, performance.now()), element, feed)
    return () => {
      stop()
      element.replaceChildren()
    }
  }, [feed, wall])
  const [width, height] = isPortrait ? [SHORT_PX, LONG_PX] : [LONG_PX, SHORT_PX]
  const scale = SHOWN_PX / LONG_PX
  return (
    <section
      className="wall-preview"
      aria-label="Preview"
      data-theme={wall.theme}
      style={{ width: width * scale, height: height * scale }}
    >
      <div className="wall-glass" style={{ width, height, transform: `scale(${scale})` }}>
        <div className="wall" ref={root} />
      </div>
    </section>
  )
}

'use client'

import { useEffect, useRef, useState } from 'react'
import { parseWall } from '../../lib/view/wall/wall-link.ts'
import { useFeed } from '../live/use-fleet.tsx'
import { attachLink } from './attach-link.ts'
import { attachWall } from './attach-wall.ts'
import { takeLink } from './link-place.ts'

/** A screen on a wall: the link says everything, nobody touches it. */
export function WallPage() {
  const feed = useFeed()
  const root = useRef<HTMLDivElement>(null)
  const [dark, setDark] = useState<string | null>(null)
  useEffect(() => {
    const hooks = { reload: () => window.location.reload(), random: Math.random }
    const link = takeLink(window)
    if (link !== null) return attachLink(root.current!, feed, link, hooks, setDark)
    const { wall, problems } = parseWall(window.location.search)
    document.documentElement.dataset.theme = wall.theme
    return attachWall(root.current!, feed, wall, problems, hooks).detach
  }, [feed])
  return (
    <div className="wall-stage">
      <div className="wall" ref={root} hidden={dark !== null} />
      {dark === null ? null : (
        <p className="wall-dark" role="alert">
          {dark}
        </p>
      )}
    </div>
  )
}

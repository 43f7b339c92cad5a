'use client'

import { useEffect, useRef } from 'react'
import { parseWall } from '../../lib/view/wall/wall-link.ts'
import { useFeed } from '../live/use-fleet.tsx'
import { attachWall } from './attach-wall.ts'

/** A screen on a wall: the link says everything, nobody touches it. */
export function WallPage() {
  const feed = useFeed()
  const root = useRef<HTMLDivElement>(null)
  useEffect(() => {
    const { wall, problems } = parseWall(window.location.search)
    document.documentElement.dataset.theme = wall.theme
    const hooks = { reload: () => window.location.reload(), random: Math.random }
    return attachWall(root.current!, feed, wall, problems, hooks).detach
  }, [feed])
  return (
    <div className="wall-stage">
      <div className="wall" ref={root} />
    </div>
  )
}

'use client'

import { useEffect, useRef } from 'react'

const STEP_PX = 24

interface ResizeHandleProps {
  readonly width: number
  readonly least: number
  readonly most: number
  readonly onWidth: (width: number) => void
}

/** The border between grid and panel: dragged, or moved with the arrow keys. */
export function ResizeHandle({ width, least, most, onWidth }: ResizeHandleProps) {
  const ref = useRef<HTMLHRElement>(null)
  const bounds = useRef({ width, least, most, onWidth })
  bounds.current = { width, least, most, onWidth }
  useEffect(() => {
    const element = ref.current
    return element === null ? undefined : attachResize(element, bounds)
  }, [])
  return (
    <hr
      ref={ref}
      className="panel-border"
      tabIndex={0}
      aria-orientation="vertical"
      aria-label="Width of the panel"
      aria-valuemin={least}
      aria-valuemax={most}
      aria-valuenow={width}
      title="Drag, or use the arrow keys"
    />
  )
}

function attachResize(element: HTMLElement, bounds: { readonly current: ResizeHandleProps }): () => void {
  let grip: { readonly x: number; readonly width: number } | null = null
  const set = (wanted: number): void => {
    const { least, most, onWidth } = bounds.current
    onWidth(Math.round(Math.max(least, Math.min(most, wanted))))
  }
  const listeners = new AbortController()
  const { signal } = listeners
  element.addEventListener(
    'pointerdown',
    (event) => {
      if (event.button !== 0) return
      grip = { x: event.clientX, width: bounds.current.width }
      element.setPointerCapture(event.pointerId)
    },
    { signal },
  )
  element.addEventListener(
    'pointermove',
    (event) => (grip === null ? undefined : set(grip.width + grip.x - event.clientX)),
    { signal },
  )
  const release = (): void => {
    grip = null
  }
  element.addEventListener('pointerup', release, { signal })
  element.addEventListener('pointercancel', release, { signal })
  element.addEventListener(
    'keydown',
    (event) => {
      const { width, least, most } = bounds.current
      const wanted = { ArrowLeft: width + STEP_PX, ArrowRight: width - STEP_PX, Home: least, End: most }[event.key]
      if (wanted === undefined) return
      event.preventDefault()
      set(wanted)
    },
    { signal },
  )
  return () => listeners.abort()
}

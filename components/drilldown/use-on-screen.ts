'use client'

import type { RefObject } from 'react'
import { useCallback, useEffect, useRef } from 'react'

/** A stable question whether an element cannot be seen at this moment. */
export function useOffScreen(ref: RefObject<HTMLElement | null>): () => boolean {
  const seen = useRef(false)
  useEffect(() => {
    const element = ref.current
    if (element === null) return
    const observer = new IntersectionObserver((entries) => {
      seen.current = entries.at(-1)?.isIntersecting ?? false
    })
    observer.observe(element)
    return () => observer.disconnect()
  }, [ref])
  return useCallback(() => !seen.current, [])
}

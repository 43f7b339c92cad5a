'use client'

import { useEffect, useState } from 'react'

/** Renders again every `ms`, never when null; gives the time on the browser's monotonic clock, 0 before the page is alive. */
export function useNow(ms: number | null): number {
  const [now, setNow] = useState(0)
  useEffect(() => {
    setNow(performance.now())
    if (ms === null) return
    const timer = setInterval(() => setNow(performance.now()), ms)
    return () => clearInterval(timer)
  }, [ms])
  return now
}

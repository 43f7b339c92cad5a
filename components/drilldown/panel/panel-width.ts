'use client'

import { useCallback, useEffect, useState } from 'react'

const WIDTH_KEY = 'domscope.panel'
export const LEAST_PANEL_PX = 440
/** The grid keeps at least this much. */
const GRID_PX = 420
const DEFAULT_SHARE = 0.4

export interface PanelWidth {
  readonly width: number
  readonly most: number
  readonly setWidth: (width: number) => void
}

/** The panel's width, remembered by this browser, within what the window has room for. */
export function usePanelWidth(): PanelWidth {
  const [wanted, setWanted] = useState<number | null>(readWidth)
  const [windowPx, setWindowPx] = useState(() => (typeof window === 'undefined' ? 1920 : window.innerWidth))
  useEffect(() => {
    const measure = (): void => setWindowPx(window.innerWidth)
    window.addEventListener('resize', measure)
    return () => window.removeEventListener('resize', measure)
  }, [])
  const most = Math.max(LEAST_PANEL_PX, windowPx - GRID_PX)
  const width = Math.max(LEAST_PANEL_PX, Math.min(most, wanted ?? Math.round(windowPx * DEFAULT_SHARE)))
  const setWidth = useCallback((next: number) => {
    setWanted(next)
    try {
      window.localStorage.setItem(WIDTH_KEY, String(next))
    } catch {
      // Storage may be blocked: the width holds until the page is left.
    }
  }, [])
  return { width, most, setWidth }
}

function readWidth(): number | null {
  try {
    const width = Number(window.localStorage.getItem(WIDTH_KEY) ?? Number.NaN)
    return Number.isFinite(width) && width > 0 ? width : null
  } catch {
    return null
  }
}

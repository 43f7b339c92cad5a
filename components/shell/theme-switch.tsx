'use client'

import { useEffect, useState } from 'react'
import type { Theme } from '../../lib/view/view-state.ts'
import { THEMES } from '../../lib/view/view-state.ts'
import { usePage, useViewStore } from './view-context.tsx'

/** The same key as in public/theme.js, which applies the theme before the first paint. */
const THEME_KEY = 'domscope.theme'

const LABELS: Readonly<Record<Theme, string>> = { dark: 'Dark', light: 'Light', contrast: 'High contrast' }

/** Chooses the theme. The choice is remembered by this browser and stands in the link. */
export function ThemeSwitch() {
  const store = useViewStore()
  const chosen = usePage((page) => page.view.theme)
  const [present, setPresent] = useState<Theme>('dark')
  useEffect(() => {
    if (chosen === null) {
      setPresent(asTheme(document.documentElement.dataset.theme) ?? 'dark')
      return
    }
    document.documentElement.dataset.theme = chosen
    try {
      window.localStorage.setItem(THEME_KEY, chosen)
    } catch {
      // Storage may be blocked: the theme holds until the page is left.
    }
  }, [chosen])
  return (
    <select
      className="theme-switch"
      aria-label="Theme"
      value={chosen ?? present}
      onChange={(event) => {
        const theme = asTheme(event.target.value)
        if (theme !== null) store.setTheme(theme)
      }}
    >
      {THEMES.map((theme) => (
        <option key={theme} value={theme}>
          {LABELS[theme]}
        </option>
      ))}
    </select>
  )
}

function asTheme(text: string | undefined): Theme | null {
  return THEMES.find((theme) => theme === text) ?? null
}

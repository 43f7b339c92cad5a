'use client'

import Link from 'next/link'
import { usePathname } from 'next/navigation'
import { FilterBox } from './filter-box.tsx'
import { ThemeSwitch } from './theme-switch.tsx'
import { TimeState } from './time-state.tsx'
import { useViewStore } from './view-context.tsx'

const PAGES = [
  { href: '/', label: 'Fleet' },
  { href: '/hosts', label: 'Hosts' },
] as const

/** The one line at the top of every page. */
export function TopBar() {
  const path = usePathname()
  const store = useViewStore()
  return (
    <header className="top-bar">
      <span className="brand">
        <BrandMark />
        Domscope
      </span>
      <nav aria-label="Pages">
        {PAGES.map(({ href, label }) => (
          <Link key={href} href={href} prefetch={false} aria-current={path === href ? 'page' : undefined}>
            {label}
          </Link>
        ))}
      </nav>
      {path === '/' ? <FilterBox /> : <span className="top-gap" />}
      <TimeState />
      <ThemeSwitch />
      <button type="button" className="plain" onClick={() => store.setState({ helpOpen: true })} title="Keys (?)">
        Keys
      </button>
    </header>
  )
}

function BrandMark() {
  return (
    <svg width="18" height="18" viewBox="0 0 18 18" aria-hidden="true" className="brand-mark">
      <circle cx="9" cy="9" r="8" fill="none" stroke="currentColor" strokeWidth="1.5" />
      <path
        d="M3.5 10.5h2.7l1.6-5 2.4 8 1.6-4.5h2.7"
        fill="none"
        stroke="currentColor"
        strokeWidth="1.5"
        strokeLinejoin="round"
        strokeLinecap="round"
      />
    </svg>
  )
}

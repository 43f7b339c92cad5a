'use client'

import Link from 'next/link'
import { usePathname } from 'next/navigation'
import { AccountMenu } from '../session/account-menu.tsx'
import { BrandMark } from './brand-mark.tsx'
import { FilterBox } from './filter-box.tsx'
import { ThemeSwitch } from './theme-switch.tsx'
import { TimeState } from './time-state.tsx'
import { useViewStore } from './view-context.tsx'

const PAGES = [
  { href: '/', label: 'Fleet' },
  { href: '/hosts', label: 'Hosts' },
  { href: '/wall/new', label: 'Wall' },
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
      <AccountMenu />
    </header>
  )
}

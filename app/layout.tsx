import '@fontsource-variable/inter/wght.css'
import './styles/tokens.css'
import './styles/base.css'
import './styles/shell.css'
import './styles/grid.css'
import './styles/cells.css'
import './styles/picker.css'
import './styles/panel.css'
import './styles/charts.css'
import './styles/drilldown.css'
import './styles/compare.css'
import './styles/hosts.css'
import './styles/wall.css'
import './styles/session.css'
import './styles/wall-builder.css'
import type { Metadata, Viewport } from 'next'
import type { ReactNode } from 'react'
import { AppProviders } from '../components/shell/app-providers.tsx'
import { ownAddress } from '../components/ui/address.ts'

export const metadata: Metadata = {
  title: 'Domscope',
  description: 'Every domain of a libvirt estate, live, read-only',
  icons: { icon: ownAddress('/icon.svg') },
}

export const viewport: Viewport = { colorScheme: 'dark light' }

export default function Layout({ children }: { children: ReactNode }) {
  return (
    // The theme script sets the attribute before React is there.
    <html lang="en" data-theme="dark" suppressHydrationWarning>
      <head>
        {/* Blocking on purpose: the first paint has the right colours, and the policy precedes every other script. */}
        <script src={ownAddress('/theme.js')} />
        <script src={ownAddress('/script-policy.js')} />
      </head>
      <body>
        <AppProviders>{children}</AppProviders>
      </body>
    </html>
  )
}

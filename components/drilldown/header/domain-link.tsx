'use client'

import type { MouseEvent } from 'react'
import { createContext, useContext } from 'react'
import { useStore } from 'zustand'
import type { DomainName } from '../../../lib/view/compare-choice.ts'
import { formatDetail } from '../../../lib/view/detail-choice.ts'
import { displayText } from '../../../lib/view/display-text.ts'
import { usePage } from '../../shell/view-context.tsx'
import { ownAddress } from '../../ui/address.ts'
import { SafeText } from '../../ui/safe-text.tsx'
import type { ComparedDomain } from '../compare/compare-views.ts'

/** Opens a domain beside the grid; null where there is no grid, and the link leads to the domain's own page. */
export const OpenAlone = createContext<((domain: DomainName) => void) | null>(null)

interface DomainLinkProps {
  readonly compared: ComparedDomain
  /** Over a chart: the same link stands in the list of all, which is where the keyboard finds it. */
  readonly isTitle?: boolean
}

/** Name and host of a compared domain; leads to that one alone. */
export function DomainLink({ compared: { domain, view }, isTitle = false }: DomainLinkProps) {
  const name = useStore(view.store, (state) => state.name)
  const host = useStore(view.store, (state) => state.host)
  const detail = usePage((page) => page.view.detail)
  const openAlone = useContext(OpenAlone)
  const shown = name === '' ? domain.uuid : name
  const follow = (event: MouseEvent): void => {
    if (openAlone === null || event.ctrlKey || event.metaKey || event.shiftKey) return
    event.preventDefault()
    openAlone(domain)
  }
  return (
    <a
      className={isTitle ? 'domain-link tile-title' : 'domain-link'}
      href={ownAddress(`/domain?${formatDetail(domain.host, domain.uuid, detail)}`)}
      tabIndex={isTitle ? -1 : undefined}
      title={`${displayText(shown)} on ${displayText(host)}: open this one alone`}
      onClick={follow}
    >
      <b>
        <SafeText text={shown} />
      </b>
      <span className="domain-link-host">
        <SafeText text={host} />
      </span>
    </a>
  )
}

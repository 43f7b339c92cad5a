'use client'

import Link from 'next/link'
import { useFeed, useFeedState } from '../../live/use-fleet.tsx'
import { countHosts } from '../../shell/strip-model.ts'
import { usePage, useViewStore } from '../../shell/view-context.tsx'
import { SafeText } from '../../ui/safe-text.tsx'
import { useDomainCount } from './use-domain-count.ts'
import { type EmptyReason, whyEmpty } from './why-empty.ts'

const HEADLINES: Readonly<Record<EmptyReason, string>> = {
  'out-of-reach': 'No host is in reach.',
  'some-out-of-reach': 'The hosts in reach define no domain; others are out of reach.',
  connecting: 'Connecting to the hosts.',
  'none-defined': 'Connected, and no domain is defined.',
}

/** What stands in the place of rows when there are none: never an empty page without words. */
export function GridMessage() {
  const store = useViewStore()
  const ready = useFeedState((state) => state.ready)
  const matched = usePage((page) => page.matched)
  const filter = usePage((page) => page.filterInForce)
  const total = useDomainCount()
  if (!ready || matched > 0) return null
  if (total > 0)
    return (
      <div className="grid-message">
        <p>
          None of {total.toLocaleString('en')} domains matches{' '}
          <q>
            <SafeText text={filter} />
          </q>
          .
        </p>
        <button type="button" onClick={() => store.setFilter('')}>
          Clear the filter
        </button>
      </div>
    )
  return <NoDomains />
}

function NoDomains() {
  const { fleet } = useFeed()
  // Host states are not React state: every frame may bring another one.
  useFeedState((state) => state.offset)
  const why = whyEmpty(countHosts(fleet))
  const hostsPage = (
    <Link href="/hosts" prefetch={false}>
      hosts page
    </Link>
  )
  return (
    <div className="grid-message">
      <p>
        <strong>{HEADLINES[why]}</strong>
      </p>
      {why === 'none-defined' ? (
        <p>
          What to check: <code>virsh -r list --all</code> on the host with the same URI. Domains of{' '}
          <code>qemu:///session</code> and of <code>qemu:///system</code> are apart. With access rules in libvirt,
          domains that this user may not see are left out. The {hostsPage} tells which connections are up.
        </p>
      ) : (
        <p>The {hostsPage} tells of each host what happened and what to do.</p>
      )}
    </div>
  )
}

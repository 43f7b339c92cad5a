'use client'

import Link from 'next/link'
import { useFeedState } from '../live/use-fleet.tsx'
import { usePage, useViewStore } from '../shell/view-context.tsx'
import { useDomainCount } from './use-domain-count.ts'

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
          None of {total.toLocaleString('en')} domains matches <q>{filter}</q>.
        </p>
        <button type="button" onClick={() => store.setFilter('')}>
          Clear the filter
        </button>
      </div>
    )
  return (
    <div className="grid-message">
      <p>
        <strong>Connected, and no domain is defined.</strong>
      </p>
      <p>
        What to check: <code>virsh -r list --all</code> on the host with the same URI. Domains of{' '}
        <code>qemu:///session</code> and of <code>qemu:///system</code> are apart. With access rules in libvirt, domains
        that this user may not see are left out. The{' '}
        <Link href="/hosts" prefetch={false}>
          hosts page
        </Link>{' '}
        tells which connections are up.
      </p>
    </div>
  )
}

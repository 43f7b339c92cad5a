'use client'

import { useFeedState } from '../../live/use-fleet.tsx'
import { usePage, useViewStore } from '../../shell/view-context.tsx'
import type { OrderState } from '../../shell/view-store.ts'
import { CsvLink } from './csv-link.tsx'
import { GuestMemoryNote } from './guest-memory-note.tsx'
import { useDomainCount } from './use-domain-count.ts'
import { useSeenTwice } from './use-seen-twice.ts'

const ORDER_HINTS: Readonly<Record<OrderState, string>> = {
  calm: 'The order follows the values every 5 seconds.',
  hold: 'The order holds while the pointer is over the rows, a cell has the focus, or rows or text are selected.',
  paused: 'Paused: nothing moves.',
}

/** The line over the grid: how many rows, what the order does, density, columns. */
export function GridTools() {
  const store = useViewStore()
  const matched = usePage((page) => page.matched)
  const order = usePage((page) => page.order)
  const density = usePage((page) => page.view.density)
  const total = useDomainCount()
  const twice = useSeenTwice()
  const toCome = useFeedState((state) => state.domainsToCome)
  return (
    <div className="grid-tools">
      <span className="grid-count">
        {toCome === null ? (
          <>
            <b>{matched.toLocaleString('en')}</b> of {total.toLocaleString('en')} domains
            {twice === 0 ? null : <TwiceNote twice={twice} />}
          </>
        ) : (
          <>
            loading <b>{total.toLocaleString('en')}</b> of {toCome.toLocaleString('en')} domains
          </>
        )}
      </span>
      <span className="order-state" data-order={order} title={ORDER_HINTS[order]}>
        order: {order}
      </span>
      <GuestMemoryNote />
      <span className="tools-gap" />
      <button
        type="button"
        className="plain"
        aria-pressed={density === 'compact'}
        onClick={() => store.setDensity(density === 'compact' ? 'normal' : 'compact')}
      >
        Compact
      </button>
      <button type="button" className="plain" onClick={() => store.setState({ pickerOpen: true })}>
        Columns
      </button>
      <CsvLink />
    </div>
  )
}

/** Two connections to one daemon show each of its domains twice. */
function TwiceNote({ twice }: { twice: number }) {
  return (
    <span
      className="hint"
      title="Two connections lead to one daemon. Both rows are shown; totals count each domain once."
    >
      , {twice.toLocaleString('en')} of them seen twice and counted once
    </span>
  )
}

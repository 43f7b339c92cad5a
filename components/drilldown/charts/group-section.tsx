'use client'

import type { ReactNode } from 'react'
import { useId } from 'react'
import { SafeText } from '../../ui/safe-text.tsx'

interface GroupSectionProps {
  readonly id: string
  readonly title: string
  /** Beside the title: what it amounts to, in a few words. */
  readonly note?: ReactNode
  readonly open: boolean
  readonly onToggle: (id: string) => void
  readonly children: ReactNode
}

/** A part of the panel that can be closed; what is closed does not exist, so it costs nothing. */
export function GroupSection({ id, title, note, open, onToggle, children }: GroupSectionProps) {
  const headingId = useId()
  return (
    <section className="group" data-group={id} aria-labelledby={headingId}>
      <div className="group-head">
        <h3 id={headingId}>
          <button type="button" className="plain" aria-expanded={open} onClick={() => onToggle(id)}>
            <span className="group-arrow" aria-hidden="true">
              {open ? '▾' : '▸'}
            </span>
            <SafeText text={title} />
          </button>
        </h3>
        {note}
      </div>
      {open ? children : null}
    </section>
  )
}

'use client'

import { useStore } from 'zustand'
import { AgeLevel } from '../../../lib/query/freshness.ts'
import { lateText } from '../../../lib/view/age-words.ts'
import type { DomainName } from '../../../lib/view/compare-choice.ts'
import { formatDomainName } from '../../../lib/view/compare-choice.ts'
import { displayText } from '../../../lib/view/display-text.ts'
import { stateKind } from '../../../lib/view/state-kind.ts'
import type { DetailState } from '../../live/live-detail.ts'
import { DomainLink } from '../header/domain-link.tsx'
import { refusalText } from '../header/fact-lines.ts'
import type { DomainAge } from '../header/use-domain-age.ts'
import { useDomainAge } from '../header/use-domain-age.ts'
import type { ComparedDomain } from './compare-views.ts'

interface CompareListProps {
  readonly compared: readonly ComparedDomain[]
  /** Null where the last one stands. */
  readonly onDrop: ((domain: DomainName) => void) | null
}

/** Who is compared, in which state, and out with those that are not wanted. */
export function CompareList({ compared, onDrop }: CompareListProps) {
  return (
    <ul className="compare-list" aria-label="Compared domains">
      {compared.map((one) => (
        <CompareItem key={formatDomainName(one.domain)} compared={one} onDrop={onDrop} />
      ))}
    </ul>
  )
}

function CompareItem({ compared, onDrop }: Pick<CompareListProps, 'onDrop'> & { readonly compared: ComparedDomain }) {
  const state = useStore(compared.view.store)
  const age = useDomainAge(state)
  const note = noteOf(state) ?? lateNote(age)
  const { name } = state
  return (
    <li className="compare-item" data-status={state.status}>
      <h3>
        <DomainLink compared={compared} />
      </h3>
      <span className="state-word" data-kind={stateKind(state.state)} title={reasonText(state)}>
        {state.state}
      </span>
      {note === null ? null : (
        <span className="compare-note" title={note}>
          {note}
        </span>
      )}
      {onDrop === null ? null : (
        <button
          type="button"
          className="plain small"
          aria-label={`Take ${displayText(name === '' ? compared.domain.uuid : name)} out of the comparison`}
          title="Take it out"
          onClick={() => onDrop(compared.domain)}
        >
          ✕
        </button>
      )}
    </li>
  )
}

/** Nothing while the domain's data are on time. */
function lateNote(age: DomainAge | null): string | null {
  return age === null || age.level === AgeLevel.Fresh ? null : lateText(age, age.intervalMs)
}

function reasonText({ reason }: DetailState): string | undefined {
  return reason === '' || reason === 'unknown' ? undefined : reason
}

/** What must be said of a domain whose charts do not go on. */
function noteOf({ status, facts }: DetailState): string | null {
  switch (status) {
    case 'opening':
      return 'opening …'
    case 'ended':
      return 'last state'
    case 'gone':
      return refusalText(facts) ?? 'not known to this server'
    case 'disconnected':
      return 'last known'
    case 'live':
      return null
  }
}

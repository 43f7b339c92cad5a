'use client'

import Link from 'next/link'
import { useStore } from 'zustand'
import { ageText } from '../../../lib/view/age-text.ts'
import { stateKind } from '../../../lib/view/state-kind.ts'
import type { DetailState, DetailView } from '../../live/live-detail.ts'
import { useNow } from '../../shell/use-interval.ts'
import { SafeText } from '../../ui/safe-text.tsx'
import type { ToolLink } from '../domain-answer.ts'
import { CopyButton } from './copy-button.tsx'
import type { FactLine, KnownFacts } from './fact-lines.ts'
import { headerFacts, keptBackText, metadataFacts } from './fact-lines.ts'

/** The clock of the header need not be finer: what it shows is minutes and hours. */
const REFRESH_MS = 5000

/** Who the domain is and what holds for it as a whole. */
export function DomainHeader({ view, links }: { view: DetailView; links: readonly ToolLink[] }) {
  const state = useStore(view.store)
  const now = useNow(REFRESH_MS)
  // The server tells what it knows; what this page knows to show of it is written down in KnownFacts.
  const facts = state.facts as KnownFacts
  const metadata = metadataFacts(facts)
  return (
    <div className="domain-head">
      <StatusNote state={state} />
      <dl className="identity">
        <Fact label="State">
          <span className="state-word" data-kind={stateKind(state.state)}>
            {state.state}
          </span>
          {state.reason === '' || state.reason === 'unknown' ? null : ` (${state.reason})`}
        </Fact>
        <Fact label="Up">{upText(state, now)}</Fact>
        <Fact label="Host">
          <Link href={`/hosts#${encodeURIComponent(state.host)}`} prefetch={false}>
            <SafeText text={state.host} />
          </Link>
        </Fact>
        <Fact label="Id">{state.id < 0 ? 'none: no process runs' : state.id}</Fact>
        <Fact label="UUID" wide>
          <code>{state.uuid}</code> <CopyButton text={state.uuid} what="UUID" />
        </Fact>
        {headerFacts(facts).map((line) => (
          <FactOf key={line.label} line={line} />
        ))}
        <ToolLinks links={links} />
      </dl>
      {metadata.length === 0 ? null : (
        <details className="metadata">
          <summary>Metadata ({[metadata.length, keptBackText(facts)].filter(Boolean).join(', ')})</summary>
          <dl className="identity">
            {metadata.map((line) => (
              <FactOf key={line.label} line={line} />
            ))}
          </dl>
        </details>
      )}
    </div>
  )
}

/** The ways to other tools that the server is configured with. */
function ToolLinks({ links }: { links: readonly ToolLink[] }) {
  // The server takes none but these; what a page follows it checks itself.
  const followed = links.filter(({ url }) => /^https?:\/\//.test(url))
  if (followed.length === 0) return null
  return (
    <Fact label="Links" wide>
      {followed.map(({ label, url }) => (
        <a key={label} className="tool-link" href={url} target="_blank" rel="noopener noreferrer">
          <SafeText text={label} />
          <span aria-hidden="true"> ↗</span>
          <span className="hidden"> (opens in a new tab)</span>
        </a>
      ))}
    </Fact>
  )
}

function FactOf({ line }: { line: FactLine }) {
  return (
    <Fact label={line.label} wide={line.text.length > 20}>
      <SafeText text={line.text} />
    </Fact>
  )
}

function Fact({ label, wide = false, children }: { label: string; wide?: boolean; children: React.ReactNode }) {
  return (
    <div className={wide ? 'wide' : undefined}>
      <dt>{label}</dt>
      <dd>{children}</dd>
    </div>
  )
}

const NOTES: Readonly<Partial<Record<DetailState['status'], string>>> = {
  ended: 'This domain has ended. What you see is its last state; it goes on here when it comes back.',
  gone: 'This server does not know the domain, or not any more.',
  disconnected: 'The connection to the server is lost. What you see is the last that was known.',
}

function StatusNote({ state }: { state: DetailState }) {
  const note = NOTES[state.status]
  return note === undefined ? null : (
    <p className="panel-error" role="status">
      {note}
    </p>
  )
}

/** `3 h`, or `≥ 2 h (since first seen)` when the start was not witnessed. */
export function upText(state: Pick<DetailState, 'upSince' | 'upSinceIsExact' | 'id'>, now: number): string {
  if (state.upSince === null || now === 0) return '–'
  const age = ageText(now - state.upSince)
  return state.upSinceIsExact ? age : `≥ ${age} (since first seen)`
}

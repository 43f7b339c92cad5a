'use client'

import { useId } from 'react'
import { ageText } from '../../lib/view/age-text.ts'
import { useFeedState } from '../live/use-fleet.tsx'
import { SafeText } from '../ui/safe-text.tsx'
import { useApi } from '../ui/use-api.ts'
import { CopyButton } from './copy-button.tsx'
import type { DomainAnswer } from './domain-answer.ts'
import { domainPath } from './domain-answer.ts'
import { MetricsList } from './metrics-list.tsx'
import { RawTable } from './raw-table.tsx'

const REFRESH_MS = 1000

interface DomainPanelProps {
  readonly host: string
  readonly uuid: string
  /** Null where the panel is a page of its own. */
  readonly onClose: (() => void) | null
}

/** Everything that is known of one domain, exact, once a second while it is open and the view is not paused. */
export function DomainPanel({ host, uuid, onClose }: DomainPanelProps) {
  const { answer, error } = useApi<DomainAnswer>(domainPath(host, uuid), REFRESH_MS)
  const paused = useFeedState((state) => state.paused)
  const titleId = useId()
  return (
    <aside className="panel" aria-labelledby={titleId}>
      <div className="panel-head">
        <h2 id={titleId}>{answer === null ? uuid : <SafeText text={answer.name} />}</h2>
        {onClose === null ? null : (
          <a className="plain" href={`/domain?host=${encodeURIComponent(host)}&uuid=${uuid}`} title="Open as a page">
            Page
          </a>
        )}
        {onClose === null ? null : (
          <button type="button" className="plain" onClick={onClose} aria-label="Close" title="Close (Esc)">
            ✕
          </button>
        )}
      </div>
      {error === null ? null : (
        <p className="panel-error" role="status">
          {error.message} {answer === null ? '' : 'What you see is the last that was known.'}
        </p>
      )}
      {paused && answer !== null ? <p className="panel-paused">Paused: this is as it was, ages too.</p> : null}
      {answer === null ? null : <Known answer={answer} />}
    </aside>
  )
}

function Known({ answer }: { answer: DomainAnswer }) {
  return (
    <>
      <dl className="identity">
        <dt>State</dt>
        <dd>
          {answer.state}
          {answer.reason === '' || answer.reason === 'unknown' ? '' : ` (${answer.reason})`}
        </dd>
        <dt>Host</dt>
        <dd>
          <SafeText text={answer.host} />
        </dd>
        <dt>UUID</dt>
        <dd>
          <code>{answer.uuid}</code> <CopyButton text={answer.uuid} what="UUID" />
        </dd>
        <dt>Id</dt>
        <dd>{answer.id === null || answer.id < 0 ? 'none: no process runs' : answer.id}</dd>
        <dt>Age</dt>
        <dd>{answer.ageMs === null ? 'never sampled' : ageText(answer.ageMs)}</dd>
      </dl>
      <MetricsList metrics={answer.metrics} />
      <RawTable raw={answer.raw} />
    </>
  )
}

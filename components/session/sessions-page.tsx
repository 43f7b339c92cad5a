'use client'

import { useState } from 'react'
import { findDomscopeError } from '../../lib/errors/domscope-error.ts'
import { displayText } from '../../lib/view/display-text.ts'
import { PageFrame } from '../shell/page-frame.tsx'
import { writeApi } from '../ui/api.ts'
import { SafeText } from '../ui/safe-text.tsx'
import { useApi } from '../ui/use-api.ts'
import { SESSIONS_API, type SessionRow } from './session-answer.ts'
import { useSession, useSessionCheck } from './session-context.tsx'

const REFRESH_MS = 3000
const HEADS = ['User', 'Role', 'Sees', 'By', 'From', 'Browser', 'Since', 'Last seen', 'Ends', ''] as const

/** Who is logged in, and how to end that: everybody for an admin, one's own sessions for others. */
export function SessionsPage() {
  const { answer, error } = useApi<{ readonly sessions: readonly SessionRow[] }>(SESSIONS_API, REFRESH_MS)
  const [failed, setFailed] = useState<string | null>(null)
  const [ended, setEnded] = useState<ReadonlySet<string>>(new Set())
  const check = useSessionCheck()
  const end = ({ session, own }: SessionRow): void => {
    writeApi('DELETE', `${SESSIONS_API}/${session}`).then(
      () => {
        setFailed(null)
        setEnded((before) => new Set(before).add(session))
        if (own) check()
      },
      (cause: unknown) => {
        const known = findDomscopeError(cause)
        if (known === null) throw cause
        setFailed(known.message)
      },
    )
  }
  const rows = answer?.sessions.filter(({ session }) => !ended.has(session)) ?? null
  const message = failed ?? error?.message ?? null
  return (
    <PageFrame>
      <h1 className="hidden">Sessions</h1>
      {message === null ? null : (
        <p className="page-message" role="alert">
          {message}
        </p>
      )}
      {rows === null ? null : <SessionsTable rows={rows} end={end} />}
    </PageFrame>
  )
}

interface TableProps {
  readonly rows: readonly SessionRow[]
  readonly end: (row: SessionRow) => void
}

function SessionsTable({ rows, end }: TableProps) {
  const session = useSession()
  return (
    // biome-ignore lint/a11y/noNoninteractiveTabindex: a region that scrolls must be reachable by keyboard.
    <section className="hosts sessions" aria-label="Sessions" tabIndex={0}>
      <table>
        <thead>
          <tr>
            {HEADS.map((label) => (
              <th key={label} scope="col">
                {label === '' ? <span className="hidden">End</span> : label}
              </th>
            ))}
          </tr>
        </thead>
        <tbody>
          {rows.map((row) => (
            <Row key={row.session} row={row} end={end} />
          ))}
        </tbody>
      </table>
      {rows.length > 0 ? null : (
        <p className="page-message">
          {session?.user === '' ? 'Nobody logs in here: the server runs without a login.' : 'No session is open.'}
        </p>
      )}
    </section>
  )
}

function Row({ row, end }: { row: SessionRow; end: TableProps['end'] }) {
  return (
    <tr data-own={row.own ? '' : undefined}>
      <th scope="row">
        <SafeText text={row.user} />
        {row.own ? <small>this browser</small> : null}
      </th>
      <td>{row.role}</td>
      <td>
        <SafeText text={row.sees === 'all' ? 'everything' : row.sees} />
      </td>
      <td>{row.kind === 'link' ? 'wall link' : 'login'}</td>
      <td>{row.address}</td>
      <td className="agent" title={displayText(row.agent)}>
        <SafeText text={row.agent} />
      </td>
      <Moment at={row.openedAt} />
      <Moment at={row.seenAt} />
      <Moment at={row.expiresAt} />
      <td>
        <button
          type="button"
          onClick={() => end(row)}
          aria-label={displayText(`End the session of ${row.user} from ${row.address}`)}
        >
          End
        </button>
      </td>
    </tr>
  )
}

function Moment({ at }: { at: number }) {
  const moment = new Date(at)
  return (
    <td>
      <time dateTime={moment.toISOString()}>{moment.toLocaleString()}</time>
    </td>
  )
}

'use client'

import Link from 'next/link'
import { useState } from 'react'
import { findDomscopeError } from '../../../lib/errors/domscope-error.ts'
import { PageFrame } from '../../shell/page-frame.tsx'
import { writeApi } from '../../ui/api.ts'
import { SafeText } from '../../ui/safe-text.tsx'
import { useApi } from '../../ui/use-api.ts'
import type { LinkRow, LinksAnswer } from './links-answer.ts'
import { LINK_DAYS, LINKS_API } from './links-answer.ts'

const REFRESH_MS = 2000

/** The links that let screens in: who made them, when they were seen last, and how they end. */
export function LinksPage() {
  const { answer, error } = useApi<LinksAnswer>(LINKS_API, REFRESH_MS)
  const [fault, setFault] = useState<string | null>(null)
  const change = (method: 'POST' | 'DELETE', path: string, body?: unknown): void => {
    setFault(null)
    writeApi(method, path, body).catch((reason: unknown) =>
      setFault(findDomscopeError(reason)?.message ?? String(reason)),
    )
  }
  const why = fault ?? error?.message ?? null
  return (
    <PageFrame>
      <h1 className="hidden">Wall links</h1>
      {why === null ? null : (
        <p className="page-message" role="status">
          {why}
        </p>
      )}
      {answer === null ? null : (
        // biome-ignore lint/a11y/noNoninteractiveTabindex: a region that scrolls must be reachable by keyboard.
        <section className="hosts" aria-label="Wall links" tabIndex={0}>
          <table>
            <thead>
              <tr>
                {['Screen', 'Made by', 'Ends', 'Last seen', 'Screens now', ''].map((label) => (
                  <th key={label} scope="col">
                    {label}
                  </th>
                ))}
              </tr>
            </thead>
            <tbody>
              {answer.links.map((link) => (
                <LinkLine key={link.id} link={link} change={change} />
              ))}
            </tbody>
          </table>
          <p className="page-message">
            {answer.links.length === 0 ? 'There is no link yet. ' : ''}
            <Link href="/wall/new" prefetch={false}>
              Make a link for a screen
            </Link>
          </p>
        </section>
      )}
    </PageFrame>
  )
}

interface LinkLineProps {
  readonly link: LinkRow
  readonly change: (method: 'POST' | 'DELETE', path: string, body?: unknown) => void
}

function LinkLine({ link, change }: LinkLineProps) {
  const { id, name, creator, expiresAt, revokedAt, seenAt, address, screens } = link
  const isOver = revokedAt !== null || expiresAt <= Date.now()
  const path = `${LINKS_API}/${encodeURIComponent(id)}`
  return (
    <tr>
      <th scope="row">
        <SafeText text={name} />
      </th>
      <td>
        <SafeText text={creator} />
      </td>
      <td>
        {revokedAt === null ? `${isOver ? 'ended ' : ''}${timeText(expiresAt)}` : `revoked ${timeText(revokedAt)}`}
      </td>
      <td>
        {seenAt === null ? 'never' : timeText(seenAt)}
        {address === null ? null : <small>{address}</small>}
      </td>
      <td>{screens}</td>
      <td>
        {revokedAt === null ? (
          <>
            <button type="button" onClick={() => change('POST', `${path}/extend`, { days: LINK_DAYS.usual })}>
              {LINK_DAYS.usual} days from now
            </button>{' '}
            <button type="button" onClick={() => change('DELETE', path)}>
              Revoke
            </button>
          </>
        ) : null}
      </td>
    </tr>
  )
}

function timeText(ms: number): string {
  return new Date(ms).toLocaleString()
}

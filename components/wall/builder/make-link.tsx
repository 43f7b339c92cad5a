'use client'

import Link from 'next/link'
import { useState } from 'react'
import { findDomscopeError } from '../../../lib/errors/domscope-error.ts'
import { useSession } from '../../session/session-context.tsx'
import { ownAddress } from '../../ui/address.ts'
import { writeApi } from '../../ui/api.ts'
import { LINK_DAYS, LINKS_API } from './links-answer.ts'
import { NumberField } from './number-field.tsx'

/** Makes a link that lets a screen in without a login; nothing for those who may not, and where nobody logs in. */
export function MakeLink({ view }: { view: string }) {
  const session = useSession()
  const [name, setName] = useState('')
  const [days, setDays] = useState<number>(LINK_DAYS.usual)
  const [address, setAddress] = useState<string | null>(null)
  const [fault, setFault] = useState<string | null>(null)
  if (session === null || session.mode === 'loopback' || session.role === 'viewer') return null
  const make = async (): Promise<void> => {
    setFault(null)
    setAddress(null)
    try {
      const { path } = await writeApi<{ readonly path: string }>('POST', LINKS_API, {
        name,
        view,
        days: Math.round(days),
      })
      setAddress(`${window.location.origin}${ownAddress(path)}`)
    } catch (error) {
      setFault(findDomscopeError(error)?.message ?? String(error))
    }
  }
  return (
    <form
      className="wall-make"
      onSubmit={(event) => {
        event.preventDefault()
        void make()
      }}
    >
      <h2>Let a screen in without a login</h2>
      <div className="wall-fields">
        <label>
          Name of the screen
          <input type="text" required maxLength={80} value={name} onChange={(event) => setName(event.target.value)} />
        </label>
        <NumberField label="Lives, days" value={days} range={LINK_DAYS} onChange={setDays} />
        <button type="submit" disabled={name.trim() === ''}>
          Make a link
        </button>
        <Link href="/links" prefetch={false}>
          All links
        </Link>
      </div>
      {fault === null ? null : <p className="wall-fault">{fault}</p>}
      {address === null ? null : (
        <label className="wall-address">
          Address of the screen, shown this once
          <input type="text" readOnly value={address} onFocus={(event) => event.target.select()} />
        </label>
      )}
    </form>
  )
}

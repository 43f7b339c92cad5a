'use client'

import Link from 'next/link'
import { useState } from 'react'
import { type DomscopeError, findDomscopeError } from '../../lib/errors/domscope-error.ts'
import { displayText } from '../../lib/view/display-text.ts'
import { ownAddress } from '../ui/address.ts'
import { writeApi } from '../ui/api.ts'
import { SafeText } from '../ui/safe-text.tsx'
import { LOGIN_PAGE, SESSIONS_PAGE } from './return-address.ts'
import { SESSION_API, type SessionAnswer } from './session-answer.ts'
import { useSession } from './session-context.tsx'

const MENU_ID = 'account-menu'

/** Who is logged in, what that one may do and see, and the way out. Nothing where there is no login. */
export function AccountMenu() {
  const session = useSession()
  if (session === null || !session.loggedIn || session.user === undefined || session.user === '') return null
  return (
    <>
      <button
        type="button"
        className="plain account"
        popoverTarget={MENU_ID}
        aria-label={displayText(`Account ${session.user}`)}
      >
        <SafeText text={session.user} />
        <small>{session.role}</small>
      </button>
      <div id={MENU_ID} popover="auto" className="account-menu">
        <AccountFacts session={session} />
      </div>
    </>
  )
}

function AccountFacts({ session: { user = '', role, sees = '', session } }: { session: SessionAnswer }) {
  return (
    <>
      <dl>
        <dt>Name</dt>
        <dd>
          <SafeText text={user} />
        </dd>
        <dt>Role</dt>
        <dd>{role}</dd>
        <dt>Sees</dt>
        <dd>
          <SafeText text={sees === 'all' ? 'everything' : sees} />
        </dd>
      </dl>
      <nav aria-label="Account">
        {session === null && role !== 'admin' ? null : (
          <Link href={SESSIONS_PAGE} prefetch={false}>
            Sessions
          </Link>
        )}
        {session === null ? <span className="hint">Log out at the proxy.</span> : <LogOut />}
      </nav>
    </>
  )
}

function LogOut() {
  const [failed, setFailed] = useState<DomscopeError | null>(null)
  const logOut = async (): Promise<void> => {
    try {
      await writeApi('DELETE', SESSION_API)
      window.location.replace(ownAddress(LOGIN_PAGE))
    } catch (error) {
      const known = findDomscopeError(error)
      if (known === null) throw error
      setFailed(known)
    }
  }
  return (
    <>
      <button type="button" onClick={() => void logOut()}>
        Log out
      </button>
      {failed === null ? null : <p role="alert">{failed.message}</p>}
    </>
  )
}

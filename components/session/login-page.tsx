'use client'

import { type FormEvent, useCallback, useEffect, useRef, useState } from 'react'
import { findDomscopeError } from '../../lib/errors/domscope-error.ts'
import { BrandMark } from '../shell/brand-mark.tsx'
import { ownAddress } from '../ui/address.ts'
import { writeApi } from '../ui/api.ts'
import { SafeText } from '../ui/safe-text.tsx'
import { type LoginFragment, readFragment } from './return-address.ts'
import { SESSION_API, type SessionAnswer } from './session-answer.ts'
import { useSession } from './session-context.tsx'

/** Where one logs in: by the form, or by the token of a link. */
export function LoginPage() {
  const session = useSession()
  const { failed, isBusy, logIn, goBack } = useLogin()
  return (
    <main className="login">
      <section aria-labelledby="login-title">
        <h1 id="login-title">
          <BrandMark />
          Domscope
        </h1>
        {session?.loggedIn === true ? (
          <p>
            You are logged in{session.user === '' ? '' : ' as '}
            <SafeText text={session.user ?? ''} />.{' '}
            <button type="button" onClick={goBack}>
              Go on
            </button>
          </p>
        ) : session === null ? (
          <p className="hint">Asking the server …</p>
        ) : (
          <LoginWay session={session} isBusy={isBusy} logIn={logIn} />
        )}
        {failed === null ? null : (
          <p className="login-failed" role="alert">
            {failed}
          </p>
        )}
      </section>
    </main>
  )
}

type LogIn = (body: Readonly<Record<string, string>>) => void

function LoginWay({ session, isBusy, logIn }: { session: SessionAnswer; isBusy: boolean; logIn: LogIn }) {
  switch (session.form) {
    case 'password':
      return <PasswordForm isBusy={isBusy} logIn={logIn} />
    case 'token':
      return <TokenForm isBusy={isBusy} logIn={logIn} />
    case null:
      if (session.mode !== 'oidc') return <p>The proxy in front of this server logs people in; it named nobody.</p>
      if (!session.loginReady) {
        return <p role="status">The login service does not answer. Domscope asks it again; reload this page soon.</p>
      }
      return (
        <a className="login-link" href={ownAddress('/api/v1/oidc/start')}>
          Log in with the organisation’s account
        </a>
      )
  }
}

function PasswordForm({ isBusy, logIn }: { isBusy: boolean; logIn: LogIn }) {
  const submit = (event: FormEvent<HTMLFormElement>): void => {
    event.preventDefault()
    const fields = new FormData(event.currentTarget)
    logIn({ user: String(fields.get('user')), password: String(fields.get('password')) })
  }
  return (
    <form onSubmit={submit}>
      <label>
        User
        <input name="user" type="text" autoComplete="username" autoCapitalize="none" spellCheck={false} required />
      </label>
      <label>
        Password
        <input name="password" type="password" autoComplete="current-password" required />
      </label>
      <button type="submit" disabled={isBusy}>
        Log in
      </button>
    </form>
  )
}

function TokenForm({ isBusy, logIn }: { isBusy: boolean; logIn: LogIn }) {
  const submit = (event: FormEvent<HTMLFormElement>): void => {
    event.preventDefault()
    logIn({ token: String(new FormData(event.currentTarget).get('token')).trim() })
  }
  return (
    <form onSubmit={submit}>
      <label>
        Admin token
        <input name="token" type="password" autoComplete="current-password" spellCheck={false} required />
      </label>
      <p className="hint">The server printed a link with it at its first start, and tells at each start where it is.</p>
      <button type="submit" disabled={isBusy}>
        Log in
      </button>
    </form>
  )
}

/** Logging in and going on. The fragment is read once, and taken out of the address before anything else happens. */
function useLogin() {
  const [failed, setFailed] = useState<string | null>(null)
  const [isBusy, setBusy] = useState(false)
  const fragment = useRef<LoginFragment | null>(null)
  const goBack = useCallback(() => window.location.replace(fragment.current?.back ?? ownAddress('/')), [])
  const logIn = useCallback(
    (body: Readonly<Record<string, string>>): void => {
      setBusy(true)
      setFailed(null)
      writeApi('POST', SESSION_API, body).then(goBack, (error: unknown) => {
        setBusy(false)
        const known = findDomscopeError(error)
        if (known === null) throw error
        setFailed(known.message)
      })
    },
    [goBack],
  )
  useEffect(() => {
    if (fragment.current !== null) return
    fragment.current = readFragment(window.location.hash, window.location.origin, ownAddress(''))
    const { token } = fragment.current
    if (token === null) return
    window.history.replaceState(window.history.state, '', window.location.pathname)
    logIn({ token })
  }, [logIn])
  return { failed, isBusy, logIn, goBack }
}

/** Who looks at this page, as `/api/v1/session` tells it. */
export interface SessionAnswer {
  readonly mode: string
  /** What the form of the login page asks for; null where nothing is sent to log in. */
  readonly form: 'token' | 'password' | null
  /** Open to everybody who reaches it. */
  readonly insecure: boolean
  readonly loggedIn: boolean
  /** False while the provider that people log in at cannot be asked. */
  readonly loginReady: boolean
  /** Empty where there is no login; absent for who is not logged in. */
  readonly user?: string
  readonly role?: string
  /** What may be seen, in words. */
  readonly sees?: string
  /** Public id; null where access comes from something else than a session. */
  readonly session?: string | null
}

/** A session in the list of them. Times are ms since 1970. */
export interface SessionRow {
  readonly session: string
  readonly user: string
  readonly role: string
  readonly sees: string
  readonly kind: 'login' | 'link'
  readonly address: string
  readonly agent: string
  readonly openedAt: number
  readonly seenAt: number
  readonly expiresAt: number
  /** The one that this page is shown with. */
  readonly own: boolean
}

export const SESSION_API = '/api/v1/session'
export const SESSIONS_API = '/api/v1/sessions'

/** Why somebody did not come in, for the operator: the visitor learns nothing of it. */
export interface OidcRefusal {
  readonly code: string
  readonly reason: string
}

const REASONS: Readonly<Record<string, readonly [code: string, reason: string]>> = {
  OAUTH_AUTHORIZATION_RESPONSE_ERROR: ['OIDC_DENIED', 'The provider did not log this person in'],
  OAUTH_RESPONSE_BODY_ERROR: [
    'OIDC_CODE',
    'The provider did not take the code: it is used, too old, or for another redirectUri',
  ],
  OAUTH_JWT_CLAIM_COMPARISON_FAILED: ['OIDC_CLAIM', 'The token is not for this login, this client or from this issuer'],
  OAUTH_JWT_TIMESTAMP_CHECK_FAILED: ['OIDC_CLOCK', 'The token is too old: compare the clocks of both machines'],
  OAUTH_INVALID_RESPONSE: ['OIDC_ANSWER', 'The answer does not belong to the login that was begun'],
  OAUTH_RESPONSE_IS_NOT_CONFORM: ['OIDC_PROVIDER', 'The provider answered with an error'],
  OAUTH_WWW_AUTHENTICATE_CHALLENGE: ['OIDC_CLIENT', 'The provider does not know this client, or not by this secret'],
}

/** What the library found wrong. Codes, not texts, are looked at; texts are passed on. */
export function refusalOf(error: unknown): OidcRefusal {
  const { code = '', message = String(error) } = error as { code?: string; message?: string }
  const known = REASONS[code]
  if (known === undefined) return { code: 'OIDC_UNREACHABLE', reason: `The provider cannot be asked: ${message}` }
  return { code: known[0], reason: `${known[1]}: ${detailOf(error) ?? message}` }
}

function detailOf(error: unknown): string | null {
  const { error: word, cause } = error as { error?: unknown; cause?: { claim?: unknown } }
  if (typeof word === 'string') return word
  return typeof cause?.claim === 'string' ? `claim ${cause.claim}` : null
}

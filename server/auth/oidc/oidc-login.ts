import { readFileSync } from 'node:fs'
import * as client from 'openid-client'
import type { Clock } from '../../clock.ts'
import { configError } from '../../config/config-error.ts'
import type { Log } from '../../log.ts'
import type { Grant } from '../login-desk.ts'
import { type OidcRefusal, refusalOf } from './oidc-refusal.ts'
import { CALLBACK_PATH, type OidcSettings } from './oidc-settings.ts'
import { PendingLogins } from './pending-logins.ts'

const RETRY_MS = 10_000
const TIMEOUT_S = 10
/** A clock that is ahead of ours by more is no matter of seconds; the library does not look at this. */
const FUTURE_S = 300
const NAME = /^[^\p{C}]{1,128}$/u

export type OidcOutcome =
  | { readonly ok: true; readonly grant: Grant }
  | { readonly ok: false; readonly refusal: OidcRefusal; readonly user: string | null }

interface OidcParts {
  readonly settings: OidcSettings
  readonly rights: (user: string, groups: readonly string[]) => Pick<Grant, 'role' | 'scope'> | null
  readonly clock: Clock
  readonly log: Log
}

/** Logs people in at an OpenID provider: code, PKCE, state and nonce. */
export class OidcLogin {
  private readonly parts: OidcParts
  private readonly pending: PendingLogins
  private readonly secret: string | null
  private provider: client.Configuration | null = null
  private cancel: () => void = () => {}
  private isClosed = false

  /** @throws DomscopeError `BAD_CONFIG` when the file of the client's secret cannot be used. */
  constructor(parts: OidcParts) {
    this.parts = parts
    this.pending = new PendingLogins(parts.clock)
    const { clientSecretFile } = parts.settings
    this.secret = clientSecretFile === null ? null : readSecret(clientSecretFile)
    void this.findProvider()
  }

  /** Whether the provider was found. Until then it is asked again and again. */
  get isReady(): boolean {
    return this.provider !== null
  }

  /** Where pages are, with a slash at the end. */
  get home(): string {
    return `${this.parts.settings.redirectUri.slice(0, -CALLBACK_PATH.length)}/`
  }

  /** Begins a login: where to send the browser, which keeps `id` until it comes back. Null without a provider. */
  async begin(id: string): Promise<string | null> {
    if (this.provider === null) return null
    const { redirectUri, scopes } = this.parts.settings
    const login = {
      state: client.randomState(),
      nonce: client.randomNonce(),
      verifier: client.randomPKCECodeVerifier(),
    }
    this.pending.add(id, login)
    return client.buildAuthorizationUrl(this.provider, {
      redirect_uri: redirectUri,
      scope: scopes,
      state: login.state,
      nonce: login.nonce,
      code_challenge: await client.calculatePKCECodeChallenge(login.verifier),
      code_challenge_method: 'S256',
    }).href
  }

  /** @param search - What the provider sent the browser back with. */
  async finish(id: string | null, search: string): Promise<OidcOutcome> {
    const login = id === null ? null : this.pending.take(id)
    if (this.provider === null || login === null) {
      const reason = 'No login was begun in this browser, it is older than ten minutes, or it was finished already'
      return refuse({ code: 'OIDC_NOT_BEGUN', reason })
    }
    try {
      // The address comes from the settings: a proxy may show us another one than the provider was told.
      const url = new URL(`${this.parts.settings.redirectUri}?${search}`)
      const tokens = await client.authorizationCodeGrant(this.provider, url, {
        pkceCodeVerifier: login.verifier,
        expectedState: login.state,
        expectedNonce: login.nonce,
        idTokenExpected: true,
      })
      return await this.admit(this.provider, tokens.claims()!, tokens.access_token)
    } catch (error) {
      return refuse(refusalOf(error))
    }
  }

  close(): void {
    this.isClosed = true
    this.cancel()
  }

  private async admit(provider: client.Configuration, idToken: client.IDToken, token: string): Promise<OidcOutcome> {
    const { settings, rights, clock } = this.parts
    const { userClaim, groupsClaim } = settings
    if (idToken.iat > clock.wall() / 1000 + FUTURE_S) {
      return refuse({ code: 'OIDC_CLOCK', reason: 'The token is from the future: compare the clocks of both machines' })
    }
    const isWhole = idToken[userClaim] !== undefined && idToken[groupsClaim] !== undefined
    const canAsk = !isWhole && provider.serverMetadata().userinfo_endpoint !== undefined
    const more = canAsk ? await client.fetchUserInfo(provider, token, idToken.sub) : {}
    const claims: Readonly<Record<string, unknown>> = { ...more, ...idToken }
    const user = claims[userClaim]
    if (typeof user !== 'string' || !NAME.test(user)) {
      return refuse({ code: 'OIDC_NO_USER', reason: `The provider says no name: there is no claim ${userClaim}` })
    }
    const found = rights(user, groupsIn(claims[groupsClaim]))
    if (found !== null) return { ok: true, grant: { user, ...found } }
    return refuse({ code: 'NO_ACCESS', reason: 'Neither the account nor its groups may see anything here' }, user)
  }

  private async findProvider(): Promise<void> {
    const { settings, log, clock } = this.parts
    const issuer = new URL(settings.issuer)
    try {
      this.provider = await client.discovery(
        issuer,
        settings.clientId,
        {},
        this.secret === null ? client.None() : client.ClientSecretBasic(this.secret),
        { timeout: TIMEOUT_S, execute: issuer.protocol === 'http:' ? [client.allowInsecureRequests] : [] },
      )
      log.info('oidc.found', { issuer: settings.issuer })
    } catch (error) {
      if (this.isClosed) return
      log.error('oidc.unreachable', { issuer: settings.issuer, error, reason: refusalOf(error).reason })
      this.cancel = clock.after(RETRY_MS, () => void this.findProvider())
    }
  }
}

function refuse(refusal: OidcRefusal, user: string | null = null): OidcOutcome {
  return { ok: false, refusal, user }
}

/** A list, or names separated by blanks or commas. */
function groupsIn(claim: unknown): readonly string[] {
  const list = typeof claim === 'string' ? claim.split(/[\s,]+/) : Array.isArray(claim) ? claim : []
  return list.filter((one): one is string => typeof one === 'string' && one !== '').slice(0, 1000)
}

function readSecret(path: string): string {
  try {
    const secret = readFileSync(path, 'utf8').trim()
    if (secret !== '') return secret
  } catch (cause) {
    throw configError(
      'auth.oidc.clientSecretFile',
      `${path} cannot be read`,
      'Give a file that this user can read.',
      cause,
    )
  }
  throw configError('auth.oidc.clientSecretFile', `${path} is empty`, 'Write the secret of the client into it.')
}

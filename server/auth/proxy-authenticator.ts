import { problem } from '../http/problem.ts'
import { headerValues } from '../http/request-policy.ts'
import type { Access } from './access.ts'
import {
  type Authenticator,
  type AuthRequest,
  allow,
  byCookie,
  hasOrigin,
  loginRequired,
  originRequired,
} from './authenticator.ts'
import { type ProxySettings, peerList } from './proxy-peers.ts'
import type { SessionStore } from './session-store.ts'

const NAME = /^[^\p{C}]{1,128}$/u
const MAX_GROUPS = 200

/**
 * Believes the header of a proxy, from the addresses that are listed and from no other.
 *
 * @param rights - What a user of these groups may do and see; null for one who may not come in.
 */
export function proxyAuthenticator(
  { peers, userHeader, groupsHeader }: ProxySettings,
  sessions: SessionStore,
  rights: (user: string, groups: readonly string[]) => Pick<Access, 'role' | 'scope'> | null,
): Authenticator {
  const list = peerList(peers, 'auth.proxy.peers')
  const named = (request: AuthRequest): string | null => {
    if (!list.has(request.peer)) return null
    const values = headerValues(request.rawHeaders, userHeader.toLowerCase())
    const user = values.length === 1 ? decode(values[0]!) : null
    return user !== null && NAME.test(user) ? user : null
  }
  const groupsOf = ({ rawHeaders }: AuthRequest): readonly string[] =>
    groupsHeader === null
      ? []
      : headerValues(rawHeaders, groupsHeader.toLowerCase())
          .flatMap((value) => (decode(value) ?? '').split(','))
          .map((name) => name.trim())
          .slice(0, MAX_GROUPS)
  return {
    authenticate(request, purpose) {
      const user = named(request)
      const found = user === null ? byCookie(sessions, request) : rights(user, groupsOf(request))
      if (found === null) {
        if (user === null) return loginRequired('The proxy in front of this server names nobody.')
        return { ok: false, problem: problem(403, 'NO_ACCESS', 'This account may see nothing here.') }
      }
      // The browser shows its cookie for the proxy to whoever makes it ask, as it would ours.
      if (purpose !== 'read' && !hasOrigin(request)) return originRequired()
      return allow(user === null ? (found as Access) : { user, ...found, session: null })
    },
  }
}

/** Node gives header bytes as latin1; proxies send UTF-8. Null for what is neither. */
function decode(value: string): string | null {
  try {
    return new TextDecoder('utf-8', { fatal: true }).decode(Buffer.from(value, 'latin1')).trim()
  } catch {
    return null
  }
}

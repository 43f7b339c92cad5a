import { problem } from '../../http/problem.ts'
import type { Authenticator } from '../authenticator.ts'
import { LINK_LIMITS, type WallLinks } from './wall-links.ts'

/**
 * Lets no more than five streams in by one link: it is for some screens, not for a crowd.
 *
 * @param streamsOf - How many streams a session has open now.
 */
export function limitScreens(
  authenticator: Authenticator,
  links: WallLinks,
  streamsOf: (session: string) => number,
): Authenticator {
  return {
    authenticate(request, purpose) {
      const verdict = authenticator.authenticate(request, purpose)
      if (!verdict.ok || purpose !== 'stream' || verdict.access.session === null) return verdict
      const open = links.companions(verdict.access.session).reduce((sum, one) => sum + streamsOf(one), 0)
      if (open < LINK_LIMITS.screens) return verdict
      const message = `This link shows on ${LINK_LIMITS.screens} screens already.`
      return { ok: false, problem: problem(429, 'LINK_FULL', message, {}, { 'Retry-After': '30' }) }
    },
  }
}

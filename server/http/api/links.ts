import { findDomscopeError } from '../../../lib/errors/domscope-error.ts'
import type { Access, Scope } from '../../auth/access.ts'
import { LINK_LIMITS, type LinkFacts, type WallLinks } from '../../auth/links/wall-links.ts'
import { readScope } from '../../config/access-rules.ts'
import { type HttpProblem, problem } from '../problem.ts'
import { type AnyRoute, type Route, type RouteAnswer, type RouteContext, refused, type WriteRequest } from '../route.ts'

/** `/api/v1/links`: the links for walls that one has made, newest first, all for admins; POST makes one. */
export const linksRoute: Route = {
  pattern: ['api', 'v1', 'links'],
  parameters: [],
  answer: (context) => {
    const links = linksOf(context)
    if ('status' in links) return refused(links)
    return { kind: 'json', value: { links: links.list().filter((link) => mayTouch(context.access, link)) } }
  },
  writes: { POST: makeLink },
}

/** `/api/v1/links/ID`: DELETE revokes a link; its screens go dark at once. */
export const oneLinkRoute: AnyRoute = {
  pattern: ['api', 'v1', 'links', '*'],
  parameters: [],
  writes: { DELETE: revokeLink },
}

/** `/api/v1/links/ID/extend`: POST lets a link live for so many days from now. */
export const extendLinkRoute: AnyRoute = {
  pattern: ['api', 'v1', 'links', '*', 'extend'],
  parameters: [],
  writes: { POST: extendLink },
}

function linksOf({ wallLinks, access }: RouteContext): WallLinks | HttpProblem {
  if (wallLinks === null)
    return problem(404, 'NO_LINKS', 'There is no login here: the address of a wall shows it without a link.')
  if (access.role === 'viewer') return problem(403, 'OPERATORS_ONLY', 'Links are made and ended by operators.')
  return wallLinks
}

/** A link names hosts and domains in its view and its scope: others' links are for admins alone. */
function mayTouch({ role, user }: Access, { creator }: LinkFacts): boolean {
  return role === 'admin' || creator === user
}

function makeLink(context: RouteContext, { body, address }: WriteRequest): RouteAnswer {
  const links = linksOf(context)
  if ('status' in links) return refused(links)
  const { access, log } = context
  const wish = readWish(body, access)
  if (!wish.ok) return refused(wish.problem)
  const made = keep(() => links.make({ ...wish.value, creator: access.user }))
  if (made !== null && 'status' in made) return refused(made)
  if (made === null)
    return refused(problem(409, 'TOO_MANY_LINKS', `There are ${LINK_LIMITS.links} links already; revoke some.`))
  const { link, secret } = made
  log.info('audit.link_made', { link: link.id, name: link.name, by: access.user, address })
  return { kind: 'json', status: 201, value: { link, secret, path: `/wall?link=${link.id}#${secret}` } }
}

function revokeLink(context: RouteContext, { segments, address }: WriteRequest): RouteAnswer {
  const found = findLink(context, segments[0]!)
  if (!found.ok) return refused(found.problem)
  const { id, name } = found.link
  const done = keep(() => found.links.revoke(id))
  if (typeof done !== 'boolean') return refused(done)
  if (done) context.log.info('audit.link_revoked', { link: id, name, by: context.access.user, address })
  return { kind: 'json', value: { revoked: id } }
}

function extendLink(context: RouteContext, { segments, body, address }: WriteRequest): RouteAnswer {
  const found = findLink(context, segments[0]!)
  if (!found.ok) return refused(found.problem)
  const days = readDays(body.days)
  if (typeof days !== 'number') return refused(days)
  const { id, name } = found.link
  const link = keep(() => found.links.extend(id, days))
  if (link === null) return refused(problem(409, 'LINK_REVOKED', 'This link was revoked; make another one.'))
  if ('status' in link) return refused(link)
  context.log.info('audit.link_extended', { link: id, name, days, by: context.access.user, address })
  return { kind: 'json', value: { link } }
}

type FoundLink =
  | { readonly ok: true; readonly links: WallLinks; readonly link: LinkFacts }
  | { readonly ok: false; readonly problem: HttpProblem }

function findLink(context: RouteContext, id: string): FoundLink {
  const links = linksOf(context)
  if ('status' in links) return { ok: false, problem: links }
  const link = links.get(id)
  // To others it does not exist.
  if (link === null || !mayTouch(context.access, link))
    return { ok: false, problem: problem(404, 'NO_SUCH_LINK', 'There is no such link.') }
  return { ok: true, links, link }
}

/** Does what must be written to the disk; a problem where that fails. */
function keep<T>(change: () => T): T | HttpProblem {
  try {
    return change()
  } catch (error) {
    const { code = 'unknown error' } = error as NodeJS.ErrnoException
    return problem(500, 'LINK_NOT_KEPT', `The links cannot be written to the disk of the server: ${code}.`)
  }
}

interface Wish {
  readonly name: string
  readonly view: string
  readonly scope: Scope
  readonly days: number
}

type ReadWish = { readonly ok: true; readonly value: Wish } | { readonly ok: false; readonly problem: HttpProblem }

function readWish({ name, view, days: given, scope }: WriteRequest['body'], access: Access): ReadWish {
  const bad = (message: string): ReadWish => ({ ok: false, problem: problem(400, 'BAD_LINK', message) })
  if (!isText(name, LINK_LIMITS.name) || name.trim() === '')
    return bad(`A link needs a "name" of 1 to ${LINK_LIMITS.name} characters.`)
  if (!isText(view, LINK_LIMITS.view) || /^\?|#/.test(view))
    return bad(
      `A link needs a "view": the query of the wall's address, without "?" and "#", at most ${LINK_LIMITS.view} characters.`,
    )
  const days = readDays(given)
  if (typeof days !== 'number') return { ok: false, problem: days }
  if (scope === undefined) return { ok: true, value: { name, view, days, scope: access.scope } }
  if (access.scope !== null) return bad('You see a part of the fleet, and so does what you make: leave "scope" out.')
  try {
    return { ok: true, value: { name, view, days, scope: readScope(scope, 'scope') } }
  } catch (error) {
    return bad(findDomscopeError(error)?.message ?? 'This is no scope.')
  }
}

function readDays(value: unknown): number | HttpProblem {
  if (value === undefined) return LINK_LIMITS.defaultDays
  if (typeof value === 'number' && Number.isInteger(value) && value >= 1 && value <= LINK_LIMITS.days) return value
  return problem(400, 'BAD_LINK', `"days" is a whole number from 1 to ${LINK_LIMITS.days}.`)
}

function isText(value: unknown, most: number): value is string {
  return typeof value === 'string' && value.length <= most && !/\p{Cc}/u.test(value)
}

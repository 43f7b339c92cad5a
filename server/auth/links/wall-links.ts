import { createHash, timingSafeEqual } from 'node:crypto'
import type { Clock } from '../../clock.ts'
import { type HttpProblem, problem } from '../../http/problem.ts'
import type { Log } from '../../log.ts'
import type { Access, Scope } from '../access.ts'
import type { OpenedSession, SessionStore } from '../session-store.ts'
import type { KeptLink } from './link-file.ts'

/** A link as lists show it: nothing in it lets anybody in. */
export interface LinkFacts extends Omit<KeptLink, 'digest'> {
  /** Screens that are let in now. */
  readonly screens: number
}

/** Where links are kept. */
export interface LinkKeeper {
  read(): readonly KeptLink[]
  /** Throws when it cannot. */
  write(links: readonly KeptLink[]): void
}

export interface WallLinksOptions {
  readonly clock: Clock
  /** Gives so many unpredictable bytes. */
  readonly random: (bytes: number) => Uint8Array
  readonly sessions: SessionStore
  readonly keeper: LinkKeeper
  readonly log: Log
}

/** What a link is made of. */
export interface LinkWish {
  readonly name: string
  readonly view: string
  readonly scope: Scope
  readonly creator: string
  readonly days: number
}

export const LINK_LIMITS = { links: 1_000, days: 400, defaultDays: 90, screens: 5, name: 80, view: 4_000 } as const

export type Entrance =
  /** `opened` is null where the browser shows a session of this link already. */
  | { readonly ok: true; readonly link: LinkFacts; readonly opened: OpenedSession | null }
  | { readonly ok: false; readonly problem: HttpProblem }

const DAY_MS = 86_400_000
const ID_BYTES = 9
const SECRET_BYTES = 32
/** A revoked or expired link is told from one that never was for so long. */
const REMEMBER_MS = 30 * DAY_MS
/** When a screen was last seen is written with the next change, and at most so much later. */
const SAVE_LATER_MS = 600_000
const NO_DIGEST = digestOf('')

/**
 * Links for screens on walls: each shows one view of one scope, for as long as it lives, and can be ended.
 *
 * @remarks The secret goes out once, when a link is made, and only its SHA-256 is kept.
 */
export class WallLinks {
  private readonly options: WallLinksOptions
  private readonly links = new Map<string, KeptLink>()
  /** Link by the session that it opened. */
  private readonly opened = new Map<string, string>()
  private readonly stopListening: () => void
  private cancelSave: (() => void) | null = null

  /** @throws what the keeper throws. */
  constructor(options: WallLinksOptions) {
    this.options = options
    for (const link of options.keeper.read()) this.links.set(link.id, link)
    this.forgetOld()
    this.stopListening = options.sessions.onEnded(({ session }) => void this.opened.delete(session))
  }

  /** Newest first. */
  list(): readonly LinkFacts[] {
    return [...this.links.values()].map((link) => this.facts(link)).reverse()
  }

  get(id: string): LinkFacts | null {
    const link = this.links.get(id)
    return link === undefined ? null : this.facts(link)
  }

  /** Null when there are too many already. Throws what the keeper throws, and then there is no such link. */
  make({ days, ...wish }: LinkWish): { readonly link: LinkFacts; readonly secret: string } | null {
    this.forgetOld()
    if (this.links.size >= LINK_LIMITS.links) return null
    const now = this.options.clock.wall()
    const secret = this.text(SECRET_BYTES)
    const link: KeptLink = {
      id: this.text(ID_BYTES),
      ...wish,
      digest: digestOf(secret).toString('base64url'),
      ...{ createdAt: now, expiresAt: now + days * DAY_MS, revokedAt: null, seenAt: null, address: null },
    }
    this.put(link)
    return { link: this.facts(link), secret }
  }

  /** Ends a link, and every screen that it let in, at once. False when it was ended before. */
  revoke(id: string): boolean {
    const link = this.links.get(id)
    if (link === undefined || link.revokedAt !== null) return false
    // The screens first: they go dark also where the disk is full.
    for (const [session, of] of [...this.opened]) if (of === id) this.options.sessions.end(session, 'revoked')
    this.put({ ...link, revokedAt: this.options.clock.wall() })
    return true
  }

  /** Lets a link live for so many days from now. Null for one that was revoked. */
  extend(id: string, days: number): LinkFacts | null {
    const link = this.links.get(id)
    if (link === undefined || link.revokedAt !== null) return null
    const longer = { ...link, expiresAt: this.options.clock.wall() + days * DAY_MS }
    this.put(longer)
    return this.facts(longer)
  }

  /** Lets a screen in that shows the secret of a link; as often as it comes. */
  enter(id: string, secret: string, access: Access, from: { address: string; agent: string }): Entrance {
    const link = this.links.get(id)
    const isRight = timingSafeEqual(digestOf(secret), link === undefined ? NO_DIGEST : bytesOf(link.digest))
    if (link === undefined || !isRight)
      return { ok: false, problem: problem(401, 'LINK_UNKNOWN', 'This link is not known here.') }
    const now = this.options.clock.wall()
    if (link.revokedAt !== null) return gone('LINK_REVOKED', 'This link was revoked.')
    if (link.expiresAt <= now) return gone('LINK_EXPIRED', 'This link has expired.')
    const seen = { ...link, seenAt: now, address: from.address }
    this.links.set(id, seen)
    this.saveLater()
    if (access.session !== null && this.opened.get(access.session) === id)
      return { ok: true, link: this.facts(seen), opened: null }
    const opened = this.options.sessions.open({
      ...{ user: `link:${id}`, role: 'viewer', scope: link.scope, kind: 'link', ...from },
      ...{ idleMs: null, absoluteMs: link.expiresAt - now },
    })
    this.opened.set(opened.session.session, id)
    return { ok: true, link: this.facts(seen), opened }
  }

  /** The sessions of the link that opened this one, itself among them; empty for a session of no link. */
  companions(session: string): readonly string[] {
    const id = this.opened.get(session)
    return id === undefined ? [] : [...this.opened].filter(([, of]) => of === id).map(([one]) => one)
  }

  close(): void {
    this.stopListening()
    if (this.cancelSave === null) return
    this.cancelSave()
    this.saveSeen()
  }

  private put(link: KeptLink): void {
    const next = new Map(this.links).set(link.id, link)
    this.options.keeper.write([...next.values()])
    this.links.set(link.id, link)
    this.cancelSave?.()
    this.cancelSave = null
  }

  private saveLater(): void {
    this.cancelSave ??= this.options.clock.after(SAVE_LATER_MS, () => {
      this.cancelSave = null
      this.saveSeen()
    })
  }

  /** Only when a screen was seen is at stake: nobody waits for an answer. */
  private saveSeen(): void {
    try {
      this.options.keeper.write([...this.links.values()])
    } catch (error) {
      this.options.log.warn('links.unsaved', { error })
    }
  }

  private forgetOld(): void {
    const before = this.options.clock.wall() - REMEMBER_MS
    for (const { id, expiresAt, revokedAt } of [...this.links.values()])
      if (Math.min(expiresAt, revokedAt ?? expiresAt) < before) this.links.delete(id)
  }

  private facts({ digest: _digest, ...link }: KeptLink): LinkFacts {
    let screens = 0
    for (const of of this.opened.values()) if (of === link.id) screens++
    return { ...link, screens }
  }

  private text(bytes: number): string {
    return Buffer.from(this.options.random(bytes)).toString('base64url')
  }
}

function gone(code: string, message: string): Entrance {
  return { ok: false, problem: problem(410, code, message) }
}

function digestOf(secret: string): Buffer {
  return createHash('sha256').update(secret).digest()
}

/** A digest from the file, whatever its length: what is no digest matches nothing. */
function bytesOf(digest: string): Buffer {
  const bytes = Buffer.from(digest, 'base64url')
  return bytes.length === NO_DIGEST.length ? bytes : NO_DIGEST
}

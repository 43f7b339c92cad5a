import { createHash } from 'node:crypto'
import type { Clock } from '../clock.ts'
import type { Access, Role, Scope } from './access.ts'

/** How somebody came in: by a login, or a screen by its link. */
export type SessionKind = 'login' | 'link'

/** What a session is opened with. */
export interface SessionGrant {
  readonly user: string
  readonly role: Role
  readonly scope: Scope
  readonly kind: SessionKind
  /** Of the peer; for the list of sessions. */
  readonly address: string
  /** `User-Agent`, as it came; for the list of sessions. */
  readonly agent: string
  /** Ends after so long without a request or a stream, in ms; null never. Left out: {@link SessionLimits.idleMs}. */
  readonly idleMs?: number | null
  /** Ends after so long whatever happens, in ms. Left out: {@link SessionLimits.absoluteMs}. */
  readonly absoluteMs?: number
}

/** A session as lists show it: nothing in it lets anybody in. Times are ms since 1970. */
export interface SessionFacts extends Access {
  readonly session: string
  readonly kind: SessionKind
  readonly address: string
  readonly agent: string
  readonly openedAt: number
  readonly seenAt: number
  readonly expiresAt: number
}

export interface OpenedSession {
  /** What its holder shows from now on; it cannot be had again. */
  readonly secret: string
  readonly session: SessionFacts
  /** The longest that it can last, in ms: so long a browser keeps it. Whether it is used only we know. */
  readonly lifeMs: number
}

export interface SessionLimits {
  readonly idleMs: number
  readonly absoluteMs: number
  /** In all. One more ends the one that was not used for longest. */
  readonly sessions: number
  /** Of one user; the same. */
  readonly perUser: number
}

const HOUR_MS = 3_600_000
export const SESSION_LIMITS: SessionLimits = {
  idleMs: 12 * HOUR_MS,
  absoluteMs: 7 * 24 * HOUR_MS,
  sessions: 5_000,
  perUser: 100,
}

/** Why a session ended, for pages and the log. */
export type SessionEnd = 'logout' | 'revoked' | 'expired' | 'crowded out'
export type EndListener = (session: SessionFacts, why: SessionEnd) => void

const SECRET_BYTES = 32
const ID_BYTES = 9
const MAX_AGENT = 200

interface Session {
  readonly digest: string
  readonly access: Access & { readonly session: string }
  readonly grant: SessionGrant
  readonly idleMs: number
  /** Monotonic. */
  readonly endsAt: number
  seenAt: number
  readonly openedWall: number
  seenWall: number
}

/**
 * Who is logged in: sessions live here and nowhere else, so that one that is ended is ended.
 *
 * @remarks The secret goes out once, when a session opens, and only its SHA-256 stays. In memory: a restart logs
 * everybody out.
 */
export class SessionStore {
  private readonly clock: Clock
  private readonly random: (bytes: number) => Uint8Array
  private readonly limits: SessionLimits
  private readonly byDigest = new Map<string, Session>()
  private readonly byId = new Map<string, Session>()
  private readonly listeners = new Set<EndListener>()
  private cancelTimer: () => void = () => {}
  private timerAt = Number.POSITIVE_INFINITY

  /** @param random - Gives so many unpredictable bytes. */
  constructor(clock: Clock, random: (bytes: number) => Uint8Array, limits: SessionLimits = SESSION_LIMITS) {
    this.clock = clock
    this.random = random
    this.limits = limits
  }

  get size(): number {
    return this.byId.size
  }

  /** Opens a session. */
  open(grant: SessionGrant): OpenedSession {
    this.makeRoom(grant.user)
    const secret = this.text(SECRET_BYTES)
    const { user, role, scope, idleMs = this.limits.idleMs, absoluteMs = this.limits.absoluteMs } = grant
    const now = this.clock.now()
    const session: Session = {
      digest: digestOf(secret),
      access: { user, role, scope, session: this.text(ID_BYTES) },
      grant: { ...grant, agent: grant.agent.slice(0, MAX_AGENT) },
      idleMs: idleMs ?? Number.POSITIVE_INFINITY,
      endsAt: now + absoluteMs,
      seenAt: now,
      openedWall: this.clock.wall(),
      seenWall: this.clock.wall(),
    }
    this.byDigest.set(session.digest, session)
    this.byId.set(session.access.session, session)
    this.schedule(expiryOf(session))
    return { secret, session: this.facts(session), lifeMs: absoluteMs }
  }

  /** Who holds this secret; null when nobody does any more. Counts as use. */
  find(secret: string): Access | null {
    const session = this.byDigest.get(digestOf(secret))
    return session === undefined ? null : this.use(session)
  }

  /** The session with this public id, if it still lives. Counts as use. */
  touch(id: string): Access | null {
    const session = this.byId.get(id)
    return session === undefined ? null : this.use(session)
  }

  /** Looks without using. */
  get(id: string): SessionFacts | null {
    const session = this.byId.get(id)
    return session === undefined ? null : this.facts(session)
  }

  /** Newest first. */
  list(): readonly SessionFacts[] {
    return [...this.byId.values()].map((session) => this.facts(session)).reverse()
  }

  /** Ends a session; false when there is none of that id. */
  end(id: string, why: SessionEnd): boolean {
    const session = this.byId.get(id)
    if (session === undefined) return false
    this.byId.delete(id)
    this.byDigest.delete(session.digest)
    const facts = this.facts(session)
    for (const listener of this.listeners) listener(facts, why)
    return true
  }

  /** Calls back in the moment in which a session ends, whatever ends it; returns the undo. */
  onEnded(listener: EndListener): () => void {
    this.listeners.add(listener)
    return () => {
      this.listeners.delete(listener)
    }
  }

  close(): void {
    this.cancelTimer()
  }

  private use(session: Session): Access | null {
    const now = this.clock.now()
    if (expiryOf(session) <= now) {
      this.end(session.access.session, 'expired')
      return null
    }
    session.seenAt = now
    session.seenWall = this.clock.wall()
    return session.access
  }

  private makeRoom(user: string): void {
    const own = [...this.byId.values()].filter(({ access }) => access.user === user)
    if (own.length >= this.limits.perUser) this.endOldest(own)
    if (this.byId.size >= this.limits.sessions) this.endOldest([...this.byId.values()])
  }

  private endOldest(sessions: readonly Session[]): void {
    const oldest = sessions.reduce((least, one) => (one.seenAt < least.seenAt ? one : least))
    this.end(oldest.access.session, 'crowded out')
  }

  /** Use puts an end off, so a timer may come early; then it is set anew. */
  private schedule(at: number): void {
    if (at >= this.timerAt) return
    this.cancelTimer()
    this.timerAt = at
    // Timers of Node hold 24 days.
    const ms = Math.min(HOUR_MS, Math.max(1, at - this.clock.now()))
    this.cancelTimer = this.clock.after(ms, () => this.sweep())
  }

  private sweep(): void {
    const now = this.clock.now()
    this.timerAt = Number.POSITIVE_INFINITY
    let next = Number.POSITIVE_INFINITY
    for (const session of [...this.byId.values()]) {
      const at = expiryOf(session)
      if (at <= now) this.end(session.access.session, 'expired')
      else next = Math.min(next, at)
    }
    if (next !== Number.POSITIVE_INFINITY) this.schedule(next)
  }

  private text(bytes: number): string {
    return Buffer.from(this.random(bytes)).toString('base64url')
  }

  private facts(session: Session): SessionFacts {
    const { access, grant, openedWall, seenWall } = session
    const { kind, address, agent } = grant
    const leftMs = expiryOf(session) - this.clock.now()
    const expiresAt = Math.round(this.clock.wall() + leftMs)
    return { ...access, kind, address, agent, openedAt: openedWall, seenAt: seenWall, expiresAt }
  }
}

function expiryOf({ endsAt, seenAt, idleMs }: Session): number {
  return Math.min(endsAt, seenAt + idleMs)
}

function digestOf(secret: string): string {
  return createHash('sha256').update(secret).digest('base64url')
}

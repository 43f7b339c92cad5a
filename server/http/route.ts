import type { Access } from '../auth/access.ts'
import type { Auth } from '../auth/auth.ts'
import type { WallLinks } from '../auth/links/wall-links.ts'
import type { SessionStore } from '../auth/session-store.ts'
import type { Clock } from '../clock.ts'
import type { EventReader } from '../fleet/events/event-reader.ts'
import type { FleetReader } from '../fleet/fleet-reader.ts'
import type { HistoryReader } from '../fleet/history-reader.ts'
import type { Log } from '../log.ts'
import type { Parameters } from './parameters.ts'
import type { HttpProblem } from './problem.ts'
import type { LinkTemplate } from './tool-links.ts'

/** What a build says of itself. */
export interface BuildFacts {
  readonly version: string
  /** Changes with every build; clients reload when it does. */
  readonly build: string
  readonly mode: 'production' | 'development'
  readonly nodeEnv: string
  /** Version of Node that runs this. */
  readonly node: string
}

/** What all answers are made of. */
export interface ServedContext {
  readonly fleet: FleetReader
  readonly events: EventReader
  readonly history: HistoryReader
  readonly clock: Clock
  readonly build: BuildFacts
  /** Labels of hosts by host name, as configured. */
  readonly labels: ReadonlyMap<string, Readonly<Record<string, string>>>
  /** Links to other tools, as configured. */
  readonly links: readonly LinkTemplate[]
  /** Monotonic ms of the start. */
  readonly startedAt: number
  /** Counts for `/healthz`, read at each call. */
  readonly counts: () => Readonly<Record<string, number>>
}

/** What routes read. */
export interface RouteContext extends ServedContext {
  readonly auth: Auth
  readonly sessions: SessionStore
  /** Gives so many unpredictable bytes. */
  readonly random: (bytes: number) => Uint8Array
  /** Links for screens on walls; null where there is no login, so that nobody needs one. */
  readonly wallLinks: WallLinks | null
  /** For what people did: lines `audit.*`. */
  readonly log: Log
  /** Who asks; {@link NOBODY} on open routes without a login. */
  readonly access: Access
}

/** Somebody who is not logged in: sees nothing. */
export const NOBODY: Access = { user: '', role: 'viewer', scope: [], session: null }

export type RouteAnswer =
  | {
      readonly kind: 'json'
      readonly value: unknown
      readonly status?: number
      readonly headers?: Readonly<Record<string, string>>
    }
  | {
      readonly kind: 'stream'
      readonly type: string
      readonly headers: Readonly<Record<string, string>>
      /** Made while they are sent; each should take about a millisecond. */
      readonly pieces: Iterable<string>
    }
  | { readonly kind: 'problem'; readonly problem: HttpProblem }

export type WriteMethod = 'POST' | 'PUT' | 'DELETE'

/** A request that changes something. Its Origin names this server, and its body, if any, is a JSON object. */
export interface WriteRequest {
  readonly body: Readonly<Record<string, unknown>>
  /** The decoded parts of the path that the pattern left open. */
  readonly segments: readonly string[]
  /** Address of the other end, for the log and for limits. */
  readonly address: string
  /** `User-Agent`. */
  readonly agent: string
  /** The browser came over https. */
  readonly secure: boolean
}

/** A browser that comes to an address itself, and is sent on. */
export interface VisitRequest extends Pick<WriteRequest, 'address' | 'agent' | 'secure'> {
  readonly rawHeaders: readonly string[]
  /** The query, as it came. */
  readonly search: string
}

export type Visit = (context: RouteContext, request: VisitRequest) => Promise<RouteAnswer>
export type Write = (context: RouteContext, request: WriteRequest) => RouteAnswer | Promise<RouteAnswer>

/** An address of the API. `segments` are the decoded parts of the path that the pattern left open. */
export interface AnyRoute {
  /** Path segments; `*` stands for any one. */
  readonly pattern: readonly string[]
  /** Query parameters that reading takes. */
  readonly parameters: readonly string[]
  /** Also for those who are not logged in: what it answers then holds nothing about hosts. */
  readonly open?: boolean
  /** GET and HEAD; left out where there is nothing to read. */
  readonly answer?: (context: RouteContext, parameters: Parameters, segments: readonly string[]) => RouteAnswer
  /** GET in place of `answer`, where more than the query counts. */
  readonly visit?: Visit
  readonly writes?: Partial<Readonly<Record<WriteMethod, Write>>>
}

/** An address that can be read. */
export interface Route extends AnyRoute {
  readonly answer: NonNullable<AnyRoute['answer']>
}

export function refused(found: HttpProblem): RouteAnswer {
  return { kind: 'problem', problem: found }
}

import type { Clock } from '../clock.ts'
import type { EventReader } from '../fleet/events/event-reader.ts'
import type { FleetReader } from '../fleet/fleet-reader.ts'
import type { HistoryReader } from '../fleet/history-reader.ts'
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

/** What routes read. */
export interface RouteContext {
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

export type RouteAnswer =
  | { readonly kind: 'json'; readonly value: unknown }
  | {
      readonly kind: 'stream'
      readonly type: string
      readonly headers: Readonly<Record<string, string>>
      /** Made while they are sent; each should take about a millisecond. */
      readonly pieces: Iterable<string>
    }
  | { readonly kind: 'problem'; readonly problem: HttpProblem }

/** A GET route. `segments` are the decoded parts of the path that the pattern left open. */
export interface Route {
  /** Path segments; `*` stands for any one. */
  readonly pattern: readonly string[]
  readonly parameters: readonly string[]
  readonly answer: (context: RouteContext, parameters: Parameters, segments: readonly string[]) => RouteAnswer
}

export function refused(found: HttpProblem): RouteAnswer {
  return { kind: 'problem', problem: found }
}

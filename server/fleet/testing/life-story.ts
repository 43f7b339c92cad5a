import { Lane } from '../fleet-writer.ts'

/** What libvirt says of a domain between two changes. */
export interface Phase {
  /** Which of the story's processes runs, counted from 0; null for none. */
  readonly process: number | null
  /** libvirt's id of it; -1 for none. */
  readonly id: number
  /** `state.state`. */
  readonly state: number
  /** The domain is not there at all. */
  readonly gone?: boolean
}

/** A lifecycle event. */
export interface ToldEvent {
  readonly event: number
  readonly detail: number
  /** As the event carries it: the end of a process may be told with or without its id. */
  readonly id: number
}

/** What happens to a domain: a phase, and then changes, each with its event and the phase after it. */
export interface Story {
  readonly name: string
  readonly first: Phase
  readonly changes: readonly { readonly told: ToldEvent; readonly after: Phase }[]
}

const RUNNING = 1
const PAUSED = 3
const SHUT_OFF = 5
const CRASHED = 6
const runs = (process: number, id: number, state = RUNNING): Phase => ({ process, id, state })
const OFF: Phase = { process: null, id: -1, state: SHUT_OFF }
const GONE: Phase = { ...OFF, gone: true }
const stops = (id: number, detail = 1, after = OFF) => ({ told: { event: 5, detail, id }, after })
const starts = (process: number, id: number) => ({ told: { event: 2, detail: 0, id }, after: runs(process, id) })

/** Libvirt counts ids up; LXC's are process numbers, which come back. */
export const STORIES: readonly Story[] = [
  { name: 'running → stopped', first: runs(0, 5), changes: [stops(-1)] },
  { name: 'running → died', first: runs(0, 5), changes: [stops(5, 5)] },
  { name: 'running → stopped and gone', first: runs(0, 5), changes: [stops(-1, 1, GONE)] },
  { name: 'running → migrated away', first: runs(0, 5), changes: [suspends(0, 5, 1), stops(-1, 3)] },
  { name: 'running → stopped → started', first: runs(0, 5), changes: [stops(-1), starts(1, 6)] },
  { name: 'running → died → started with the same id', first: runs(0, 5), changes: [stops(5, 5), starts(1, 5)] },
  { name: 'off → started → stopped', first: OFF, changes: [starts(0, 5), stops(-1)] },
  { name: 'running → paused → running', first: runs(0, 5), changes: [suspends(0, 5), resumes(0, 5)] },
  { name: 'running → crashed → destroyed', first: runs(0, 5), changes: [crashes(0, 5), stops(-1)] },
]

/** Stories of three changes: for fewer calls at a time. */
export const LONG_STORIES: readonly Story[] = [
  { name: 'stopped → started → stopped', first: runs(0, 5), changes: [stops(-1), starts(1, 6), stops(6, 5)] },
  { name: 'stopped → started → paused', first: runs(0, 5), changes: [stops(5, 5), starts(1, 6), suspends(1, 6)] },
]

function suspends(process: number, id: number, detail = 0) {
  return { told: { event: 3, detail, id }, after: runs(process, id, PAUSED) }
}

function resumes(process: number, id: number) {
  return { told: { event: 4, detail: 0, id }, after: runs(process, id) }
}

function crashes(process: number, id: number) {
  return { told: { event: 8, detail: 0, id }, after: runs(process, id, CRASHED) }
}

/** One step of an order of things. */
export type Step =
  /** The next change happens in the daemon. */
  | { readonly kind: 'change' }
  /** The event of the next change that was not told yet arrives. */
  | { readonly kind: 'event' }
  | { readonly kind: 'send'; readonly lane: Lane }
  /** The reply arrives; its record was made in this phase. */
  | { readonly kind: 'deliver'; readonly lane: Lane; readonly phase: number }

/** Where each call and each change stands while orders are enumerated. */
interface Progress {
  readonly changes: number
  readonly events: number
  /** By lane: the phase in which its call was sent; -1 before that, -2 once it was answered. */
  readonly sentIn: readonly number[]
}

/**
 * Every order of `changes` changes, their events, and one call in each of `lanes`.
 *
 * @remarks Nobody sees when a change happens, only what is told and answered. Of orders that look the same, the one is
 * given in which changes happen first, because then most is known of what was before a call.
 */
export function* ordersOf(changes: number, lanes: readonly Lane[]): Generator<readonly Step[]> {
  const seen = new Set<string>()
  for (const steps of extend([], { changes: 0, events: 0, sentIn: lanes.map(() => -1) }, changes, lanes)) {
    const looks = steps.map((step) => (step.kind === 'change' ? '' : JSON.stringify(step))).join('')
    if (seen.has(looks)) continue
    seen.add(looks)
    yield [...steps]
  }
}

function* extend(steps: Step[], at: Progress, changes: number, lanes: readonly Lane[]): Generator<readonly Step[]> {
  let isOver = true
  for (const [step, next] of nextSteps(at, changes, lanes)) {
    isOver = false
    steps.push(step)
    yield* extend(steps, next, changes, lanes)
    steps.pop()
  }
  if (isOver) yield steps
}

function nextSteps(at: Progress, changes: number, lanes: readonly Lane[]): [Step, Progress][] {
  const next: [Step, Progress][] = []
  if (at.changes < changes) next.push([{ kind: 'change' }, { ...at, changes: at.changes + 1 }])
  if (at.events < at.changes) next.push([{ kind: 'event' }, { ...at, events: at.events + 1 }])
  lanes.forEach((lane, i) => {
    const sentIn = at.sentIn[i]!
    const put = (value: number): Progress => ({ ...at, sentIn: at.sentIn.with(i, value) })
    if (sentIn === -1) next.push([{ kind: 'send', lane }, put(at.changes)])
    for (let phase = sentIn; phase >= 0 && phase <= at.changes; phase++) {
      next.push([{ kind: 'deliver', lane, phase }, put(-2)])
    }
  })
  return next
}

/** Every lane. */
export const ALL_LANES = [Lane.Fast, Lane.Monitor, Lane.Roster] as const

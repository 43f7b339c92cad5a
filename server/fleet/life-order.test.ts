import { describe, expect, it } from 'vitest'
import { STATE_WORDS, stateAfter } from '../../lib/libvirt/words.ts'
import { Lane } from './fleet-writer.ts'
import { ALL_LANES, LONG_STORIES, ordersOf, STORIES, type Step, type Story } from './testing/life-story.ts'
import { LifeWorld, type Shown, type Stopped } from './testing/life-world.ts'

const PAIRS = [
  [Lane.Fast, Lane.Monitor],
  [Lane.Fast, Lane.Roster],
  [Lane.Monitor, Lane.Roster],
] as const

/** What must be known of a domain by what was told and answered so far, in the plainest way. */
class Known {
  private readonly story: Story
  private readonly sentIn = new Map<Lane, { phase: number; events: number }>()
  private phase = 0
  private events = 0
  /** Every event came before any reply to a call that was sent after its change: so libvirt's one connection has it. */
  private inOrder = true
  /** Phase by which the newest answered call was sent, and events told by then. */
  private answered = { phase: 0, events: 0 }

  constructor(story: Story) {
    this.story = story
  }

  take(step: Step): void {
    if (step.kind === 'change') this.phase++
    else if (step.kind === 'event') this.events++
    else if (step.kind === 'send') this.sentIn.set(step.lane, { phase: this.phase, events: this.events })
    else this.answer(step.lane)
  }

  private answer(lane: Lane): void {
    const sent = this.sentIn.get(lane)!
    if (this.events < sent.phase) this.inOrder = false
    this.answered = {
      phase: Math.max(this.answered.phase, sent.phase),
      events: lane === Lane.Monitor ? this.answered.events : Math.max(this.answered.events, sent.events),
    }
  }

  /** Processes that are known to be over: their end was told, or is before a call that was answered. */
  isOver(process: number): boolean {
    const last = Math.max(this.events, this.inOrder ? this.answered.phase : 0)
    const phases = [this.story.first, ...this.story.changes.map(({ after }) => after)]
    return !phases.some((phase, i) => i >= last && phase.process === process)
  }

  /** The state that the last event told, unless a call that was sent after it told more. */
  get toldState(): { id: number; state: string } | null {
    if (this.events === 0 || this.answered.events === this.events) return null
    const { told, after } = this.story.changes[this.events - 1]!
    return { id: after.id, state: STATE_WORDS[stateAfter(told.event, told.detail)!.state] }
  }
}

function complaintOf(shown: Shown | null, known: Known, story: Story): string | null {
  if (shown === null) return story.changes.some(({ after }) => after.gone) ? null : 'the row is gone'
  const { id, state, processes } = shown
  if (id === -1 && processes.some((process) => process !== null)) return 'a value without a process'
  if (id === -1 && !['shut off', 'unknown'].includes(state)) return `no process, and ${state}`
  if (id !== -1 && state === 'shut off') return 'a process, and shut off'
  if (processes.some((process) => process !== null && known.isOver(process))) return 'a value of a process that is over'
  if (idsOf(processes, story).size > 1) return 'values of two processes'
  const told = known.toldState
  if (told !== null && told.id === id && told.state !== state) return `${state}, though an event told: ${told.state}`
  return null
}

/** Ids of the processes that values are of: where two have one id, nothing tells them apart before an event does. */
function idsOf(processes: Shown['processes'], story: Story): Set<number | undefined> {
  const phases = [story.first, ...story.changes.map(({ after }) => after)]
  const known = processes.filter((process) => process !== null)
  return new Set(known.map((process) => phases.find((phase) => phase.process === process)?.id))
}

function lastComplaint(world: LifeWorld): string | null {
  const before = world.shown()
  const vcpus = before === null || before.id === -1 ? 0 : before.vcpuOnline
  const summed = world.vcpusOfHost()
  if (summed !== vcpus) return `the host counts ${summed} vCPUs, the row ${vcpus}`
  world.pollAll()
  world.pollAll()
  const shown = world.shown()
  const phase = world.phaseAt(world.phase)
  if (phase.gone === true) return shown === null ? null : 'the row is still there'
  if (shown === null) return 'the row never came back'
  const right = shown.id === phase.id && shown.state === STATE_WORDS[phase.state]
  const isWhole = shown.processes.every((process) => process === phase.process)
  return right && isWhole ? null : `at last: ${JSON.stringify(shown)}`
}

/** Goes through a story in one order; says what is wrong first. */
function failureIn(world: LifeWorld, story: Story, stopped: Stopped, steps: readonly Step[]): string | null {
  world.begin(stopped)
  const known = new Known(story)
  for (const [i, step] of steps.entries()) {
    world.take(step)
    known.take(step)
    if (step.kind === 'send' || step.kind === 'change') continue
    const complaint = complaintOf(world.shown(), known, story)
    if (complaint !== null) return `${complaint}, after step ${i} of ${JSON.stringify(steps)}`
  }
  const complaint = lastComplaint(world)
  return complaint === null ? null : `${complaint}, at the end of ${JSON.stringify(steps)}`
}

const STOPPED = ['absent', 'with cpu', 'without cpu'] as const

/** What is wrong in the first three orders in which something is; every order is tried. */
function failuresOf(story: Story, lanes: readonly Lane[]): string[] {
  const world = new LifeWorld(story)
  const failures: string[] = []
  let orders = 0
  for (const steps of ordersOf(story.changes.length, lanes)) {
    const stopped = STOPPED[orders++ % STOPPED.length]!
    const failure = failureIn(world, story, stopped, steps)
    if (failure !== null) failures.push(`${stopped}: ${failure}`)
    if (failures.length === 3) break
  }
  world.fleet.close()
  expect(orders).toBeGreaterThan(50)
  return failures
}

/** Orders of three calls and two changes are some 20,000 a story: for longer runs. */
const SOAK_MS = 300_000
const isSoak = Number(process.env.DOMSCOPE_SOAK ?? 1) > 1
const withThree = isSoak ? STORIES : STORIES.filter(({ changes }) => changes.length === 1)
const withTwo = isSoak ? [...STORIES, ...LONG_STORIES] : STORIES

describe('[RA9] [RA14] what belongs to a process goes with it, in every order of event and replies', () => {
  const cases = withTwo.flatMap((story) => PAIRS.map((lanes) => ({ story, lanes })))
  it.each(cases)('$story.name, with calls in lanes $lanes', ({ story, lanes }) => {
    expect(failuresOf(story, lanes)).toEqual([])
  })

  it.each(withThree)('$name, with a call in every lane', { timeout: SOAK_MS }, (story) => {
    expect(failuresOf(story, ALL_LANES)).toEqual([])
  })
})

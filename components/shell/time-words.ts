import type { PageAge } from '../../lib/query/page-age.ts'
import { pageAge } from '../../lib/query/page-age.ts'
import { wholeAgeText } from '../../lib/view/age-text.ts'
import { displayText } from '../../lib/view/display-text.ts'
import type { FeedState, LiveFleet } from '../live/live-fleet.ts'

/** The server sends something every second; three missing in a row are not chance. */
const STALE_MS = 3000

/** `behind`: the page is live, but for some hosts. */
export type TimeWord = 'connecting' | 'live' | 'behind' | 'paused' | 'stale' | 'offline'

/** What the time state says. */
export interface TimeWords {
  readonly state: TimeWord
  readonly word: string
  readonly age: string
  /** What the age does not tell; empty for nothing. */
  readonly note: string
  /** All of it in sentences. */
  readonly title: string
}

export const CONNECTING: TimeWords = {
  state: 'connecting',
  word: 'connecting',
  age: '',
  note: '',
  title: 'No data yet.',
}

/** Word, age and sentences for what the page shows at a moment of the browser's monotonic clock. */
export function timeWords(feed: FeedState, fleet: LiveFleet, now: number): TimeWords {
  const page = pageAge(fleet.freshness, now)
  const state = stateOf(feed, page, now)
  if (state === 'connecting') return CONNECTING
  const silentMs = feed.lastFrameAt === null ? Number.NaN : now - feed.lastFrameAt
  const known = page.inStep + page.behind > 0
  const ageMs = known ? page.ageMs : silentMs
  return {
    state,
    word: state === 'behind' ? 'live' : state,
    age: known || state === 'offline' || state === 'paused' ? wholeAgeText(ageMs) : '',
    note: noteOf(state, page, known),
    title: [...sentences(page, fleet), ...silence(silentMs)].join('\n'),
  }
}

function stateOf(feed: FeedState, page: PageAge, now: number): TimeWord {
  if (feed.status === 'refused' || feed.status === 'waiting') return 'offline'
  if (feed.paused) return 'paused'
  if (feed.status === 'connecting' || feed.lastFrameAt === null) return feed.attempt > 0 ? 'offline' : 'connecting'
  if (now - feed.lastFrameAt > STALE_MS) return 'stale'
  if (page.inStep > 0) return page.behind > 0 ? 'behind' : 'live'
  return page.behind + page.outOfReach > 0 ? 'stale' : 'live'
}

function noteOf(state: TimeWord, page: PageAge, known: boolean): string {
  if (state === 'behind') return `${hosts(page.behind)} behind ${wholeAgeText(page.behindMs)}`
  return state === 'stale' && !known ? 'no host in reach' : ''
}

function sentences(page: PageAge, { hosts: table }: LiveFleet): string[] {
  const { ageMs, behind, behindMs, worst, inStep, outOfReach } = page
  const lines: string[] = []
  if (inStep > 0) lines.push(`Oldest reading of a host that keeps step: ${wholeAgeText(ageMs)}.`)
  if (behind > 0) {
    const name = displayText(table.text('name')?.get(worst) ?? '')
    lines.push(`${hosts(behind)} behind; most of all ${name}, whose oldest reading is ${wholeAgeText(behindMs)} old.`)
  }
  if (outOfReach > 0) lines.push(`${hosts(outOfReach)} out of reach: not counted here, their rows say unknown.`)
  return lines
}

function silence(silentMs: number): string[] {
  return silentMs > STALE_MS ? [`Nothing has come from the server for ${wholeAgeText(silentMs)}.`] : []
}

function hosts(count: number): string {
  return count === 1 ? '1 host' : `${count} hosts`
}

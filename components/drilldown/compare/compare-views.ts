import type { StoreApi } from 'zustand/vanilla'
import { createStore } from 'zustand/vanilla'
import type { DomainName } from '../../../lib/view/compare-choice.ts'
import { formatDomainName } from '../../../lib/view/compare-choice.ts'
import type { DetailFeed, DetailMark, DetailRange, DetailState, DetailView } from '../../live/live-detail.ts'

/** A compared domain: as it was picked, wherever it is by now, and what comes of it. */
export interface ComparedDomain {
  readonly domain: DomainName
  readonly view: DetailView
}

/** What the compared domains amount to, as one. */
export interface CompareState {
  readonly status: DetailState['status']
  /** How far back the longest history reaches, in ms. */
  readonly keptMs: number
  readonly wallOffsetMs: number
  /** Marks of all of them; each chart shows those of its own domain. */
  readonly marks: readonly DetailMark[]
  /** In the order in which they were picked. */
  readonly compared: readonly ComparedDomain[]
  /** Another number when any of them has other tracks, or its name is known. */
  readonly version: number
}

interface Opened extends ComparedDomain {
  readonly stop: () => void
}

const NOTHING: CompareState = {
  ...{ status: 'opening', keptMs: 0, wallOffsetMs: 0, marks: [], compared: [], version: 0 },
}

/** Several open domains that share one stretch of time: what a stage of charts follows. */
export class CompareViews {
  readonly store: StoreApi<CompareState> = createStore<CompareState>(() => NOTHING)
  private readonly feed: DetailFeed
  private range: DetailRange
  private readonly opened = new Map<string, Opened>()
  private readonly listeners = new Set<() => void>()

  constructor(feed: DetailFeed, range: DetailRange) {
    this.feed = feed
    this.range = range
  }

  /** Opens those that are not open yet, and closes all others. */
  show(domains: readonly DomainName[]): void {
    const wanted = new Map(domains.map((domain) => [formatDomainName(domain), domain]))
    this.rename(wanted)
    // First: the server opens only so many at once.
    for (const key of [...this.opened.keys()]) if (!wanted.has(key)) this.drop(key)
    for (const [key, domain] of wanted) {
      if (this.opened.has(key)) continue
      const view = this.feed.openDetail(domain.host, domain.uuid, this.range)
      const stops = [view.store.subscribe(() => this.tell()), view.onPoints(() => this.callListeners())]
      const stop = (): void => {
        for (const one of stops) one()
      }
      this.opened.set(key, { domain, view, stop })
    }
    this.store.setState({ compared: [...wanted.keys()].map((key) => this.opened.get(key)!) })
    this.tell()
  }

  /** Domains that went to another host: as they were picked, and where they are now. */
  moves(): readonly (readonly [domain: DomainName, host: string])[] {
    return [...this.opened.values()].flatMap(({ domain, view }) => {
      const { host, status } = view.store.getState()
      return (status === 'live' || status === 'ended') && host !== domain.host ? [[domain, host] as const] : []
    })
  }

  /** Asks all of them for another stretch of time. */
  setRange(range: DetailRange): void {
    this.range = range
    for (const { view } of this.opened.values()) view.setRange(range)
  }

  /** Called when points of any of them came; returns the undo. */
  onPoints(listener: () => void): () => void {
    const own = (): void => listener()
    this.listeners.add(own)
    return () => {
      this.listeners.delete(own)
    }
  }

  close(): void {
    for (const key of [...this.opened.keys()]) this.drop(key)
    this.listeners.clear()
    this.store.setState(NOTHING)
  }

  /** What is wanted where an open domain went is that one: its stream goes on. */
  private rename(wanted: ReadonlyMap<string, DomainName>): void {
    for (const [before, host] of this.moves()) {
      const domain = { ...before, host }
      const [from, to] = [formatDomainName(before), formatDomainName(domain)]
      if (wanted.has(from) || !wanted.has(to) || this.opened.has(to)) continue
      const opened = this.opened.get(from)!
      this.opened.delete(from)
      this.opened.set(to, { ...opened, domain })
    }
  }

  private drop(key: string): void {
    const { view, stop } = this.opened.get(key)!
    stop()
    view.close()
    this.opened.delete(key)
  }

  private tell(): void {
    const states = [...this.opened.values()].map(({ view }) => view.store.getState())
    const known = states.filter(({ status }) => status !== 'opening')
    const before = this.store.getState()
    const marks = states.flatMap((state) => state.marks)
    const isSame = marks.length === before.marks.length && marks.every((mark, index) => mark === before.marks[index])
    this.store.setState({
      status: statusOf(known),
      keptMs: Math.max(0, ...known.map(({ keptMs }) => keptMs)),
      // One connection has one offset; a domain that was refused was not told it.
      wallOffsetMs: known.find(({ wallOffsetMs }) => wallOffsetMs !== 0)?.wallOffsetMs ?? before.wallOffsetMs,
      marks: isSame ? before.marks : marks,
      version: versionOf(states),
    })
  }

  private callListeners(): void {
    for (const listener of [...this.listeners]) listener()
  }
}

/** Whether anything is known: a moment of the clock can be placed then. */
function statusOf(known: readonly DetailState[]): DetailState['status'] {
  const answered = known.filter(({ status }) => status !== 'gone')
  if (answered.length === 0) return 'opening'
  return answered.every(({ status }) => status === 'disconnected') ? 'disconnected' : 'live'
}

/** Neither goes back to what it was, so that a sum tells. */
function versionOf(states: readonly DetailState[]): number {
  return states.reduce((sum, { tracksVersion, name }) => sum + tracksVersion + (name === '' ? 0 : 1), 0)
}

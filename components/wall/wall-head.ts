import { displayText } from '../../lib/view/display-text.ts'
import type { FeedState, LiveFleet } from '../live/live-fleet.ts'
import { timeWords } from '../shell/time-words.ts'
import { element, setData, setText } from './dom.ts'
import { clockText } from './server-clock.ts'

/** What the line at the top needs to know. */
export interface HeadFacts {
  readonly feed: FeedState
  readonly fleet: LiveFleet
  readonly now: number
  readonly wall: number | null
  readonly filter: string
  /** Pages of the wall, and which one is on, from 0. */
  readonly pages: number
  readonly page: number
  readonly secondsLeft: number
}

/** The line at the top: that the screen is alive, how old its data are, what it is about, and the server's time. */
export class WallHead {
  readonly root = element('header', 'wall-head')
  private readonly dot = element('span', 'wall-dot')
  private readonly state = element('span', 'wall-state')
  private readonly simulated = element('strong', 'wall-simulated')
  private readonly about = element('bdi', 'wall-about')
  private readonly turn = element('span', 'wall-turn')
  private readonly clock = element('time', 'wall-clock')
  private seenFrameAt: number | null = null

  constructor() {
    this.simulated.textContent = 'SIMULATED'
    this.clock.title = 'The server’s clock, in the time zone of this browser'
    this.root.append(this.dot, this.state, this.simulated, this.about, this.turn, this.clock)
  }

  paint({ feed, fleet, now, wall, filter, pages, page, secondsLeft }: HeadFacts): void {
    const words = timeWords(feed, fleet, now)
    // The dot changes only when something came: one that blinked by itself would prove nothing.
    if (feed.lastFrameAt !== this.seenFrameAt) this.dot.classList.toggle('beat')
    this.seenFrameAt = feed.lastFrameAt
    setData(this.root, 'state', words.state)
    setText(this.state, [words.word, words.age, words.note].filter((one) => one !== '').join(' '))
    this.simulated.hidden = !feed.simulated
    setText(this.about, filter === '' ? '' : displayText(filter))
    setText(this.turn, pages < 2 ? '' : `${page + 1}/${pages} · ${Math.ceil(secondsLeft)} s`)
    setText(this.clock, wall === null ? '--:--:--' : clockText(wall))
  }
}

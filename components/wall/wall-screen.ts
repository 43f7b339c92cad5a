import { SHIFT_PX, shiftAt } from '../../lib/view/wall/pixel-shift.ts'
import { turnAt } from '../../lib/view/wall/rotation.ts'
import type { Stage, TextSize } from '../../lib/view/wall/text-size.ts'
import { textSize } from '../../lib/view/wall/text-size.ts'
import { TickPace } from '../../lib/view/wall/tick-pace.ts'
import type { PlacedPanel, WallPage } from '../../lib/view/wall/wall-layout.ts'
import { layoutWall } from '../../lib/view/wall/wall-layout.ts'
import type { WallChoice } from '../../lib/view/wall/wall-link.ts'
import type { Feed } from '../live/live-fleet.ts'
import { element, setText } from './dom.ts'
import { Notices } from './notices.ts'
import { createPanel, wallColumns } from './panel-registry.ts'
import type { PanelSpace, PanelView } from './panels/panel-view.ts'
import { Scene } from './scene.ts'
import type { ServerClock } from './server-clock.ts'
import { bannerWords } from './stale-banner.ts'
import { WallHead } from './wall-head.ts'

/** Between two panels, in ems. */
const GAP_EM = 0.8

/** One page of one picture, with its nodes. */
interface ShownPage {
  readonly root: HTMLElement
  readonly panels: readonly PanelView[]
  readonly scene: Scene
  readonly filter: string
  readonly seconds: number
}

/**
 * A wall without React: makes its nodes when the size of the stage or what it shows changes, and from then on only writes
 * into them.
 */
export class WallScreen {
  readonly notices = new Notices()
  readonly pace = new TickPace()
  private readonly root: HTMLElement
  private readonly feed: Feed
  private readonly clock: ServerClock
  private readonly choice: WallChoice
  private readonly startedAt: number
  private readonly head = new WallHead()
  private readonly banner = element('div', 'wall-banner')
  private readonly bannerTitle = element('strong', '')
  private readonly bannerWhy = element('bdi', '')
  private readonly body = element('main', 'wall-body')
  private pages: ShownPage[] = []
  private stage: Stage = { widthPx: 0, heightPx: 0 }
  private hasNotice = false
  private shownPage: ShownPage | null = null
  /** Time until the next picture, ms. */
  leftMs = Number.POSITIVE_INFINITY
  /** Whether what it shows is now. */
  isFresh = false

  constructor(root: HTMLElement, feed: Feed, clock: ServerClock, choice: WallChoice, startedAt: number) {
    this.root = root
    this.feed = feed
    this.clock = clock
    this.choice = choice
    this.startedAt = startedAt
    this.banner.setAttribute('role', 'alert')
    this.banner.hidden = true
    this.banner.append(this.bannerTitle, this.bannerWhy)
    root.replaceChildren(this.head.root, this.body, this.banner, this.notices.root)
    const { domains, hosts } = wallColumns(choice)
    feed.setColumns(domains, hosts)
  }

  /** Takes the size of the stage; lays out anew when it is another one. */
  resize(stage: Stage): void {
    if (stage.widthPx === this.stage.widthPx && stage.heightPx === this.stage.heightPx) return
    this.stage = stage
    this.build()
  }

  /** Brings the screen up to `now`, on the browser's monotonic clock. */
  paint(now: number): void {
    const hasNotice = this.notices.paint(now)
    if (hasNotice !== this.hasNotice) {
      this.hasNotice = hasNotice
      this.build()
    }
    const { index, leftMs } = turnAt(this.seconds, now - this.startedAt)
    this.leftMs = leftMs
    const page = this.pages[index]
    if (page === undefined) return
    this.turnTo(page)
    page.scene.refresh(now, this.feed.events)
    for (const panel of page.panels) panel.paint(page.scene)
    this.paintFrame(page, index, now)
  }

  private seconds: readonly number[] = []

  private paintFrame(page: ShownPage, index: number, now: number): void {
    const { feed, clock } = this
    const state = feed.store.getState()
    const { x, y } = shiftAt(now - this.startedAt)
    const shift = `translate(${x}px, ${y}px)`
    if (this.root.style.transform !== shift) this.root.style.transform = shift
    const facts = { feed: state, fleet: feed.fleet, now, wall: clock.at(now) }
    const fault = page.scene.fault === null ? page.filter : `${page.filter} ← ${page.scene.fault}`
    this.head.paint({ ...facts, filter: fault, pages: this.pages.length, page: index, secondsLeft: this.leftMs / 1000 })
    const words = bannerWords(state, feed.fleet, now, (at) => clock.at(at))
    this.isFresh = words === null
    this.banner.hidden = words === null
    this.root.toggleAttribute('data-stale', words !== null)
    if (words === null) return
    setText(this.bannerTitle, words.title)
    setText(this.bannerWhy, words.why)
  }

  private turnTo(page: ShownPage): void {
    if (page === this.shownPage) return
    if (this.shownPage !== null) this.shownPage.root.hidden = true
    page.root.hidden = false
    this.shownPage = page
  }

  /** Makes all pages for the size of the stage. */
  private build(): void {
    const { widthPx, heightPx } = this.stage
    if (widthPx === 0 || heightPx === 0) return
    const size = textSize(this.stage, this.choice.distance, this.choice.screen)
    this.root.style.fontSize = `${size.fontPx}px`
    this.root.style.lineHeight = `${size.rowPx}px`
    this.root.style.padding = `${SHIFT_PX}px`
    const inner = { widthPx: widthPx - 2 * SHIFT_PX, heightPx: heightPx - 2 * SHIFT_PX }
    const rows = Math.max(1, Math.floor(inner.heightPx / size.rowPx) - (this.hasNotice ? 2 : 1))
    this.pages = this.choice.pictures.flatMap(({ panels, filter, seconds }) => {
      const scene = new Scene(this.feed.fleet, filter)
      const pages = layoutWall(panels, inner.widthPx / size.fontPx, rows)
      return pages.map((page) => showPage(page, scene, { ...inner, ...size }, { filter, seconds }))
    })
    this.seconds = this.pages.map(({ seconds }) => seconds)
    this.shownPage = null
    this.body.replaceChildren(...this.pages.map(({ root }) => root))
  }
}

function showPage(
  page: WallPage,
  scene: Scene,
  size: Stage & TextSize,
  about: { readonly filter: string; readonly seconds: number },
): ShownPage {
  const root = element('div', 'wall-page')
  root.hidden = true
  const panels = page.panels.map((placed) => {
    const { space, place } = spaceOf(placed, page.columns, size)
    const view = createPanel(placed.panel, space)
    Object.assign(view.root.style, place)
    root.append(view.root)
    return view
  })
  return { root, panels, scene, ...about }
}

interface Placed {
  readonly space: PanelSpace
  readonly place: Readonly<Record<'left' | 'top' | 'width' | 'height', string>>
}

function spaceOf({ column, span, top, rows }: PlacedPanel, columns: number, size: Stage & TextSize): Placed {
  const gap = GAP_EM * size.fontPx
  const unit = (size.widthPx + gap) / columns
  const widthPx = unit * span - gap
  const below = Math.max(0, rows - 1)
  return {
    space: {
      widthPx,
      heightPx: below * size.rowPx - gap / 2,
      fontPx: size.fontPx,
      rowPx: size.rowPx,
      rows: below,
      widthEm: widthPx / size.fontPx,
    },
    place: {
      left: `${Math.round(unit * column)}px`,
      top: `${top * size.rowPx}px`,
      width: `${Math.floor(widthPx)}px`,
      height: `${rows * size.rowPx}px`,
    },
  }
}

import type { Stage, TextSize } from '../../../lib/view/wall/text-size.ts'
import { element, setText } from '../dom.ts'
import type { Scene } from '../scene.ts'

/** What a panel has to fill. */
export interface PanelSpace extends Stage, TextSize {
  /** Rows of text below the panel's title. */
  readonly rows: number
  readonly widthEm: number
}

/** A panel on the screen: it reads the scene and writes its own nodes, which it makes once. */
export interface PanelView {
  readonly root: HTMLElement
  paint(scene: Scene): void
}

/** Frame of a panel: its title, and what is said beside it. */
export class PanelFrame {
  readonly root = element('section', 'wall-panel')
  private readonly heading = element('h2', 'wall-title')
  private readonly name = element('span', 'wall-name')
  private readonly aside = element('span', 'wall-aside')

  constructor(kind: string, title: string) {
    this.root.dataset.panel = kind
    this.root.setAttribute('aria-label', title)
    this.name.textContent = title
    this.heading.append(this.name, this.aside)
    this.root.append(this.heading)
  }

  say(text: string): void {
    setText(this.aside, text)
  }

  /** Adds something to the title's line. */
  beside(node: HTMLElement): void {
    this.heading.append(node)
  }
}

import { splitUnit } from '../../../lib/view/cell-text.ts'
import { totalsLines } from '../../../lib/view/wall/wall-layout.ts'
import type { StripNumbers } from '../../shell/strip-model.ts'
import { StripModel, stripText } from '../../shell/strip-model.ts'
import { element, setData, setText } from '../dom.ts'
import type { Scene } from '../scene.ts'
import type { PanelSpace, PanelView } from './panel-view.ts'

interface Tile {
  readonly root: HTMLElement
  readonly number: HTMLElement
  readonly unit: HTMLElement
  readonly note: HTMLElement
}

const LABELS = ['Hosts', 'Domains', 'Cores used', 'Host memory', 'Disk IOPS', 'Net in', 'Net out'] as const

/** What the picture amounts to, in large figures. */
export class TotalsPanel implements PanelView {
  readonly root = element('section', 'wall-panel wall-totals')
  private readonly model = new StripModel()
  private readonly tiles: readonly Tile[]

  constructor({ widthEm }: PanelSpace) {
    this.root.dataset.panel = 'totals'
    this.root.setAttribute('aria-label', 'Totals')
    this.root.style.gridTemplateColumns = `repeat(${Math.ceil(LABELS.length / totalsLines(widthEm))}, 1fr)`
    this.tiles = LABELS.map(makeTile)
    this.root.append(...this.tiles.map(({ root }) => root))
  }

  paint(scene: Scene): void {
    const numbers = this.model.read(scene.fleet, scene, (row) => scene.hasHost(row))
    for (const [index, { value, note, level }] of figures(numbers).entries()) {
      const tile = this.tiles[index]!
      const { number, unit } = splitUnit(value)
      setText(tile.number, number)
      setText(tile.unit, unit)
      setText(tile.note, note)
      setData(tile.root, 'level', level)
    }
  }
}

interface Figure {
  readonly value: string
  readonly note: string
  readonly level: string | null
}

function figures({ hosts, domains, crashed, ...sums }: StripNumbers): readonly Figure[] {
  const plain = (id: string, value: number): Figure => ({ value: stripText(id, value), note: '', level: null })
  return [
    {
      value: `${hosts.up} up`,
      note: noted([
        [hosts.unreachable, 'out of reach'],
        [hosts.connecting, 'connecting'],
      ]),
      level: hosts.unreachable > 0 ? 'wrong' : null,
    },
    {
      value: `${domains.running.toLocaleString('en')} on`,
      note: noted([
        [crashed, 'crashed'],
        [domains.paused, 'paused'],
        [domains.off, 'off'],
        [domains.unknown, 'unknown'],
      ]),
      level: crashed > 0 ? 'wrong' : null,
    },
    { ...plain('coresUsed', sums.coresUsed), value: stripText('coresUsed', sums.coresUsed).replace(/ cores$/, '') },
    plain('rssKiB', sums.memoryUsedKiB),
    plain('diskIops', sums.diskIops),
    plain('netRxBps', sums.netRxBps),
    plain('netTxBps', sums.netTxBps),
  ]
}

/** The first two that there are: the worst come first. */
function noted(counts: readonly (readonly [count: number, word: string])[]): string {
  const there = counts.filter(([count]) => count > 0).map(([count, word]) => `${count.toLocaleString('en')} ${word}`)
  return there.slice(0, 1).join(' · ')
}

function makeTile(label: string): Tile {
  const root = element('div', 'wall-tile')
  const [name, value, note] = [
    element('span', 'wall-label'),
    element('span', 'wall-figure'),
    element('span', 'wall-note'),
  ]
  const [number, unit] = [element('b', ''), element('span', 'wall-unit')]
  name.textContent = label
  value.append(number, ' ', unit)
  root.append(name, value, note)
  return { root, number, unit, note }
}

import { decodeCell } from '../../../lib/columns/encodings.ts'
import { formatValue } from '../../../lib/metrics/format.ts'
import { ACTIVE_READINGS, AgeLevel, worstLevel } from '../../../lib/query/freshness.ts'
import { rankTexts } from '../../../lib/query/ranks.ts'
import type { LiveFleet } from '../../live/live-fleet.ts'
import { RowList } from '../row-list.ts'
import type { Scene } from '../scene.ts'
import { hostName } from '../scene.ts'
import type { PanelSpace, PanelView } from './panel-view.ts'
import { PanelFrame } from './panel-view.ts'

/** What a host's cell needs: a mark, a name of some letters, a percentage. */
const CELL_EM = 9.4

type HostLevel = 'wrong' | 'look' | 'wait' | 'well'

/** Shape besides colour. */
const MARKS: Readonly<Record<HostLevel, string>> = { wrong: '▲', look: '●', wait: '…', well: '■' }
const LEVELS: readonly HostLevel[] = ['wrong', 'look', 'wait', 'well']

/** Every host: whether it is well, and its CPU use. Those that are not come first, when there is no room for all. */
export class HostsPanel implements PanelView {
  readonly root: HTMLElement
  private readonly frame = new PanelFrame('hosts', 'Hosts')
  private readonly list = new RowList(['wall-mark', 'wall-who', 'wall-value'])
  private readonly room: number
  private ranks = new Float32Array(0)
  private rankedAt = -1

  constructor({ rows, widthEm }: PanelSpace) {
    const columns = Math.max(1, Math.floor(widthEm / CELL_EM))
    this.room = Math.max(1, rows * columns)
    this.root = this.frame.root
    this.list.root.style.gridTemplateColumns = `repeat(${columns}, 1fr)`
    this.list.root.classList.add('wall-cells')
    this.root.append(this.list.root)
  }

  paint(scene: Scene): void {
    const { fleet, now } = scene
    this.rank(fleet)
    const found: { readonly row: number; readonly level: HostLevel }[] = []
    for (let row = 0; row < fleet.hosts.rowLimit; row++)
      if (fleet.hosts.isAlive(row) && scene.hasHost(row)) found.push({ row, level: levelOf(fleet, row, now) })
    const fits = found.length <= this.room
    found.sort(
      (a, b) =>
        (fits ? 0 : LEVELS.indexOf(a.level) - LEVELS.indexOf(b.level)) || this.ranks[a.row]! - this.ranks[b.row]!,
    )
    const shown = fits ? found : found.slice(0, this.room - 1)
    for (const [index, { row, level }] of shown.entries())
      this.list.write(index, [MARKS[level], hostName(fleet, row), figureOf(fleet, row, level)], level)
    if (!fits) this.list.write(shown.length, ['+', `${found.length - shown.length} more`, ''], 'rest')
    this.list.show(shown.length + (fits ? 0 : 1))
    this.frame.say(`${found.length.toLocaleString('en')} · CPU`)
  }

  private rank({ hosts }: LiveFleet): void {
    const stamp = Math.max(hosts.rosterChangedAt, hosts.text('name')?.lastChangedAt ?? 0)
    if (stamp === this.rankedAt && this.ranks.length >= hosts.rowLimit) return
    this.rankedAt = stamp
    this.ranks = new Float32Array(hosts.rowLimit)
    const rows = Uint32Array.from({ length: hosts.rowLimit }, (_, row) => row)
    rankTexts((row) => hosts.text('name')?.get(row) ?? '', rows, this.ranks)
  }
}

function levelOf({ freshness }: LiveFleet, row: number, now: number): HostLevel {
  const host = freshness[row]
  if (host === undefined || host.state === 'connecting') return 'wait'
  if (host.state === 'unreachable') return 'wrong'
  return worstLevel(host, null, ACTIVE_READINGS, now) === AgeLevel.Fresh ? 'well' : 'look'
}

function figureOf({ hosts }: LiveFleet, row: number, level: HostLevel): string {
  if (level === 'wrong') return 'gone'
  if (level === 'wait') return ''
  const column = hosts.column('hostCpuPercent')
  const value = column === null ? Number.NaN : decodeCell(column.encoding, column.codes[row]!)
  return Number.isNaN(value) ? '–' : formatValue('%', Math.round(value)).replace('.0', '')
}

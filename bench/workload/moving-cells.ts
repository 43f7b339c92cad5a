import type { CodeColumn } from '../../lib/columns/code-column.ts'
import type { Fleet } from '../../server/fleet/fleet.ts'
import { seededRandom } from '../timing.ts'

/** The number columns of a grid as it opens. */
export const TEN_COLUMNS = [
  'cpuPercent',
  'cpuBusiestVcpuPercent',
  'stealWorstPercent',
  'vcpuOnline',
  'memoryUsedPercent',
  'diskIops',
  'diskBps',
  'diskLatencyNs',
  'netRxBps',
  'netTxBps',
] as const

const LEAST_CODE = 0x3000
const CODES = 0x8000
const MOST_COUNT = 512

/** Changes cells of a fleet's grid at random, as the next commit will show them: a commit with a known share of changes. */
export class MovingCells {
  readonly columns: readonly CodeColumn[]
  private readonly fleet: Fleet
  private readonly share: number
  private readonly random: () => number

  constructor(fleet: Fleet, share: number, seed: number) {
    this.fleet = fleet
    this.share = share
    this.random = seededRandom(seed)
    this.columns = TEN_COLUMNS.map((id) => {
      const column = fleet.domains.column(id)
      if (column === null) throw new Error(`no column ${id}`)
      return column
    })
  }

  move(): void {
    const { random, share } = this
    const offset = this.fleet.offset + 1
    const rows = this.fleet.domains.rowLimit
    for (const column of this.columns) {
      const codes = column.encoding === 'u16' ? MOST_COUNT : CODES
      const least = column.encoding === 'u16' ? 0 : LEAST_CODE
      for (let row = 0; row < rows; row++) {
        if (random() >= share) continue
        // A step of at least one, so that every chosen cell changes.
        const step = 1 + Math.floor(random() * (codes - 1))
        column.set(row, least + ((column.codes[row]! - least + step) % codes), offset)
      }
    }
  }
}

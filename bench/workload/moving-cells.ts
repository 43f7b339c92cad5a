import type { CodeColumn } from '../../lib/columns/code-column.ts'
import { encodeCell } from '../../lib/columns/encodings.ts'
import { DEFAULT_METRICS } from '../../lib/metrics/default-metrics.ts'
import type { Fleet } from '../../server/fleet/fleet.ts'
import { seededRandom } from '../timing.ts'

/** Codes of values that a column may well show: counts to 64, percentages from 0.1 to 100, anything else from 1 to a million. */
interface CodeRange {
  readonly least: number
  readonly codes: number
}

function rangeOf({ id, encoding }: CodeColumn): CodeRange {
  if (encoding === 'u16') return { least: 1, codes: 64 }
  const [from, to] = id.endsWith('Percent') ? [0.1, 100] : [1, 1e6]
  const least = encodeCell(encoding, from)
  return { least, codes: encodeCell(encoding, to) - least }
}

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
    this.columns = DEFAULT_METRICS.map((id) => {
      const column = fleet.domains.column(id)
      if (column === null) throw new Error(`no column ${id}`)
      return column
    })
  }

  /** @param share - Of the cells; as told to the constructor when absent. */
  move(share = this.share): void {
    const { random } = this
    const offset = this.fleet.offset + 1
    const rows = this.fleet.domains.rowLimit
    for (const column of this.columns) {
      const { least, codes } = rangeOf(column)
      for (let row = 0; row < rows; row++) {
        if (random() >= share) continue
        // A step of at least one, so that every chosen cell changes.
        const step = 1 + Math.floor(random() * (codes - 1))
        column.set(row, least + (Math.max(0, column.codes[row]! - least + step) % codes), offset)
      }
    }
  }
}

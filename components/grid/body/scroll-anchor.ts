import { KEY_WORDS } from '../../../lib/columns/code-table.ts'
import type { LiveFleet } from '../../live/live-fleet.ts'
import { MISSING_MS } from '../picks/row-identity.ts'
import { hostNameOf } from '../row-facts.ts'

/** A row and how far the top edge of the view is below its own. */
export interface AnchoredRow {
  readonly row: number
  readonly shiftPx: number
}

interface Mark {
  readonly row: number
  readonly generation: number
  readonly host: string
  /** The four words of the UUID. */
  readonly uuid: readonly number[]
}

/**
 * Where the user has scrolled to, as a domain: the rows of a server that restarted are others, and meanwhile there are
 * none, so that neither a row number nor a scroll position outlives it.
 *
 * @remarks A life of the tables ends when they are emptied for a snapshot; its number is the caller's.
 */
export class ScrollAnchor {
  private mark: Mark | null = null
  private shiftPx = 0
  private life = 0
  private waitingUntil: number | null = null

  /** Remembers the first row that shows; ignored while one of an earlier life is waited for. */
  note(fleet: LiveFleet, life: number, row: number, shiftPx: number): void {
    if (this.waitingUntil !== null || (this.mark !== null && life !== this.life)) return
    this.life = life
    this.shiftPx = shiftPx
    const generation = fleet.domains.generation[row] ?? 0
    if (this.mark?.row === row && this.mark.generation === generation) return
    const uuid = fleet.domains.keys.slice(row * KEY_WORDS + 1, (row + 1) * KEY_WORDS)
    this.mark = { row, generation, host: hostNameOf(fleet, row), uuid: [...uuid] }
  }

  /** The user went elsewhere, or is at the top. */
  drop(): void {
    this.mark = null
    this.waitingUntil = null
  }

  /** The remembered row was of another life of the tables: its number means nothing. */
  isLost(life: number): boolean {
    return this.mark !== null && (this.waitingUntil !== null || life !== this.life)
  }

  /** The row of the remembered domain in a new life; null when none is lost, it is not there yet, or no more awaited. */
  find(fleet: LiveFleet, life: number, now: number): AnchoredRow | null {
    const { mark } = this
    if (mark === null || !this.isLost(life)) return null
    if (life !== this.life) {
      this.life = life
      this.waitingUntil = now + MISSING_MS
    }
    if (now > (this.waitingUntil ?? now)) {
      this.drop()
      return null
    }
    const row = findRow(fleet, mark)
    return row < 0 ? null : { row, shiftPx: this.shiftPx }
  }
}

function findRow(fleet: LiveFleet, { host, uuid }: Mark): number {
  const { domains } = fleet
  const { keys } = domains
  for (let row = 0; row < domains.rowLimit; row++) {
    const at = row * KEY_WORDS + 1
    if (keys[at] !== uuid[0] || keys[at + 1] !== uuid[1] || keys[at + 2] !== uuid[2] || keys[at + 3] !== uuid[3])
      continue
    if (domains.isAlive(row) && hostNameOf(fleet, row) === host) return row
  }
  return -1
}

import type { Encoding } from '../metrics/types.ts'
import { unknownCode } from './encodings.ts'

/**
 * The codes of one metric as they travel to the browser, with the commit at which each last changed.
 *
 * @remarks `number` is the column's place on the wire and never changes within an epoch. On the server `changedAt`
 * drives the diffs; in the browser it tells the painter what to look at.
 */
export class CodeColumn {
  readonly id: string
  readonly number: number
  readonly encoding: Encoding
  codes: Uint16Array | Uint32Array
  changedAt: Uint32Array
  /** The newest stamp of the column: an encoder skips the column when this is not newer than its base. */
  lastChangedAt = 0

  constructor(id: string, number: number, encoding: Encoding, capacity = 0) {
    this.id = id
    this.number = number
    this.encoding = encoding
    this.codes = newCodes(encoding, capacity)
    this.changedAt = new Uint32Array(capacity)
  }

  /** Stores a code and stamps the cell if the code is new. */
  set(row: number, code: number, offset: number): void {
    if (this.codes[row] === code) return
    this.codes[row] = code
    this.changedAt[row] = offset
    this.lastChangedAt = offset
  }

  grow(capacity: number): void {
    const from = this.codes.length
    if (capacity <= from) return
    const codes = newCodes(this.encoding, capacity)
    codes.set(this.codes)
    this.codes = codes
    const changedAt = new Uint32Array(capacity)
    changedAt.set(this.changedAt)
    this.changedAt = changedAt
  }
}

function newCodes(encoding: Encoding, capacity: number): Uint16Array | Uint32Array {
  const codes = encoding === 'u32' ? new Uint32Array(capacity) : new Uint16Array(capacity)
  return codes.fill(unknownCode(encoding))
}

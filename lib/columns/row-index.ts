import { growInt32, growUint32 } from './grow.ts'

export const NO_ROW = -1
const UUID_WORDS = 4

/**
 * Finds the row of a (host, domain UUID) pair in O(1), or all rows of a UUID, and hands out row numbers.
 *
 * @remarks Open addressing with linear probing, at most half full. Only the UUID is hashed, so that the rows of a domain
 * that several hosts know, as during a migration, lie in one run of slots. UUID words are compared as they are given;
 * callers use one byte order throughout. A removed row number is handed out again only after {@link recycle}.
 */
export class RowIndex {
  private table = new Int32Array(128).fill(NO_ROW)
  private hosts = new Int32Array(64)
  private uuids: Uint32Array<ArrayBuffer> = new Uint32Array(64 * UUID_WORDS)
  private readonly removed: number[] = []
  private readonly free: number[] = []
  private next = 0
  size = 0

  /** One more than the highest row number ever handed out. */
  get limit(): number {
    return this.next
  }

  find(host: number, a: number, b: number, c: number, d: number): number {
    const mask = this.table.length - 1
    for (let slot = hash(a, b, c, d) & mask; ; slot = (slot + 1) & mask) {
      const row = this.table[slot]!
      if (row === NO_ROW || this.is(row, host, a, b, c, d)) return row
    }
  }

  /** Rows of a UUID on any host, by host; mostly one. */
  findAll(a: number, b: number, c: number, d: number): number[] {
    const mask = this.table.length - 1
    const found: number[] = []
    for (let slot = hash(a, b, c, d) & mask; this.table[slot] !== NO_ROW; slot = (slot + 1) & mask) {
      const row = this.table[slot]!
      if (this.hasUuid(row, a, b, c, d)) found.push(row)
    }
    return found.length < 2 ? found : found.sort((one, other) => this.hosts[one]! - this.hosts[other]!)
  }

  /** Whether `row` is that of the pair: the cheap check of a guess. */
  is(row: number, host: number, a: number, b: number, c: number, d: number): boolean {
    return this.hasUuid(row, a, b, c, d) && this.hosts[row] === host
  }

  private hasUuid(row: number, a: number, b: number, c: number, d: number): boolean {
    const at = row * UUID_WORDS
    const uuids = this.uuids
    return uuids[at] === a && uuids[at + 1] === b && uuids[at + 2] === c && uuids[at + 3] === d
  }

  /** {@link is}, of the UUID at `at` in a reply: handing over large words one by one would cost an object for each. */
  isAt(row: number, host: number, words: Uint32Array, at: number): boolean {
    const from = row * UUID_WORDS
    const uuids = this.uuids
    for (let i = 0; i < UUID_WORDS; i++) if (uuids[from + i] !== words[at + i]) return false
    return this.hosts[row] === host
  }

  /** The four UUID words of a row, as they were given. */
  wireUuid(row: number): Uint32Array {
    return this.uuids.slice(row * UUID_WORDS, (row + 1) * UUID_WORDS)
  }

  /** Hands out a row for a pair that {@link find} did not know. */
  add(host: number, a: number, b: number, c: number, d: number): number {
    if ((this.size + 1) * 2 > this.table.length) this.rehash(this.table.length * 2)
    const row = this.free.pop() ?? this.next++
    if (row >= this.hosts.length) {
      this.hosts = growInt32(this.hosts, row * 2, NO_ROW)
      this.uuids = growUint32(this.uuids, row * 2 * UUID_WORDS)
    }
    this.hosts[row] = host
    this.uuids.set([a, b, c, d], row * UUID_WORDS)
    this.place(row)
    this.size++
    return row
  }

  /** The pair of `row` is no longer known; the number stays taken until {@link recycle}. */
  remove(row: number): void {
    const mask = this.table.length - 1
    let hole = this.slotOf(row)
    if (hole < 0) return
    this.table[hole] = NO_ROW
    for (let slot = (hole + 1) & mask; this.table[slot] !== NO_ROW; slot = (slot + 1) & mask) {
      const home = this.hashOf(this.table[slot]!) & mask
      // An entry may move back into the hole only if its home is not between the hole and itself.
      if (((slot - home) & mask) < ((slot - hole) & mask)) continue
      this.table[hole] = this.table[slot]!
      this.table[slot] = NO_ROW
      hole = slot
    }
    this.hosts[row] = NO_ROW
    this.removed.push(row)
    this.size--
  }

  /** Frees the numbers of removed rows for reuse: called at a commit after the one that buried them. */
  recycle(): void {
    for (const row of this.removed) this.free.push(row)
    this.removed.length = 0
  }

  private slotOf(row: number): number {
    const mask = this.table.length - 1
    for (let slot = this.hashOf(row) & mask; this.table[slot] !== NO_ROW; slot = (slot + 1) & mask) {
      if (this.table[slot] === row) return slot
    }
    return -1
  }

  private hashOf(row: number): number {
    const at = row * UUID_WORDS
    const uuids = this.uuids
    return hash(uuids[at]!, uuids[at + 1]!, uuids[at + 2]!, uuids[at + 3]!)
  }

  private place(row: number): void {
    const mask = this.table.length - 1
    let slot = this.hashOf(row) & mask
    while (this.table[slot] !== NO_ROW) slot = (slot + 1) & mask
    this.table[slot] = row
  }

  private rehash(length: number): void {
    const rows = this.table.filter((row) => row !== NO_ROW)
    this.table = new Int32Array(length).fill(NO_ROW)
    for (const row of rows) this.place(row)
  }
}

/** Mixes all words: UUIDs of one estate may differ in a few bits only. */
function hash(a: number, b: number, c: number, d: number): number {
  let h = Math.imul(a ^ 0x9e3779b1, 0x85ebca6b)
  h = Math.imul((h ^ (h >>> 15)) + b, 0xc2b2ae35)
  h = Math.imul((h ^ (h >>> 13)) + c, 0x27d4eb2f)
  h = Math.imul((h ^ (h >>> 16)) + d, 0x165667b1)
  return (h ^ (h >>> 15)) >>> 0
}

import { growInt32 } from '../columns/grow.ts'
import { WordPool } from '../columns/word-pool.ts'
import { textAt } from './record-scan.ts'
import { paddedWords, swap32 } from './swap.ts'

/** The names of all rows as they came on the wire, so that an unchanged one is recognised without decoding it. */
export class NameTable {
  private readonly pool = new WordPool()
  private at = new Int32Array(0)
  private size = new Int32Array(0)

  grow(rows: number): void {
    this.at = growInt32(this.at, rows, 0)
    this.size = growInt32(this.size, rows, 0)
  }

  /** Whether the string whose length word is at `from` is the row's name. */
  is(row: number, words: Uint32Array, from: number): boolean {
    const size = this.size[row]!
    const at = this.at[row]!
    const known = this.pool.words
    for (let i = 0; i < size; i++) if (words[from + i] !== known[at + i]) return false
    return size > 0
  }

  /** Takes the string at `from` as the row's name; true when it is a new one. The bounds were checked. */
  update(row: number, words: Uint32Array, from: number): boolean {
    if (this.is(row, words, from)) return false
    this.clear(row)
    const size = 1 + paddedWords(swap32(words[from]!))
    const at = this.pool.alloc(size)
    this.pool.words.set(words.subarray(from, from + size), at)
    this.at[row] = at
    this.size[row] = size
    return true
  }

  text(row: number): string {
    return this.size[row] === 0 ? '' : textAt(this.pool.words, this.at[row]!)
  }

  clear(row: number): void {
    if (this.size[row] !== 0) this.pool.free(this.at[row]!, this.size[row]!)
    this.size[row] = 0
  }
}

import type { Encoding } from '../metrics/types.ts'
import { CodeColumn } from './code-column.ts'
import { Dictionary } from './dictionary.ts'
import { unknownCode } from './encodings.ts'
import { TextColumn } from './text-column.ts'

/** Words that identify a row: for domains the host row and the four big-endian words of the UUID; for hosts unused. */
export const KEY_WORDS = 5

/**
 * The rows of one entity as a grid sees them: slots with a life, columns of codes, dictionaries and texts.
 *
 * @remarks The same class on both sides of the WebSocket. A slot is alive while `bornAt > diedAt`; a slot that is used
 * again gets a new generation and a new `bornAt`, and every cell of it starts as unknown.
 */
export class CodeTable {
  readonly columns: CodeColumn[] = []
  readonly texts: TextColumn[] = []
  readonly dictionaries = new Map<number, Dictionary>()
  bornAt: Uint32Array
  diedAt: Uint32Array
  generation: Uint32Array
  keys: Uint32Array
  /** One more than the highest slot ever used. */
  rowLimit = 0
  aliveCount = 0
  /** Commit of the last birth or death. */
  rosterChangedAt = 0

  constructor(capacity = 0) {
    this.bornAt = new Uint32Array(capacity)
    this.diedAt = new Uint32Array(capacity)
    this.generation = new Uint32Array(capacity)
    this.keys = new Uint32Array(capacity * KEY_WORDS)
  }

  get capacity(): number {
    return this.bornAt.length
  }

  addColumn(id: string, encoding: Encoding): CodeColumn {
    const column = new CodeColumn(id, this.columns.length, encoding, this.capacity)
    this.columns.push(column)
    if (encoding === 'dict16') this.dictionaries.set(column.number, new Dictionary())
    return column
  }

  addText(id: string): TextColumn {
    const column = new TextColumn(id, this.texts.length, this.capacity)
    column.grow(this.capacity)
    this.texts.push(column)
    return column
  }

  column(id: string): CodeColumn | null {
    return this.columns.find((column) => column.id === id) ?? null
  }

  text(id: string): TextColumn | null {
    return this.texts.find((column) => column.id === id) ?? null
  }

  isAlive(row: number): boolean {
    return this.bornAt[row]! > this.diedAt[row]!
  }

  /** Opens a slot at commit `offset`: new generation, key as given, every cell unknown, texts empty. */
  bear(row: number, key: ArrayLike<number>, offset: number): void {
    this.grow(row + 1)
    if (!this.isAlive(row)) this.aliveCount++
    this.bornAt[row] = offset
    this.generation[row]!++
    for (let i = 0; i < KEY_WORDS; i++) this.keys[row * KEY_WORDS + i] = key[i] ?? 0
    for (const column of this.columns) column.set(row, unknownCode(column.encoding), offset)
    for (const text of this.texts) text.set(row, '', offset)
    if (row >= this.rowLimit) this.rowLimit = row + 1
    this.rosterChangedAt = offset
  }

  /**
   * Closes a slot at commit `offset`. The codes stay until the slot is used again.
   *
   * @remarks A slot must not be borne and closed, or closed and borne, in one commit: its owner frees it for reuse only
   * at a later commit, so that `bornAt` and `diedAt` never tie.
   */
  bury(row: number, offset: number): void {
    if (!this.isAlive(row)) return
    this.diedAt[row] = offset
    this.aliveCount--
    this.rosterChangedAt = offset
  }

  /** Makes room for `rows` rows; at least doubles, so that growth is rare. */
  grow(rows: number): void {
    if (rows <= this.capacity) return
    const capacity = Math.max(rows, this.capacity * 2, 64)
    this.bornAt = grown(this.bornAt, capacity)
    this.diedAt = grown(this.diedAt, capacity)
    this.generation = grown(this.generation, capacity)
    this.keys = grown(this.keys, capacity * KEY_WORDS)
    for (const column of this.columns) column.grow(capacity)
    for (const text of this.texts) text.grow(capacity)
  }
}

function grown(words: Uint32Array, length: number): Uint32Array<ArrayBuffer> {
  const copy = new Uint32Array(length)
  copy.set(words)
  return copy
}

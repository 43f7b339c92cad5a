import { growUint32 } from './grow.ts'

const SMALL_STEP = 8
const SMALL_LIMIT = 256
const LARGE_STEP = 64

/**
 * Variable-length runs of 32-bit words in one array, with free lists by size.
 *
 * @remarks Offset 0 is never handed out, so 0 can mean "none". `words` and `view` are replaced when the pool grows: read
 * them anew after every {@link alloc}.
 */
export class WordPool {
  words: Uint32Array<ArrayBuffer> = new Uint32Array(1024)
  /** The same bytes, for reading words in another order of bytes. */
  view = new DataView(this.words.buffer)
  private end = SMALL_STEP
  private readonly freeBySize = new Map<number, number[]>()

  /** Offset of a run of at least `length` words; its content is arbitrary. */
  alloc(length: number): number {
    const size = sizeClass(length)
    const free = this.freeBySize.get(size)
    if (free !== undefined && free.length > 0) return free.pop()!
    const offset = this.end
    this.end += size
    if (this.end > this.words.length) {
      this.words = growUint32(this.words, Math.max(this.end, this.words.length * 2))
      this.view = new DataView(this.words.buffer)
    }
    return offset
  }

  /** Gives back a run: `length` as it was asked for. */
  free(offset: number, length: number): void {
    const size = sizeClass(length)
    const list = this.freeBySize.get(size)
    if (list === undefined) this.freeBySize.set(size, [offset])
    else list.push(offset)
  }
}

function sizeClass(length: number): number {
  const step = length <= SMALL_LIMIT ? SMALL_STEP : LARGE_STEP
  return Math.max(step, Math.ceil(length / step) * step)
}

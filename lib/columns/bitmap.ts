/** A growable set of small integers, 32 to a word. Bits beyond the capacity read as absent. */
export class Bitmap {
  words: Uint32Array

  constructor(capacity = 0) {
    this.words = new Uint32Array((capacity + 31) >>> 5)
  }

  get(index: number): boolean {
    return ((this.words[index >>> 5] ?? 0) & (1 << (index & 31))) !== 0
  }

  /** The caller has grown the bitmap to hold `index`. */
  set(index: number): void {
    this.words[index >>> 5]! |= 1 << (index & 31)
  }

  clear(index: number): void {
    this.words[index >>> 5]! &= ~(1 << (index & 31))
  }

  /** Makes room for `capacity` bits; new bits are absent. */
  grow(capacity: number): void {
    const needed = (capacity + 31) >>> 5
    if (needed <= this.words.length) return
    const words = new Uint32Array(needed)
    words.set(this.words)
    this.words = words
  }
}

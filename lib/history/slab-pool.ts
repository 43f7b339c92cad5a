/** Large pieces of memory of one size, given out whole and used again. */
export class SlabPool {
  readonly slabBytes: number
  private readonly free: Uint8Array<ArrayBuffer>[] = []
  private taken = 0

  constructor(slabBytes: number) {
    this.slabBytes = slabBytes
  }

  /** Bytes of all slabs, free ones too. */
  get bytes(): number {
    return (this.taken + this.free.length) * this.slabBytes
  }

  /** Bytes that {@link take} would add. */
  get growth(): number {
    return this.free.length > 0 ? 0 : this.slabBytes
  }

  /** A slab with whatever was in it last. */
  take(): Uint8Array<ArrayBuffer> {
    this.taken++
    return this.free.pop() ?? new Uint8Array(this.slabBytes)
  }

  give(slab: Uint8Array<ArrayBuffer>): void {
    this.taken--
    this.free.push(slab)
  }

  /** Lets go of free slabs. */
  trim(): void {
    this.free.length = 0
  }
}

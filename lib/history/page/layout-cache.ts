import { decodeLayout, type LaneSchema, type Layout } from './layout.ts'

/** Remembers the last layout that was decoded: the pages of a stream have the same one, mostly. */
export class LayoutCache {
  private bytes = new Uint8Array()
  private layout: Layout | null = null

  /** As `decodeLayout`; equal bytes one after another give the same object. */
  decode(page: Uint8Array, from: number, end: number, schema: LaneSchema): Layout | null {
    if (this.layout !== null && this.holds(page, from, end)) return this.layout
    this.bytes = page.slice(from, end)
    this.layout = decodeLayout(page, from, end, schema)
    return this.layout
  }

  private holds(page: Uint8Array, from: number, end: number): boolean {
    if (end - from !== this.bytes.length) return false
    for (let i = 0; i < this.bytes.length; i++) if (page[from + i] !== this.bytes[i]) return false
    return true
  }
}

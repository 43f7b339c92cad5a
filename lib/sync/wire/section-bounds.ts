import type { Frame, Section } from './frame.ts'
import { MAX_ROWS } from './protocol.ts'
import { malformedFrame } from './sync-error.ts'

/** Where decoded rows go: grows to the largest section seen, which MAX_ROWS bounds. */
export class CellScratch {
  rows = new Uint32Array(1024)
  codes = new Uint32Array(1024)
  keys = new Uint32Array(0)
  texts: string[] = []
  count = 0

  start(count: number): void {
    this.count = count
    if (count <= this.rows.length) return
    const capacity = Math.min(MAX_ROWS, Math.max(count, this.rows.length * 2))
    this.rows = new Uint32Array(capacity)
    this.codes = new Uint32Array(capacity)
  }
}

/** The count at `skip` bytes into a payload, whose elements of at least `size` bytes must fit behind it. */
export function readCount(frame: Frame, section: Section, skip: number, size: number): number {
  const at = section.start + skip
  if (at + 4 > section.end) throw malformedFrame('a section has no count', { type: section.type })
  const count = frame.view.getUint32(at, true)
  if (count * size > section.end - at - 4) {
    throw malformedFrame('a count does not fit its section', { type: section.type, count })
  }
  return count
}

/** Row numbers, `stride` bytes apart, that go up and stay below MAX_ROWS. */
export function readRows(frame: Frame, at: number, count: number, stride: number, into: CellScratch): void {
  into.start(count)
  let before = -1
  for (let i = 0; i < count; i++) {
    const row = frame.view.getUint32(at + i * stride, true)
    if (row <= before || row >= MAX_ROWS) throw malformedFrame('its rows are out of order or out of bounds', { row })
    into.rows[i] = row
    before = row
  }
}

/** Only padding may follow `at`. */
export function expectEnd(section: Section, at: number): void {
  if (((at + 3) & ~3) !== section.end) {
    throw malformedFrame('a section has the wrong length', { type: section.type, column: section.column })
  }
}

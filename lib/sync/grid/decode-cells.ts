import type { Frame, Section } from '../wire/frame.ts'
import { CELLS_FORM_MASK, CELLS_FORM_SHIFT, CELLS_WHOLE, CellsForm, MAX_ROWS } from '../wire/protocol.ts'
import type { CellScratch } from '../wire/section-bounds.ts'
import { expectEnd, readCount, readRows } from '../wire/section-bounds.ts'
import { malformedFrame } from '../wire/sync-error.ts'

/** Whether a CELLS section replaces all that the client has of the column. */
export function isWhole(section: Section): boolean {
  return (section.flags & CELLS_WHOLE) !== 0
}

/** Rows and codes of a CELLS section. `width` is the bytes of a code in this column. */
export function readCells(frame: Frame, section: Section, width: 2 | 4, into: CellScratch): void {
  const form = (section.flags >>> CELLS_FORM_SHIFT) & CELLS_FORM_MASK
  const codesAt = form === CellsForm.Bitmap ? readBitmap(frame, section, into) : readIndexes(frame, section, form, into)
  const { count, codes } = into
  expectEnd(section, codesAt + count * width)
  const { view } = frame
  if (width === 2) for (let i = 0; i < count; i++) codes[i] = view.getUint16(codesAt + i * 2, true)
  else for (let i = 0; i < count; i++) codes[i] = view.getUint32(codesAt + i * 4, true)
}

function readBitmap(frame: Frame, section: Section, into: CellScratch): number {
  const words = readCount(frame, section, 4, 4)
  const firstRow = frame.view.getUint32(section.start, true)
  if ((firstRow & 31) !== 0 || firstRow + words * 32 > MAX_ROWS) {
    throw malformedFrame('a bitmap is out of bounds', { column: section.column, firstRow, words })
  }
  const bitsAt = section.start + 8
  let count = 0
  for (let word = 0; word < words; word++) count += popCount(frame.view.getUint32(bitsAt + word * 4, true))
  into.start(count)
  let next = 0
  for (let word = 0; word < words; word++) {
    let bits = frame.view.getUint32(bitsAt + word * 4, true)
    while (bits !== 0) {
      const bit = 31 - Math.clz32(bits & -bits)
      into.rows[next++] = firstRow + word * 32 + bit
      bits &= bits - 1
    }
  }
  return bitsAt + words * 4
}

function popCount(word: number): number {
  const pairs = word - ((word >>> 1) & 0x55555555)
  const nibbles = (pairs & 0x33333333) + ((pairs >>> 2) & 0x33333333)
  return Math.imul((nibbles + (nibbles >>> 4)) & 0x0f0f0f0f, 0x01010101) >>> 24
}

function readIndexes(frame: Frame, section: Section, form: number, into: CellScratch): number {
  if (form === CellsForm.Index32) {
    const count = readCount(frame, section, 0, 4)
    readRows(frame, section.start + 4, count, 4, into)
    return section.start + 4 + count * 4
  }
  if (form !== CellsForm.Index16) throw malformedFrame('its cells have an unknown form', { form })
  const count = readCount(frame, section, 0, 2)
  into.start(count)
  for (let i = 0; i < count; i++) {
    into.rows[i] = frame.view.getUint16(section.start + 4 + i * 2, true)
    if (i > 0 && into.rows[i]! <= into.rows[i - 1]!) throw malformedFrame('its rows do not go up')
  }
  return section.start + 4 + ((count * 2 + 3) & ~3)
}

import { KEY_WORDS } from '../../columns/code-table.ts'
import type { Frame, Section } from '../wire/frame.ts'
import { BORN_RECORD_BYTES } from '../wire/protocol.ts'
import type { CellScratch } from '../wire/section-bounds.ts'
import { expectEnd, readCount, readRows } from '../wire/section-bounds.ts'
import { malformedFrame } from '../wire/sync-error.ts'
import { readUtf8 } from '../wire/utf8.ts'

/** Text of a JSON section. */
export function readJsonText(frame: Frame, section: Section): string {
  const length = readCount(frame, section, 0, 1)
  expectEnd(section, section.start + 4 + length)
  const text = readUtf8(frame.bytes, section.start + 4, section.start + 4 + length)
  if (text === null) throw malformedFrame('its JSON is not UTF-8')
  return text
}

/** Rows of a DIED section. */
export function readDied(frame: Frame, section: Section, into: CellScratch): void {
  const count = readCount(frame, section, 0, 4)
  expectEnd(section, section.start + 4 + count * 4)
  readRows(frame, section.start + 4, count, 4, into)
}

/** Rows of a BORN section, and their keys, {@link KEY_WORDS} words each. */
export function readBorn(frame: Frame, section: Section, into: CellScratch): void {
  const count = readCount(frame, section, 0, BORN_RECORD_BYTES)
  expectEnd(section, section.start + 4 + count * BORN_RECORD_BYTES)
  readRows(frame, section.start + 4, count, BORN_RECORD_BYTES, into)
  if (into.keys.length < count * KEY_WORDS) into.keys = new Uint32Array(count * KEY_WORDS)
  for (let i = 0; i < count; i++) {
    const at = section.start + 4 + i * BORN_RECORD_BYTES + 4
    for (let word = 0; word < KEY_WORDS; word++) {
      into.keys[i * KEY_WORDS + word] = frame.view.getUint32(at + word * 4, true)
    }
  }
}

/** Words of a DICTIONARY section go to `into.texts`; the answer is the code of the first. */
export function readDictionary(frame: Frame, section: Section, into: CellScratch): number {
  const count = readCount(frame, section, 4, 2)
  const from = frame.view.getUint32(section.start, true)
  if (from + count > 0x10000) throw malformedFrame('a dictionary is too long', { from, count })
  into.texts.length = 0
  let at = section.start + 8
  for (let i = 0; i < count; i++) {
    if (at + 2 > section.end) throw malformedFrame('a dictionary is cut', { column: section.column })
    const length = frame.view.getUint16(at, true)
    into.texts.push(readText(frame, section, at + 2, length))
    at += 2 + length
  }
  expectEnd(section, at)
  return from
}

/** Rows and texts of a TEXT section. */
export function readTexts(frame: Frame, section: Section, into: CellScratch): void {
  const count = readCount(frame, section, 0, 6)
  const lengthsAt = section.start + 4 + count * 4
  readRows(frame, section.start + 4, count, 4, into)
  into.texts.length = 0
  let at = lengthsAt + ((count * 2 + 3) & ~3)
  for (let i = 0; i < count; i++) {
    const length = frame.view.getUint16(lengthsAt + i * 2, true)
    into.texts.push(readText(frame, section, at, length))
    at += length
  }
  expectEnd(section, at)
}

function readText(frame: Frame, section: Section, at: number, length: number): string {
  if (at + length > section.end) throw malformedFrame('a text is cut', { column: section.column })
  const text = readUtf8(frame.bytes, at, at + length)
  if (text === null) throw malformedFrame('a text is not UTF-8', { column: section.column })
  return text
}

/** How many rows a snapshot will bring. */
export function readTotals(frame: Frame, section: Section): { readonly domains: number; readonly hosts: number } {
  const { start, end } = section
  if (end - start !== 8) throw malformedFrame('a section has the wrong length', { type: section.type })
  return { domains: frame.view.getUint32(start, true), hosts: frame.view.getUint32(start + 4, true) }
}

import { FRAME_HEADER_BYTES, MAX_FRAME_BYTES, SECTION_HEADER_BYTES, TABLE_MASK, TableCode } from './protocol.ts'
import { malformedFrame } from './sync-error.ts'

/** A section of a frame. `start` and `end` bound its payload in the frame's bytes. */
export interface Section {
  readonly type: number
  readonly flags: number
  readonly table: TableCode
  readonly column: number
  readonly start: number
  readonly end: number
}

/** A frame whose header and section bounds are sound; the payloads are not looked at yet. */
export interface Frame {
  readonly type: number
  readonly flags: number
  readonly offset: number
  readonly base: number
  readonly bytes: Uint8Array
  readonly view: DataView
  readonly sections: readonly Section[]
}

/**
 * Splits a frame into sections.
 *
 * @param bytes - The frame; the result reads from it and is valid as long as it does not change.
 * @throws {@link DomscopeError} `SYNC_MALFORMED_FRAME` when a length does not fit.
 */
export function parseFrame(bytes: Uint8Array): Frame {
  if (bytes.length < FRAME_HEADER_BYTES || bytes.length > MAX_FRAME_BYTES) {
    throw malformedFrame('its size is out of bounds', { bytes: bytes.length })
  }
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength)
  const declared = view.getUint32(12, true)
  if (declared !== bytes.length) throw malformedFrame('its length is wrong', { declared, bytes: bytes.length })
  const sections: Section[] = []
  for (let at = FRAME_HEADER_BYTES; at < bytes.length; ) {
    const section = parseSection(view, at)
    sections.push(section)
    at = section.end
  }
  const offset = view.getUint32(4, true)
  return { type: bytes[0]!, flags: bytes[1]!, offset, base: view.getUint32(8, true), bytes, view, sections }
}

function parseSection(view: DataView, at: number): Section {
  const left = view.byteLength - at
  if (left < SECTION_HEADER_BYTES) throw malformedFrame('a section header is cut', { at })
  const byteLength = view.getUint32(at + 4, true)
  if ((byteLength & 3) !== 0 || byteLength > left - SECTION_HEADER_BYTES) {
    throw malformedFrame('a section is longer than its frame, or odd', { at, byteLength })
  }
  const start = at + SECTION_HEADER_BYTES
  const flags = view.getUint8(at + 1)
  const table = (flags & TABLE_MASK) === 0 ? TableCode.Domains : TableCode.Hosts
  return { type: view.getUint8(at), flags, table, column: view.getUint16(at + 2, true), start, end: start + byteLength }
}

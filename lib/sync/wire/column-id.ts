import type { ByteWriter } from './byte-writer.ts'
import { badMessage } from './sync-error.ts'

const FLAG = 0x80
const MAX_ID_BYTES = 0x7f
const COLUMN_ID = /^[\x21-\x7e]+$/

/** Appends `length u8 (bit 7: flag), id`. */
export function writeColumnId(writer: ByteWriter, id: string, flag: boolean): void {
  if (id.length > MAX_ID_BYTES || !COLUMN_ID.test(id)) throw badMessage('a column id is empty, too long or not ASCII')
  writer.u8(id.length | (flag ? FLAG : 0))
  writer.text(id)
}

/**
 * Reads what {@link writeColumnId} wrote; `next` is the place behind it.
 *
 * @throws {@link DomscopeError} `SYNC_BAD_MESSAGE`.
 */
export function readColumnId(bytes: Uint8Array, at: number): { id: string; flag: boolean; next: number } {
  const head = bytes[at] ?? 0
  const next = at + 1 + (head & MAX_ID_BYTES)
  if (next > bytes.length) throw badMessage('its columns are cut')
  const id = String.fromCharCode(...bytes.subarray(at + 1, next))
  if (!COLUMN_ID.test(id)) throw badMessage('a column id is empty or not ASCII')
  return { id, flag: (head & FLAG) !== 0, next }
}

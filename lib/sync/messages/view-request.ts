import type { ByteWriter } from '../wire/byte-writer.ts'
import { readColumnId, writeColumnId } from '../wire/column-id.ts'
import { MAX_MESSAGE_BYTES, MAX_VIEW_FILTER_BYTES, MAX_VIEW_KEYS, MAX_VIEW_ROWS } from '../wire/protocol.ts'
import { badMessage } from '../wire/sync-error.ts'
import { readUtf8, utf8Length } from '../wire/utf8.ts'

/** One key of a view's order. */
export interface ViewKey {
  /** Column id, or `name`, `host`, `age`. */
  readonly column: string
  readonly descending: boolean
}

/**
 * The rows that a client shows: which ones a snapshot sends first.
 *
 * @remarks A wish and no subscription: every row is sent whatever it says, so it may be out of date or left out.
 */
export interface ViewRequest {
  /** Rows that fit the screen; 0 when the client has no preference. */
  readonly rows: number
  /** Rows above the first one that shows. */
  readonly skip: number
  /** The major key first. */
  readonly sort: readonly ViewKey[]
  /** Words that rows must match, as they stand in the filter box. */
  readonly filter: string
}

export const NO_VIEW: ViewRequest = { rows: 0, skip: 0, sort: [], filter: '' }

/** | rows u16 | length of the filter u16 | skip u32 | keys u8 | */
const FIXED_BYTES = 9

/** Appends a view; one that does not fit the message any more loses its filter, then everything. */
export function writeView(writer: ByteWriter, view: ViewRequest): void {
  const sort = view.sort.slice(0, MAX_VIEW_KEYS)
  const filterBytes = utf8Length(view.filter)
  const room = MAX_MESSAGE_BYTES - writer.length
  const bytes = sort.reduce((sum, { column }) => sum + 1 + column.length, FIXED_BYTES)
  const whole = filterBytes <= MAX_VIEW_FILTER_BYTES && bytes + filterBytes <= room
  if (bytes > room && view !== NO_VIEW) {
    writeView(writer, NO_VIEW)
    return
  }
  writer.u16(Math.min(view.rows, MAX_VIEW_ROWS))
  writer.u16(whole ? filterBytes : 0)
  writer.u32(view.skip)
  writer.u8(sort.length)
  for (const { column, descending } of sort) writeColumnId(writer, column, descending)
  if (whole) writer.text(view.filter)
}

/**
 * Reads the view that starts at `at` and ends the message.
 *
 * @throws {@link DomscopeError} `SYNC_BAD_MESSAGE`.
 */
export function readView(bytes: Uint8Array, view: DataView, at: number): ViewRequest {
  if (at + FIXED_BYTES > bytes.length) throw badMessage('its view is cut')
  const rows = view.getUint16(at, true)
  const filterBytes = view.getUint16(at + 2, true)
  const keys = bytes[at + 8]!
  if (rows > MAX_VIEW_ROWS || filterBytes > MAX_VIEW_FILTER_BYTES || keys > MAX_VIEW_KEYS) {
    throw badMessage('its view is out of bounds', { rows, filterBytes, keys })
  }
  const sort: ViewKey[] = []
  let next = at + FIXED_BYTES
  for (let i = 0; i < keys; i++) {
    const key = readColumnId(bytes, next)
    sort.push({ column: key.id, descending: key.flag })
    next = key.next
  }
  if (next + filterBytes !== bytes.length) throw badMessage('it has the wrong length', { bytes: bytes.length })
  const filter = readUtf8(bytes, next, bytes.length)
  if (filter === null) throw badMessage('its filter is not UTF-8')
  return { rows, skip: view.getUint32(at + 4, true), sort, filter }
}

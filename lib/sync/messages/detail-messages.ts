import { DETAIL_CLOSED, MAX_EXTRA_SERIES, MAX_PIXELS } from '../detail/detail-protocol.ts'
import type { ByteWriter } from '../wire/byte-writer.ts'
import { MessageType } from '../wire/protocol.ts'
import { badMessage } from '../wire/sync-error.ts'
import { readUtf8, utf8Length } from '../wire/utf8.ts'

const UUID_BYTES = 16
const OPEN_FIXED_BYTES = 34
const MAX_HOST_BYTES = 255
const MAX_ID_BYTES = 0x7f
const SERIES_ID = /^[\x21-\x7e]+$/

/** Asks for a domain's numbers: docs/spec/detail.md, DT2. */
export interface DetailOpen {
  readonly type: typeof MessageType.DetailOpen
  /** Chosen by the client, new on this connection. */
  readonly request: number
  readonly host: string
  /** 16 bytes. */
  readonly uuid: Uint8Array
  /** How long ago the stretch begins, ms. */
  readonly fromAgeMs: number
  /** How long ago it ended, ms; null when it goes on live. */
  readonly toAgeMs: number | null
  readonly pixels: number
  /** `raw:` series of vCPUs. */
  readonly series: readonly string[]
}

/** Writes what follows the type byte. */
export function writeDetailOpen(writer: ByteWriter, message: DetailOpen): void {
  const { host, series, uuid, toAgeMs } = message
  const hostBytes = utf8Length(host)
  if (hostBytes < 1 || hostBytes > MAX_HOST_BYTES) throw badMessage('the name of its host is empty or too long')
  if (uuid.length !== UUID_BYTES) throw badMessage('its UUID does not have 16 bytes')
  if (series.length > MAX_EXTRA_SERIES) throw badMessage('it names too many series')
  writer.u8(toAgeMs === null ? 0 : DETAIL_CLOSED)
  writer.u16(message.pixels)
  writer.u32(message.request)
  writer.u32(message.fromAgeMs)
  writer.u32(toAgeMs ?? 0)
  writer.append(uuid)
  writer.u8(hostBytes)
  writer.u8(series.length)
  writer.text(host)
  for (const id of series) {
    if (id.length > MAX_ID_BYTES || !SERIES_ID.test(id)) throw badMessage('a series id is empty, too long or not ASCII')
    writer.u8(id.length)
    writer.text(id)
  }
}

/** Reads a DETAIL_OPEN; its length is that of a message. */
export function readDetailOpen(bytes: Uint8Array, view: DataView): DetailOpen {
  if (bytes.length < OPEN_FIXED_BYTES) throw badMessage('DETAIL_OPEN is cut', { bytes: bytes.length })
  const flags = bytes[1]!
  if (flags >>> 1 !== 0) throw badMessage('DETAIL_OPEN has unknown flags', { flags })
  const pixels = view.getUint16(2, true)
  if (pixels < 1 || pixels > MAX_PIXELS) throw badMessage('DETAIL_OPEN asks for too few or too many points', { pixels })
  const fromAgeMs = view.getUint32(8, true)
  const toAgeMs = view.getUint32(12, true)
  const closed = (flags & DETAIL_CLOSED) !== 0
  if (closed ? toAgeMs >= fromAgeMs : toAgeMs !== 0)
    throw badMessage('DETAIL_OPEN has a range that ends before it begins')
  const hostEnd = OPEN_FIXED_BYTES + bytes[32]!
  if (hostEnd > bytes.length) throw badMessage('DETAIL_OPEN is cut')
  const host = readUtf8(bytes, OPEN_FIXED_BYTES, hostEnd)
  if (host === null || host === '') throw badMessage('the host of DETAIL_OPEN has no name or is not UTF-8')
  return {
    type: MessageType.DetailOpen,
    request: view.getUint32(4, true),
    host,
    uuid: new Uint8Array(bytes.subarray(16, 16 + UUID_BYTES)),
    fromAgeMs,
    toAgeMs: closed ? toAgeMs : null,
    pixels,
    series: readSeries(bytes, hostEnd, bytes[33]!),
  }
}

function readSeries(bytes: Uint8Array, at: number, count: number): string[] {
  if (count > MAX_EXTRA_SERIES) throw badMessage('it names too many series', { count })
  const series: string[] = []
  let next = at
  for (let i = 0; i < count; i++) {
    const end = next + 1 + (bytes[next] ?? 0)
    if (end > bytes.length || end - next - 1 > MAX_ID_BYTES) throw badMessage('its series are cut or too long')
    const id = String.fromCharCode(...bytes.subarray(next + 1, end))
    if (!SERIES_ID.test(id)) throw badMessage('a series id is empty or not ASCII')
    series.push(id)
    next = end
  }
  if (next !== bytes.length) throw badMessage('it has the wrong length', { bytes: bytes.length, expected: next })
  return series
}

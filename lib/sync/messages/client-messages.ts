import { ByteWriter } from '../wire/byte-writer.ts'
import { readColumnId, writeColumnId } from '../wire/column-id.ts'
import {
  EPOCH_BYTES,
  MAX_COLUMNS,
  MAX_MESSAGE_BYTES,
  MessageType,
  PROTOCOL_VERSION,
  type ResyncCause,
} from '../wire/protocol.ts'
import { badMessage } from '../wire/sync-error.ts'
import { type DetailOpen, readDetailOpen, writeDetailOpen } from './detail-messages.ts'
import { readView, type ViewRequest, writeView } from './view-request.ts'

/** A column that a client wants. `held`: it has the column whole as of the offset it resumes from. */
export interface WantedColumn {
  readonly id: string
  readonly held: boolean
}

export interface WantedColumns {
  readonly domains: readonly WantedColumn[]
  readonly hosts: readonly WantedColumn[]
}

export type ClientMessage =
  | {
      readonly type: typeof MessageType.Open
      readonly protocol: number
      /** Where the client was, or null for a fresh start. */
      readonly resume: { readonly epoch: Uint8Array; readonly offset: number } | null
      readonly cause: ResyncCause
      readonly columns: WantedColumns
      readonly view: ViewRequest
    }
  | { readonly type: typeof MessageType.Subscribe; readonly columns: WantedColumns; readonly view: ViewRequest }
  | { readonly type: typeof MessageType.Ack; readonly frames: number; readonly offset: number }
  | { readonly type: typeof MessageType.Pause }
  | { readonly type: typeof MessageType.Resume }
  | DetailOpen
  | { readonly type: typeof MessageType.DetailClose; readonly request: number }
  /** DETAIL and EVENT frames taken on this connection. */
  | { readonly type: typeof MessageType.DetailAck; readonly frames: number }
  | { readonly type: typeof MessageType.Events }

const OPEN_RESUME = 1
const OPEN_CAUSE_SHIFT = 1
const OPEN_CAUSE_MASK = 3
const SHORT_BYTES = 4
const ACK_BYTES = 12
const NUMBER_BYTES = 8
const OPEN_FIXED_BYTES = 24

/**
 * Encodes a message; the bytes belong to the caller.
 *
 * @throws {@link DomscopeError} `SYNC_BAD_MESSAGE` when it names too many columns for {@link MAX_MESSAGE_BYTES}.
 */
export function encodeMessage(message: ClientMessage): Uint8Array<ArrayBuffer> {
  const writer = new ByteWriter(64)
  writer.u8(message.type)
  switch (message.type) {
    case MessageType.Open:
      writeOpen(writer, message)
      break
    case MessageType.Subscribe:
      writer.u8(0)
      writer.u16(0)
      writeColumns(writer, message.columns)
      writeView(writer, message.view)
      break
    case MessageType.Ack:
      writer.u8(0)
      writer.u16(0)
      writer.u32(message.frames)
      writer.u32(message.offset)
      break
    case MessageType.DetailOpen:
      writeDetailOpen(writer, message)
      break
    case MessageType.DetailClose:
    case MessageType.DetailAck:
      writer.u8(0)
      writer.u16(0)
      writer.u32(message.type === MessageType.DetailAck ? message.frames : message.request)
      break
    default:
      writer.u8(0)
      writer.u16(0)
  }
  if (writer.length > MAX_MESSAGE_BYTES)
    throw badMessage('it names too many columns or series', { bytes: writer.length })
  return writer.bytes.slice(0, writer.length)
}

function writeOpen(writer: ByteWriter, message: ClientMessage & { type: typeof MessageType.Open }): void {
  writer.u8((message.resume === null ? 0 : OPEN_RESUME) | (message.cause << OPEN_CAUSE_SHIFT))
  writer.u16(message.protocol)
  writer.append(message.resume?.epoch ?? new Uint8Array(EPOCH_BYTES))
  writer.u32(message.resume?.offset ?? 0)
  writeColumns(writer, message.columns)
  writeView(writer, message.view)
}

function writeColumns(writer: ByteWriter, columns: WantedColumns): void {
  writer.u16(columns.domains.length)
  writer.u16(columns.hosts.length)
  for (const { id, held } of [...columns.domains, ...columns.hosts]) writeColumnId(writer, id, held)
}

/**
 * Decodes a client's message. Lengths are exact, numbers known, ids printable ASCII.
 *
 * @throws {@link DomscopeError} `SYNC_BAD_MESSAGE`; the connection is to be closed with 4503.
 */
export function decodeMessage(bytes: Uint8Array): ClientMessage {
  if (bytes.length < SHORT_BYTES || bytes.length > MAX_MESSAGE_BYTES) {
    throw badMessage('its size is out of bounds', { bytes: bytes.length })
  }
  const type = bytes[0]!
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength)
  if (type === MessageType.DetailOpen) return readDetailOpen(bytes, view)
  if (type !== MessageType.Open && (bytes[1] !== 0 || view.getUint16(2, true) !== 0)) {
    throw badMessage('a reserved byte is not zero', { type })
  }
  switch (type) {
    case MessageType.Open:
      return readOpen(bytes, view)
    case MessageType.Subscribe:
      return { type, ...readSubscription(bytes, view, SHORT_BYTES) }
    case MessageType.Ack:
      expectLength(bytes, ACK_BYTES)
      return { type, frames: view.getUint32(4, true), offset: view.getUint32(8, true) }
    case MessageType.DetailClose:
      expectLength(bytes, NUMBER_BYTES)
      return { type, request: view.getUint32(4, true) }
    case MessageType.DetailAck:
      expectLength(bytes, NUMBER_BYTES)
      return { type, frames: view.getUint32(4, true) }
    case MessageType.Pause:
    case MessageType.Resume:
    case MessageType.Events:
      expectLength(bytes, SHORT_BYTES)
      return { type }
    default:
      throw badMessage('its type is unknown', { type })
  }
}

function readOpen(bytes: Uint8Array, view: DataView): ClientMessage {
  if (bytes.length < OPEN_FIXED_BYTES) throw badMessage('OPEN is cut', { bytes: bytes.length })
  const flags = bytes[1]!
  if (flags >>> 3 !== 0) throw badMessage('OPEN has unknown flags', { flags })
  const resume =
    (flags & OPEN_RESUME) === 0
      ? null
      : { epoch: new Uint8Array(bytes.subarray(4, 4 + EPOCH_BYTES)), offset: view.getUint32(4 + EPOCH_BYTES, true) }
  const protocol = view.getUint16(2, true)
  if (protocol !== PROTOCOL_VERSION) throw badMessage('OPEN has another protocol version', { protocol })
  // Two bits hold exactly the four causes.
  const cause = ((flags >>> OPEN_CAUSE_SHIFT) & OPEN_CAUSE_MASK) as ResyncCause
  return { type: MessageType.Open, protocol, resume, cause, ...readSubscription(bytes, view, OPEN_FIXED_BYTES) }
}

/** Columns and view, up to the end of the message. */
function readSubscription(
  bytes: Uint8Array,
  view: DataView,
  at: number,
): { readonly columns: WantedColumns; readonly view: ViewRequest } {
  if (at + 4 > bytes.length) throw badMessage('its columns are cut')
  const domainCount = view.getUint16(at, true)
  const hostCount = view.getUint16(at + 2, true)
  if (domainCount > MAX_COLUMNS || hostCount > MAX_COLUMNS) throw badMessage('it names too many columns')
  const columns: WantedColumn[] = []
  let next = at + 4
  for (let i = 0; i < domainCount + hostCount; i++) {
    const column = readColumnId(bytes, next)
    columns.push({ id: column.id, held: column.flag })
    next = column.next
  }
  return {
    columns: { domains: columns.slice(0, domainCount), hosts: columns.slice(domainCount) },
    view: readView(bytes, view, next),
  }
}

function expectLength(bytes: Uint8Array, length: number): void {
  if (bytes.length !== length) {
    throw badMessage('it has the wrong length', { type: bytes[0] ?? 0, bytes: bytes.length, expected: length })
  }
}

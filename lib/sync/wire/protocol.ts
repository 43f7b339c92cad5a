/** Names and numbers of the sync protocol. Their meaning: docs/spec/sync.md. */

export const PROTOCOL_VERSION = 1
/** WebSocket subprotocol; carries the major version, so that a mismatch shows before the first byte. */
export const SUBPROTOCOL = `domscope.v${PROTOCOL_VERSION}`

/** Frames, server to client. Detail and Event: docs/spec/detail.md. */
export const FrameType = { Hello: 1, Tick: 2, Snapshot: 3, Heartbeat: 4, Notice: 5, Detail: 6, Event: 7 } as const
export type FrameType = (typeof FrameType)[keyof typeof FrameType]

/** Sections inside a frame. */
export const SectionType = {
  Schema: 1,
  Died: 2,
  Born: 3,
  Dictionary: 4,
  Text: 5,
  Cells: 6,
  Audit: 9,
  Message: 10,
  Totals: 11,
  Freshness: 12,
  Exceptions: 13,
  Clock: 16,
  Facts: 17,
  Tracks: 18,
  Fill: 19,
  Points: 20,
  Events: 21,
  CaughtUp: 22,
} as const
export type SectionType = (typeof SectionType)[keyof typeof SectionType]

/** Messages, client to server. Spark is reserved: not accepted yet. */
export const MessageType = {
  Open: 1,
  Subscribe: 2,
  Ack: 3,
  Pause: 4,
  Resume: 5,
  DetailOpen: 6,
  DetailClose: 7,
  Spark: 8,
  DetailAck: 9,
  Events: 10,
} as const
export type MessageType = (typeof MessageType)[keyof typeof MessageType]

/** The two tables that are kept in step; bit 0 of a section's flags. */
export const TableCode = { Domains: 0, Hosts: 1 } as const
export type TableCode = (typeof TableCode)[keyof typeof TableCode]
export const TABLE_MASK = 1

/** Bit 1 of a CELLS section's flags: the client forgets the column first. */
export const CELLS_WHOLE = 1 << 1
/** Bits 2 and 3 of a CELLS section's flags: how its rows are named. */
export const CellsForm = { Bitmap: 0, Index16: 1, Index32: 2 } as const
export type CellsForm = (typeof CellsForm)[keyof typeof CellsForm]
export const CELLS_FORM_SHIFT = 2
export const CELLS_FORM_MASK = 3

/** Header flags of a SNAPSHOT part; its reason is in the upper four bits. */
export const SNAPSHOT_FIRST = 1
export const SNAPSHOT_LAST = 2
export const SNAPSHOT_REASON_SHIFT = 4
/** Header flag of a HEARTBEAT: the client's tables are as of the heartbeat's offset. */
export const HEARTBEAT_ADVANCE = 1

/** Why a snapshot was sent and not a delta. */
export const SnapshotReason = { First: 0, Epoch: 1, Tombstones: 2, Schema: 3, Audit: 4 } as const
export type SnapshotReason = (typeof SnapshotReason)[keyof typeof SnapshotReason]
export const SNAPSHOT_REASON_NAMES = ['first', 'epoch', 'tombstones', 'schema', 'audit'] as const

/** Why a client asks for a fresh start in OPEN. */
export const ResyncCause = { None: 0, Audit: 1, Malformed: 2, Gap: 3 } as const
export type ResyncCause = (typeof ResyncCause)[keyof typeof ResyncCause]

/** What an AUDIT record sums up. */
export const AuditKind = { Roster: 0, Column: 1, Text: 2, Words: 3 } as const
export type AuditKind = (typeof AuditKind)[keyof typeof AuditKind]

/** WebSocket close codes. 4000 to 4499: come back; 4500 to 4999: do not. */
export const CloseCode = {
  Slow: 4008,
  Resync: 4009,
  Restart: 4012,
  Auth: 4501,
  Protocol: 4503,
  Limit: 4504,
} as const
export type CloseCode = (typeof CloseCode)[keyof typeof CloseCode]
export const FIRST_FINAL_CLOSE_CODE = 4500

export const FRAME_HEADER_BYTES = 16
export const SECTION_HEADER_BYTES = 8
export const EPOCH_BYTES = 16
export const BORN_RECORD_BYTES = 24
export const FRESHNESS_RECORD_BYTES = 36
export const EXCEPTION_RECORD_BYTES = 20
export const AUDIT_RECORD_BYTES = 8

/** Rows beyond this are not sent; bounds what a frame can make a client allocate. */
export const MAX_ROWS = 1 << 18
/** A longer text is cut on the wire. Bytes of UTF-8. */
export const MAX_TEXT_BYTES = 1024
/** A frame may not be larger; a client refuses it, a server sends a snapshot in parts instead. */
export const MAX_FRAME_BYTES = 16 << 20
/** A snapshot part may not be larger. */
export const MAX_PART_BYTES = 64 << 10
/** A client's message may not be larger. */
export const MAX_MESSAGE_BYTES = 4096
/** Most columns of one table that a message can name. */
export const MAX_COLUMNS = 1024
/** Most rows that a view can ask to be sent first. */
export const MAX_VIEW_ROWS = 512
/** Most sort keys of a view, and bytes of its filter. */
export const MAX_VIEW_KEYS = 3
export const MAX_VIEW_FILTER_BYTES = 1024
/** Frames without acknowledgement, and bytes, at which the server stops sending. */
export const WINDOW_FRAMES = 2
export const WINDOW_BYTES = 256 << 10
/** A TICK made at a commit whose offset is a multiple of this carries checksums. */
export const AUDIT_EVERY = 60

/** States of a host in a FRESHNESS record, by code. */
/** Codes of an exception's ages beside those that are ages. */
export const AGE_OF_HOST = 0xffff
export const NEVER_SAMPLED = 0xfffe

export const HOST_STATES = ['connecting', 'up', 'busy', 'unreachable'] as const
export type SyncHostState = (typeof HOST_STATES)[number]

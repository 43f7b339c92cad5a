import { READING_COUNT, STAT_GROUP_COUNT } from '../../metrics/types.ts'
import type { Frame, Section } from '../wire/frame.ts'
import {
  AUDIT_RECORD_BYTES,
  EXCEPTION_RECORD_BYTES,
  FRESHNESS_RECORD_BYTES,
  HOST_STATES,
  MAX_ROWS,
  TableCode,
} from '../wire/protocol.ts'
import { expectEnd, readCount } from '../wire/section-bounds.ts'
import { malformedFrame } from '../wire/sync-error.ts'

/** One host of a FRESHNESS section: codes of ages and intervals by reading. */
export interface FreshnessRecord {
  readonly row: number
  readonly state: number
  readonly ages: Uint16Array
  readonly intervals: Uint16Array
}

export function readFreshness(frame: Frame, section: Section): FreshnessRecord[] {
  const count = readCount(frame, section, 0, FRESHNESS_RECORD_BYTES)
  expectEnd(section, section.start + 4 + count * FRESHNESS_RECORD_BYTES)
  return Array.from({ length: count }, (_, i) => readHost(frame, section.start + 4 + i * FRESHNESS_RECORD_BYTES))
}

function readHost(frame: Frame, at: number): FreshnessRecord {
  const row = frame.view.getUint32(at, true)
  const state = frame.view.getUint32(at + 4, true)
  if (row >= MAX_ROWS || state >= HOST_STATES.length) throw malformedFrame('a host is out of bounds', { row, state })
  const ages = readCodes(frame, at + 8, READING_COUNT)
  return { row, state, ages, intervals: readCodes(frame, at + 8 + READING_COUNT * 2, READING_COUNT) }
}

/** One row of an EXCEPTIONS section: partial groups (bits), their cause, and codes of its own ages by stat group. */
export interface ExceptionRecord {
  readonly row: number
  readonly groups: number
  readonly cause: number
  readonly ages: Uint16Array
}

export function readExceptions(frame: Frame, section: Section): ExceptionRecord[] {
  const count = readCount(frame, section, 0, EXCEPTION_RECORD_BYTES)
  expectEnd(section, section.start + 4 + count * EXCEPTION_RECORD_BYTES)
  return Array.from({ length: count }, (_, i) => readRow(frame, section.start + 4 + i * EXCEPTION_RECORD_BYTES))
}

function readRow(frame: Frame, at: number): ExceptionRecord {
  const row = frame.view.getUint32(at, true)
  if (row >= MAX_ROWS) throw malformedFrame('an exception is out of bounds', { row })
  const groups = frame.view.getUint8(at + 4)
  return { row, groups, cause: frame.view.getUint8(at + 5), ages: readCodes(frame, at + 8, STAT_GROUP_COUNT) }
}

function readCodes(frame: Frame, at: number, length: number): Uint16Array {
  return Uint16Array.from({ length }, (_, index) => frame.view.getUint16(at + index * 2, true))
}

/** Calls back with each record of an AUDIT section. */
export function readAudit(
  frame: Frame,
  section: Section,
  visit: (kind: number, table: TableCode, column: number, sum: number) => void,
): void {
  const count = readCount(frame, section, 0, AUDIT_RECORD_BYTES)
  expectEnd(section, section.start + 4 + count * AUDIT_RECORD_BYTES)
  for (let i = 0; i < count; i++) {
    const at = section.start + 4 + i * AUDIT_RECORD_BYTES
    const table = frame.view.getUint8(at + 1)
    if (table > TableCode.Hosts) throw malformedFrame('an audit names an unknown table', { table })
    visit(
      frame.view.getUint8(at),
      table === 0 ? TableCode.Domains : TableCode.Hosts,
      frame.view.getUint16(at + 2, true),
      frame.view.getUint32(at + 4, true),
    )
  }
}

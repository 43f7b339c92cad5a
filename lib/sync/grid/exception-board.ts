import { encodeUfloat16 } from '../../columns/encodings.ts'
import type { ByteWriter } from '../wire/byte-writer.ts'
import { AGE_OF_HOST, NEVER_SAMPLED, SectionType, TableCode } from '../wire/protocol.ts'

/** A row that differs from its host's freshness. */
export interface ExceptionSample {
  readonly row: number
  /** Bits of the stat groups whose last record left fields out, and why: a `PartialCause` of lib/metrics. */
  readonly partialGroups: number
  readonly cause: number
  /**
   * By stat group: when the row itself was sampled, on the clock of the `now` of a frame; NaN as its host was, -Infinity
   * never. Read, not kept.
   */
  readonly sampledAt: Float64Array
}

interface Entry {
  groups: number
  cause: number
  readonly sampledAt: Float64Array
  changedAt: number
  seen: number
}

/** Rows that the server said differ from their hosts, stamped with the commit at which that changed. */
export class ExceptionBoard {
  private readonly entries = new Map<number, Entry>()
  private updates = 0

  /** Takes over what the fleet says at commit `offset`; rows that are not listed differ no more. */
  update(samples: readonly ExceptionSample[], offset: number): void {
    this.updates++
    for (const sample of samples) this.take(sample, offset)
    for (const entry of this.entries.values()) {
      if (entry.seen === this.updates || isOver(entry)) continue
      entry.groups = 0
      entry.cause = 0
      entry.sampledAt.fill(Number.NaN)
      entry.changedAt = offset
    }
  }

  private take({ row, partialGroups, cause, sampledAt }: ExceptionSample, offset: number): void {
    let entry = this.entries.get(row)
    if (entry === undefined) {
      entry = { groups: 0, cause: 0, sampledAt: new Float64Array(sampledAt.length), changedAt: 0, seen: 0 }
      this.entries.set(row, entry)
    }
    entry.seen = this.updates
    const same = entry.groups === partialGroups && entry.cause === cause && sameMoments(entry.sampledAt, sampledAt)
    if (same && entry.changedAt !== 0) return
    entry.groups = partialGroups
    entry.cause = cause
    entry.sampledAt.set(sampledAt)
    entry.changedAt = offset
  }

  get isEmpty(): boolean {
    return this.entries.size === 0
  }

  /** Writes the exceptions stamped after `base`, ended ones too. Nothing is written for none. */
  write(writer: ByteWriter, base: number, now: number): void {
    let count = 0
    for (const entry of this.entries.values()) if (entry.changedAt > base) count++
    if (count === 0) return
    const start = writer.beginSection(SectionType.Exceptions, TableCode.Domains, 0)
    writer.u32(count)
    for (const [row, entry] of this.entries) if (entry.changedAt > base) writeEntry(writer, row, entry, now)
    writer.endSection(start)
  }

  /** Writes the exceptions in force of listed rows, for a part of a snapshot. */
  writeOf(writer: ByteWriter, rows: Uint32Array, rowCount: number, now: number): void {
    if (this.isEmpty) return
    let count = 0
    for (let i = 0; i < rowCount; i++) if (this.isInForce(rows[i]!)) count++
    if (count === 0) return
    const start = writer.beginSection(SectionType.Exceptions, TableCode.Domains, 0)
    writer.u32(count)
    for (let i = 0; i < rowCount; i++) {
      const row = rows[i]!
      if (this.isInForce(row)) writeEntry(writer, row, this.entries.get(row)!, now)
    }
    writer.endSection(start)
  }

  private isInForce(row: number): boolean {
    const entry = this.entries.get(row)
    return entry !== undefined && !isOver(entry)
  }
}

function isOver({ groups, sampledAt }: Entry): boolean {
  return groups === 0 && sampledAt.every(Number.isNaN)
}

function sameMoments(a: Float64Array, b: Float64Array): boolean {
  for (let i = 0; i < a.length; i++) if (!Object.is(a[i], b[i])) return false
  return true
}

function writeEntry(writer: ByteWriter, row: number, entry: Entry, now: number): void {
  writer.u32(row)
  writer.u8(entry.groups)
  writer.u8(entry.cause)
  writer.u16(0)
  for (const at of entry.sampledAt) writer.u16(ageCode(at, now))
}

function ageCode(at: number, now: number): number {
  if (Number.isNaN(at)) return AGE_OF_HOST
  return at === Number.NEGATIVE_INFINITY ? NEVER_SAMPLED : encodeUfloat16(Math.max(0, now - at))
}

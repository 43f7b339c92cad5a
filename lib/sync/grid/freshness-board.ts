import { encodeUfloat16, UNKNOWN_16 } from '../../columns/encodings.ts'
import { growFloat64, growUint32 } from '../../columns/grow.ts'
import { READING_COUNT } from '../../metrics/types.ts'
import type { ByteWriter } from '../wire/byte-writer.ts'
import type { SyncHostState } from '../wire/protocol.ts'
import { HOST_STATES, SectionType, TableCode } from '../wire/protocol.ts'
import { ExceptionBoard, type ExceptionSample } from './exception-board.ts'

/** Freshness of one host at some moment. Ages and intervals by reading, in ms; null before the first sample. */
export interface HostSample {
  readonly row: number
  readonly state: SyncHostState
  readonly ageMs: readonly (number | null)[]
  readonly intervalMs: readonly number[]
}

/** Two readings of one sample's time differ by less than this, because the clock is read twice. */
const SAME_SAMPLE_MS = 2
const NO_SAMPLE = Number.NEGATIVE_INFINITY
const MISSING_HOST = 255

/**
 * What the server last said about freshness, stamped with the commit at which it changed.
 *
 * @remarks The fleet tells ages, which change all the time; a sample's moment does not. This turns ages into moments,
 * so that a frame carries only hosts that were sampled again, and turns them back into ages when a frame is written.
 */
export class FreshnessBoard {
  private readonly states: number[] = []
  private sampledAt = new Float64Array(0)
  private intervals = new Uint32Array(0)
  private hostChangedAt = new Uint32Array(0)
  readonly exceptions = new ExceptionBoard()

  /** Takes over what the fleet says at commit `offset`; `now` is the moment that the ages are counted from. */
  update(hosts: readonly HostSample[], exceptions: readonly ExceptionSample[], now: number, offset: number): void {
    const listed = new Set<number>()
    for (const host of hosts) {
      listed.add(host.row)
      this.updateHost(host, now, offset)
    }
    for (let row = 0; row < this.states.length; row++) if (!listed.has(row)) this.states[row] = MISSING_HOST
    this.exceptions.update(exceptions, offset)
  }

  private updateHost(host: HostSample, now: number, offset: number): void {
    const { row } = host
    this.growHosts(row + 1)
    const state = HOST_STATES.indexOf(host.state)
    let changed = this.states[row] !== state
    this.states[row] = state
    for (let reading = 0; reading < READING_COUNT; reading++) {
      const at = row * READING_COUNT + reading
      const age = host.ageMs[reading] ?? null
      const sampledAt = age === null ? NO_SAMPLE : now - age
      const interval = encodeUfloat16(host.intervalMs[reading] ?? 0)
      const before = this.sampledAt[at]!
      if (before !== sampledAt && !(Math.abs(before - sampledAt) < SAME_SAMPLE_MS)) {
        this.sampledAt[at] = sampledAt
        changed = true
      }
      if (this.intervals[at] !== interval) {
        this.intervals[at] = interval
        changed = true
      }
    }
    if (changed) this.hostChangedAt[row] = offset
  }

  private growHosts(rows: number): void {
    while (this.states.length < rows) this.states.push(MISSING_HOST)
    if (rows <= this.hostChangedAt.length) return
    const capacity = Math.max(rows, this.hostChangedAt.length * 2, 8)
    const from = this.sampledAt.length
    this.sampledAt = growFloat64(this.sampledAt, capacity * READING_COUNT)
    this.sampledAt.fill(NO_SAMPLE, from)
    this.intervals = growUint32(this.intervals, capacity * READING_COUNT)
    this.hostChangedAt = growUint32(this.hostChangedAt, capacity)
  }

  /** Writes the hosts of a range that are stamped after `base`, with their ages at `now`. Nothing for none. */
  writeHosts(writer: ByteWriter, base: number, now: number, from = 0, to = this.states.length): void {
    let count = 0
    for (let row = from; row < to; row++) if (this.isNews(row, base)) count++
    if (count === 0) return
    const start = writer.beginSection(SectionType.Freshness, TableCode.Hosts, 0)
    writer.u32(count)
    for (let row = from; row < to; row++) if (this.isNews(row, base)) this.writeHost(writer, row, now)
    writer.endSection(start)
  }

  private isNews(row: number, base: number): boolean {
    return (this.states[row] ?? MISSING_HOST) !== MISSING_HOST && this.hostChangedAt[row]! > base
  }

  private writeHost(writer: ByteWriter, row: number, now: number): void {
    writer.u32(row)
    writer.u32(this.states[row]!)
    const first = row * READING_COUNT
    for (let at = first; at < first + READING_COUNT; at++) {
      const sampledAt = this.sampledAt[at]!
      writer.u16(sampledAt === NO_SAMPLE ? UNKNOWN_16 : encodeUfloat16(Math.max(0, now - sampledAt)))
    }
    for (let at = first; at < first + READING_COUNT; at++) writer.u16(this.intervals[at]!)
  }
}

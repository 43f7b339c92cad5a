import { type DomainTable, PARTIAL_MASK, RowFlag } from '../columns/domain-table.ts'
import { NO_ROW, type RowIndex } from '../columns/row-index.ts'
import { type DomscopeError, findDomscopeError } from '../errors/domscope-error.ts'
import { StatGroup } from '../metrics/types.ts'
import { NO_REPLY, ReplyWords } from './constant-words.ts'
import { Continuity } from './continuity.ts'
import { LaneRows, NO_SHAPE } from './lane-rows.ts'
import { malformed } from './malformed.ts'
import { NameTable } from './name-table.ts'
import { isWithoutThreads } from './one-thread.ts'
import { NO_PROCESS, ProcessIds } from './process-ids.ts'
import { RecordScan } from './record-scan.ts'
import { repeatsIdentity } from './repeats-identity.ts'
import { ReplyOrder } from './reply-order.ts'
import { type ReplyTime, SampleMoment } from './sample-moment.ts'
import type { Shape } from './shape.ts'
import { copyValues, matchLayout, type ShapeLayout } from './shape-layout.ts'
import { ShapeRegistry } from './shape-registry.ts'
import { SteadyBlock } from './steady-block.ts'
import { paddedWords, swap32 } from './swap.ts'
import { Transition } from './transition.ts'

const MAX_RECORDS = 16_384
const MAX_DOMAIN_NAME_BYTES = 4_194_304
const UUID_WORDS = 4
/** Name length, UUID, id, parameter count. */
const MIN_RECORD_WORDS = 1 + UUID_WORDS + 1 + 1

/** What ingest asks of the owner of the rows. */
export interface RowOwner {
  /**
   * A domain that no row knows: returns its new row, or `NO_ROW` when it is known to be gone since then. Words as they came.
   *
   * @param sentAt - When the call was sent whose reply names it, ms of the server's clock.
   */
  bear(host: number, a: number, b: number, c: number, d: number, sentAt: number): number
  renamed(row: number, name: string): void
  /** A record that is no repetition of the row's last one: what the domain is made of may be something else now. */
  unrepeated(row: number): void
  /** The domain runs in another process now, or in none (`id` -1); the columns of the old one are cleared. */
  processChanged(row: number, id: number): void
  /** The row's CPU use is that of its process now, or of its vCPUs again (`RowFlag.OneThread`). */
  cpuSourceChanged(row: number): void
}

/** Samples of one reply: which rows got them, for the derivation that follows. */
export interface Samples {
  rows: Int32Array
  count: number
  records: number
  partialRecords: number
  /** Groups (bits) that some record would have sampled, had its time been known well enough (RA7). */
  heldGroups: number
  error: DomscopeError | null
}

/**
 * Decodes bulk statistics straight into columns: one way, no object per domain or value.
 *
 * @remarks A record whose shape is that of the row's last one is compared word by word and its values are copied to
 * where the shape says. Everything else (first records, hot-plug, renamed fields, partial records) goes through
 * {@link Transition}, which finds columns and children by name.
 */
export class StatsIngest {
  readonly shapes: ShapeRegistry
  readonly lanes: readonly LaneRows[]
  readonly names = new NameTable()
  readonly samples: Samples = {
    ...{ rows: new Int32Array(0), count: 0, records: 0, partialRecords: 0, heldGroups: 0, error: null },
  }
  private readonly processes: ProcessIds
  private readonly table: DomainTable
  private readonly index: RowIndex
  private readonly owner: RowOwner
  private readonly scan = new RecordScan()
  private readonly transition: Transition
  private readonly steady: SteadyBlock
  /** Where the segments of the record under way start, and its values: the latter only while a row is new to a shape. */
  private bases = new Int32Array(64)
  private valueAt = new Int32Array(1024)
  private readonly continuity: Continuity
  /** Of the host of the reply under way. */
  private doubted: ReadonlyMap<number, number> | undefined
  private readonly order: ReplyOrder
  private replyNumber = 0
  private readonly moment = new SampleMoment()
  /** When the call of the reply under way was sent, and the first byte of the reply came: all of it is from in between. */
  private sentAt = 0
  private answeredAt = 0
  /** The reply under way; between replies none, so that its memory can go. */
  private reply = NO_REPLY

  constructor(table: DomainTable, index: RowIndex, owner: RowOwner, laneCount: number) {
    this.table = table
    this.index = index
    this.owner = owner
    this.shapes = new ShapeRegistry(table)
    this.lanes = Array.from({ length: laneCount }, () => new LaneRows())
    this.transition = new Transition(table, this.shapes, this.moment)
    this.steady = new SteadyBlock(this.shapes, table, this.moment)
    this.continuity = new Continuity(table)
    this.processes = new ProcessIds(table)
    this.order = new ReplyOrder(laneCount)
  }

  /** Makes room for row numbers below `rows`. */
  grow(rows: number): void {
    this.table.grow(rows)
    const capacity = this.table.capacity
    for (const lane of this.lanes) lane.grow(capacity)
    this.names.grow(capacity)
    this.processes.grow(capacity)
  }

  /** Forgets a row: its process, its shapes, its name. */
  clearRow(row: number): void {
    this.clearProcess(row)
    this.names.clear(row)
    this.processes.forget(row)
  }

  /** Field paths in the last records of some rows that nobody documents. */
  unknownPaths(rows: Int32Array, count: number): ReadonlySet<string> {
    const paths = new Set<string>()
    const looked = new Set<number>()
    for (const lane of this.lanes) {
      for (let i = 0; i < count; i++) {
        const shape = lane.shapeOf[rows[i]!]!
        if (shape === NO_SHAPE || looked.has(shape)) continue
        looked.add(shape)
        for (const path of this.shapes.get(shape).unknownPaths) paths.add(path)
      }
    }
    return paths
  }

  /** Whether the reply ingested last in this lane named a row. */
  wasSeen(lane: number, row: number): boolean {
    return this.lanes[lane]!.seenIn[row] === this.replyNumber
  }

  /**
   * Takes in one reply.
   *
   * @param words - XDR body as native words over the wire's bytes.
   * @returns The samples, valid until the next call. A malformed record ends the walk: records before it stay, and
   * `error` tells.
   */
  ingest(host: number, lane: number, words: Uint32Array, time: ReplyTime): Samples {
    const samples = this.samples
    samples.count = 0
    samples.records = 0
    samples.partialRecords = 0
    samples.error = null
    // Goes round within 32 bits, as what is compared with it does.
    this.replyNumber = (this.replyNumber + 1) | 0
    try {
      this.moment.begin(time)
      this.doubted = this.continuity.of(host)
      this.sentAt = time.start
      this.answeredAt = time.start + time.span
      this.reply = new ReplyWords(words)
      this.walk(host, lane, words)
    } catch (error) {
      samples.error = findDomscopeError(error)
      if (samples.error === null) throw error
    } finally {
      this.steady.flush(this.lanes[lane]!)
      this.reply = NO_REPLY
    }
    samples.heldGroups = this.moment.held
    return samples
  }

  private walk(host: number, lane: number, words: Uint32Array): void {
    const end = words.length
    const records = end > 0 ? swap32(words[0]!) : 0
    if (end === 0 || records > MAX_RECORDS || records * MIN_RECORD_WORDS > end - 1) {
      throw malformed('STATS_COUNT', `${records} records cannot fit into ${end} words`)
    }
    const order = this.order.of(host, lane, records)
    if (this.samples.rows.length < records) this.samples.rows = new Int32Array(records)
    let at = 1
    for (let record = 0; record < records; record++) {
      this.moment.next(record, records)
      at = this.record(host, lane, words, at, end, order, record)
      this.samples.records++
    }
    if (at !== end) throw malformed('STATS_TRAILING', `${end - at} words after the last record`)
  }

  private record(
    host: number,
    lane: number,
    words: Uint32Array,
    from: number,
    end: number,
    order: Int32Array,
    record: number,
  ): number {
    const nameBytes = swap32(words[from]!)
    const uuidAt = from + 1 + paddedWords(nameBytes)
    const paramsAt = uuidAt + UUID_WORDS + 2
    if (nameBytes > MAX_DOMAIN_NAME_BYTES || paramsAt > end)
      throw malformed('STATS_BOUNDS', `record ${record} runs past the end`)
    const count = swap32(words[uuidAt + UUID_WORDS + 1]!)
    const row = this.rowOf(host, words, uuidAt, order[record]!)
    const rows = this.lanes[lane]!
    if (row !== NO_ROW) {
      // A row that a reply names twice: its samples have to go into the columns one after the other.
      if (rows.seenIn[row] === this.replyNumber) this.steady.flush(rows)
      const shapeId = rows.shapeOf[row]!
      if (shapeId !== NO_SHAPE && this.isKnownProcess(row, words, from, uuidAt)) {
        const shape = this.shapes.get(shapeId)
        if (shape.constWords.length === count) {
          const next = this.matching(shape, rows, row, words, paramsAt)
          if (next >= 0) {
            order[record] = row
            this.write(shape, rows, row, words)
            this.seen(rows, row)
            return next
          }
        }
      }
    }
    return this.slow(host, rows, words, from, uuidAt, end, count, order, record, row)
  }

  private rowOf(host: number, words: Uint32Array, at: number, guess: number): number {
    if (guess !== NO_ROW && this.index.isAt(guess, host, words, at)) return guess
    return this.index.find(host, words[at]!, words[at + 1]!, words[at + 2]!, words[at + 3]!)
  }

  /** Same name and same process id as the row has, without a doubt. */
  private isKnownProcess(row: number, words: Uint32Array, from: number, uuidAt: number): boolean {
    if (this.doubted?.has(row) === true) return false
    return (swap32(words[uuidAt + UUID_WORDS]!) | 0) === this.table.domainId[row] && this.names.is(row, words, from)
  }

  private matching(shape: Shape, rows: LaneRows, row: number, words: Uint32Array, at: number): number {
    const { layout } = shape
    if (this.bases.length < layout.segments) this.bases = new Int32Array(layout.segments * 2)
    const bases = this.bases
    const next = matchLayout(layout, this.reply, at, rows.pool.words, rows.blobAt[row]!, bases)
    if (next < 0) return -1
    // The shape is the same, but it may no longer tell the whole truth: a vCPU or disk is missing or too many.
    if (this.table.domainId[row] === -1) return next
    const { vcpuCurrentField: vcpus, blockCountField: disks } = shape
    const isMiscounted = vcpus >= 0 && this.countAt(layout, vcpus, words) !== shape.vcpuEntries
    if (isMiscounted && !isWithoutThreads(this.table, shape, row)) return -1
    if (disks >= 0 && this.countAt(layout, disks, words) !== shape.diskEntries) return -1
    return repeatsIdentity(shape, rows, row, words, bases) ? next : -1
  }

  /** Value of a one-word field of the record just matched. */
  private countAt(layout: ShapeLayout, field: number, words: Uint32Array): number {
    return swap32(words[this.bases[layout.fieldSegment[field]!]! + layout.fieldAt[field]!]!)
  }

  /** Takes the values of a record that has the row's shape. */
  private write(shape: Shape, rows: LaneRows, row: number, words: Uint32Array): void {
    copyValues(shape.layout, words, this.bases, rows.pool.words, rows.slabAt(row, shape))
    const { moment } = this
    moment.judge(this.table.times, row, shape.groupMask)
    const allMove = moment.moves === shape.groupMask
    if (rows.steady[row]! < 2 || !allMove) {
      this.locateValues(shape)
      this.transition.writeColumns(shape, rows, row, words, this.valueAt)
      moment.take(this.table.times, row)
      // Only samples that were taken make both of a cell's.
      if (allMove) rows.steady[row] = Math.min(2, rows.steady[row]! + 1)
    } else {
      this.steady.add(row, rows.shapeOf[row]!)
      if (this.steady.isFull) this.steady.flush(rows)
    }
    this.table.flags[row]! &= ~(shape.groupMask & PARTIAL_MASK)
  }

  private locateValues(shape: Shape): void {
    const { fieldSegment, fieldAt } = shape.layout
    if (this.valueAt.length < fieldAt.length) this.valueAt = new Int32Array(fieldAt.length * 2)
    for (let field = 0; field < fieldAt.length; field++) {
      this.valueAt[field] = this.bases[fieldSegment[field]!]! + fieldAt[field]!
    }
  }

  private seen(rows: LaneRows, row: number): void {
    rows.seenIn[row] = this.replyNumber
    this.samples.rows[this.samples.count++] = row
  }

  /** Everything that is not a repetition: names are read, columns and children found, the row may be new. */
  private slow(
    host: number,
    rows: LaneRows,
    words: Uint32Array,
    from: number,
    uuidAt: number,
    end: number,
    count: number,
    order: Int32Array,
    record: number,
    known: number,
  ): number {
    const paramsAt = uuidAt + UUID_WORDS + 2
    const next = this.scan.scan(words, paramsAt, end, count)
    const id = swap32(words[uuidAt + UUID_WORDS]!) | 0
    if (known !== NO_ROW && this.processes.isOfBefore(known, id, this.sentAt)) {
      rows.seenIn[known] = this.replyNumber
      return next
    }
    // Without a process, what libvirt tells beyond the state is its own CPU time, or what the next process will have.
    if (id === NO_PROCESS) this.scan.keepOnly(StatGroup.State)
    const isTaken = id !== NO_PROCESS || this.scan.count > 0
    const row = known === NO_ROW && isTaken ? this.bear(host, words, uuidAt) : known
    if (row === NO_ROW) return next
    order[record] = row
    if (this.names.update(row, words, from)) this.owner.renamed(row, this.names.text(row))
    if (this.table.domainId[row] !== id) this.newProcess(row, id, this.answeredAt)
    else if (this.doubted?.has(row) === true) this.settleDoubt(row, words)
    if (isTaken) this.take(rows, row, words)
    this.seen(rows, row)
    return next
  }

  /**
   * The connection to a host is a new one: whether its rows have the same processes shows with their next records (RA15).
   * @param hostCpus - Online CPUs of the host; 0 when they are not known.
   */
  doubtProcesses(host: number, rows: Int32Array, count: number, hostCpus: number): void {
    for (let i = 0; i < count; i++) {
      if (this.table.domainId[rows[i]!] !== NO_PROCESS) this.continuity.doubt(host, rows[i]!, hostCpus)
    }
  }

  /** Judges by the record just scanned whether a row has the process that it had before the connection was lost. */
  private settleDoubt(row: number, words: Uint32Array): void {
    const shape = this.shapes.get(this.shapes.intern(this.scan))
    const verdict = this.continuity.judge(row, { shape, scan: this.scan, words, answeredAt: this.answeredAt })
    if (verdict === 'other') this.beginAnew(row)
    if (verdict !== 'open') this.continuity.forget(row)
  }

  /** Another process with the same id: all but the state is forgotten, which the new connection has told or soon will. */
  private beginAnew(row: number): void {
    const { 'state.state': state, 'state.reason': reason } = this.table.wire.gauges
    const [known, why] = [state.get(row), reason.get(row) ?? 0]
    this.newProcess(row, this.table.domainId[row]!, this.answeredAt)
    if (known === null) return
    state.set(row, known)
    reason.set(row, why)
  }

  /** Takes the record just scanned. */
  private take(rows: LaneRows, row: number, words: Uint32Array): void {
    const shapeId = this.shapes.intern(this.scan)
    const source = this.table.flags[row]! & RowFlag.OneThread
    const complete = this.transition.apply(rows, row, shapeId, this.scan, words)
    if ((this.table.flags[row]! & RowFlag.OneThread) !== source) this.owner.cpuSourceChanged(row)
    this.owner.unrepeated(row)
    if (complete !== this.shapes.get(shapeId).groupMask) this.samples.partialRecords++
    this.moment.take(this.table.times, row)
  }

  private bear(host: number, words: Uint32Array, at: number): number {
    const row = this.owner.bear(host, words[at]!, words[at + 1]!, words[at + 2]!, words[at + 3]!, this.sentAt)
    if (row === NO_ROW) return row
    this.table.hostRow[row] = host
    this.table.domainId[row] = NO_PROCESS
    this.processes.learnt(row, this.answeredAt, NO_PROCESS)
    return row
  }

  /**
   * Starts a row's next process (`id` -1: none): nothing of the old one may meet the new one's samples.
   *
   * @param time - When the change was learnt: replies to calls sent before then that name another process are not believed.
   */
  newProcess(row: number, id: number, time: number): void {
    const before = this.table.domainId[row]!
    this.processes.learnt(row, time, before)
    const hadProcess = before !== NO_PROCESS || this.table.times.some((times) => times.current[row] !== 0)
    this.clearProcess(row)
    this.table.domainId[row] = id
    if (hadProcess) this.table.flags[row] = RowFlag.Restarted
    this.owner.processChanged(row, id)
  }

  private clearProcess(row: number): void {
    for (const lane of this.lanes) {
      const shapeId = lane.shapeOf[row]!
      if (shapeId === NO_SHAPE) continue
      lane.release(row, this.shapes.get(shapeId))
      this.shapes.release(shapeId)
    }
    this.transition.forget(row)
    this.continuity.forget(row)
    this.table.clearProcess(row)
  }
}

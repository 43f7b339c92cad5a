import { type GroupTimes, Step } from '../columns/group-times.ts'
import { groupBit, STAT_GROUP_COUNT, StatGroup } from '../metrics/types.ts'

/** When the samples of a reply were taken, and what is known of that time. */
export interface ReplyTime {
  /** Record `i` of `n` was sampled at `start + span * (i + 0.5) / n`, ms of the server's clock; within the span for sure. */
  readonly start: number
  readonly span: number
  /** The clock jumped since the samples before: no interval may end with these. */
  readonly jumped: boolean
  /** By stat group, ms: a longer interval is a gap. */
  readonly maxGapMs: Float64Array
}

/** What is the case now, and not how fast something grows: any record tells it. */
const STATE = groupBit(StatGroup.State)

/**
 * When the record under way was sampled, and what that makes of each of its groups: for everybody who takes a part of it.
 *
 * @remarks Shared, not passed: from call to call, a number with fractions would cost an object for each record.
 */
export class SampleMoment {
  /** Ms of the server's clock, and how far that may be off. */
  time = 0
  doubtMs = 0
  jumped = false
  /** Groups (bits) of the record whose counters and times move on, and those whose newest sample it takes the place of. */
  moves = 0
  replaces = 0
  /** Groups of which some record of the reply was in doubt, so that the row kept its samples. */
  held = 0
  private reply: ReplyTime = NO_REPLY

  /** A reply begins. */
  begin(reply: ReplyTime): void {
    this.reply = reply
    this.jumped = reply.jumped
    this.held = 0
  }

  /** Record `index` of `count` begins. */
  next(index: number, count: number): void {
    const { start, span } = this.reply
    const share = (index + 0.5) / count
    this.time = start + span * share
    this.doubtMs = span * Math.max(share, 1 - share)
  }

  /** Finds what the record does to the groups in `mask`, which it holds in full. */
  judge(times: readonly GroupTimes[], row: number, mask: number): void {
    const { time, doubtMs, jumped } = this
    const { maxGapMs } = this.reply
    this.moves = mask
    this.replaces = 0
    if (jumped) return
    for (let group = 0, bit = 1; group < STAT_GROUP_COUNT; group++, bit <<= 1) {
      if ((mask & bit & ~STATE) === 0) continue
      const step = times[group]!.stepOf(row, time, doubtMs, maxGapMs[group]!)
      if (step === Step.Move) continue
      this.moves &= ~bit
      if (step === Step.Replace) this.replaces |= bit
      else this.held |= bit
    }
  }

  /** Notes the record's time in the groups that {@link judge} found to take it. */
  take(times: readonly GroupTimes[], row: number): void {
    const { moves, replaces, time, doubtMs, jumped } = this
    for (let group = 0; group < STAT_GROUP_COUNT; group++) {
      if (((moves >>> group) & 1) !== 0) times[group]!.take(row, Step.Move, time, doubtMs, jumped)
      else if (((replaces >>> group) & 1) !== 0) times[group]!.take(row, Step.Replace, time, doubtMs, false)
    }
  }
}

const NO_REPLY: ReplyTime = { start: 0, span: 0, jumped: false, maxGapMs: new Float64Array(STAT_GROUP_COUNT) }

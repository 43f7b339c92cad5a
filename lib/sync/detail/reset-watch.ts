import type { MarkFact, MarkOwner } from './detail-json.ts'
import { resetMarks } from './reset-mark.ts'
import type { TrackPoints } from './track-points.ts'

interface Moment {
  readonly at: number
  ofDomain: boolean
  readonly children: MarkOwner[]
  othersWentOn: boolean
}

/** Sees in live points what began anew: points of one moment are of one sample. */
export class ResetWatch {
  /** Tracks whose last point was a reset: it is told once. */
  private readonly resting = new Set<TrackPoints>()
  private moments = new Map<number, Moment>()

  /** Takes note of a point. `end` is its moment, `isReset` whether some value of it was reset. */
  note(track: TrackPoints, end: number, isReset: boolean, values: Float64Array): void {
    const moment = this.moments.get(end) ?? { at: end, ofDomain: false, children: [], othersWentOn: false }
    this.moments.set(end, moment)
    const { entity, identity } = track
    if (!isReset) {
      this.resting.delete(track)
      if (entity !== 'domain') moment.othersWentOn ||= values.some(Number.isFinite)
      return
    }
    if (this.resting.has(track)) return
    this.resting.add(track)
    if (entity === 'domain') moment.ofDomain = true
    else moment.children.push({ entity, identity })
  }

  /** The marks of what was noted since the last call. */
  take(): MarkFact[] {
    const marks = [...this.moments.values()].flatMap(resetMarks)
    this.moments = new Map()
    return marks
  }
}

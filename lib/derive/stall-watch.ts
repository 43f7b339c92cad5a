import { Bitmap } from '../columns/bitmap.ts'
import { growFloat64, growInt32, growUint8 } from '../columns/grow.ts'

/** Requests are counted in steps of this length, ms; so many of them make the 60 s of RA66. */
export const STEP_MS = 5_000
export const STEPS = 12

/** What is remembered of each row's disk requests, to tell a stall from idleness (RA65 to RA68). */
export class StallWatch {
  /** Sample in which finished requests were seen last, monotonic ms; 0 is none. */
  movedAt = new Float64Array(0)
  /** Samples since then without any. */
  still = new Uint8Array(0)
  /** Requests that finished, by step: {@link STEPS} places for each row, reused in turn. */
  finished = new Float64Array(0)
  /** Step of the newest of these. */
  step = new Int32Array(0)
  /** The newest interval: when it began, ms; and the requests that finished in it, so that a better end adds what is new. */
  begin = new Float64Array(0)
  counted = new Float64Array(0)
  /** Only intervals that began at this time or later count, monotonic ms. */
  notBefore = new Float64Array(0)
  /** Disks with counters in the last sample, and in the one before it, which was taken at `disksBegin`, ms. */
  disks = new Int32Array(0)
  disksBefore = new Int32Array(0)
  disksBegin = new Float64Array(0)
  /** Rows whose disks are taken to have stopped. */
  readonly stopped = new Bitmap()
  /** Rows whose newest interval is the first after a stall: its queue depth holds the waiting of the whole stall. */
  readonly justEnded = new Bitmap()

  grow(rows: number): void {
    this.movedAt = growFloat64(this.movedAt, rows)
    this.still = growUint8(this.still, rows)
    this.finished = growFloat64(this.finished, rows * STEPS)
    this.step = growInt32(this.step, rows, 0)
    this.begin = growFloat64(this.begin, rows)
    this.counted = growFloat64(this.counted, rows)
    this.notBefore = growFloat64(this.notBefore, rows)
    this.disks = growInt32(this.disks, rows, 0)
    this.disksBefore = growInt32(this.disksBefore, rows, 0)
    this.disksBegin = growFloat64(this.disksBegin, rows)
    this.stopped.grow(rows)
    this.justEnded.grow(rows)
  }

  clear(row: number): void {
    this.begin[row] = 0
    if (this.movedAt[row] === 0) return
    this.movedAt[row] = 0
    this.still[row] = 0
    this.finished.fill(0, row * STEPS, (row + 1) * STEPS)
    this.stopped.clear(row)
    this.justEnded.clear(row)
  }

  /**
   * Requests that finished since the sample before the newest.
   *
   * @param finished - Since `begin`. When the last interval began then, too, the newest sample only took the place of its
   * end (RA7).
   */
  since(row: number, begin: number, finished: number): number {
    const renewed = begin !== 0 && begin === this.begin[row]
    const more = renewed ? Math.max(0, finished - this.counted[row]!) : finished
    this.begin[row] = begin
    this.counted[row] = finished
    return more
  }

  /**
   * Takes note of how many disks have counters now.
   *
   * @returns how many had in the sample at `begin`, before the newest, which may have taken the place of another (RA7).
   */
  countDisks(row: number, begin: number, now: number): number {
    const renewed = begin !== 0 && begin === this.disksBegin[row]
    if (!renewed) this.disksBefore[row] = this.disks[row]!
    this.disksBegin[row] = begin
    this.disks[row] = now
    return this.disksBefore[row]!
  }

  /** What the guest did until `at`, monotonic ms, is over: its disks may be quiet from now on (RA67). */
  forget(row: number, at: number): void {
    this.clear(row)
    this.notBefore[row] = at
  }

  /** Takes note of requests that finished by `at`. */
  moved(row: number, requests: number, at: number): void {
    const step = Math.floor(at / STEP_MS)
    const before = this.step[row]!
    const passed = this.movedAt[row] === 0 ? STEPS : Math.min(STEPS, step - before)
    for (let back = 0; back < passed; back++) this.finished[row * STEPS + ((step - back + STEPS) % STEPS)] = 0
    this.finished[row * STEPS + (step % STEPS)]! += requests
    this.step[row] = step
    this.movedAt[row] = at
    this.still[row] = 0
  }

  /** Requests that finished in the 60 s before the last one did, the step under way counted as whole. */
  recent(row: number): number {
    let sum = 0
    for (let place = row * STEPS; place < (row + 1) * STEPS; place++) sum += this.finished[place]!
    return sum
  }
}

import { UNKNOWN_LEVEL } from './levels.ts'

/**
 * Words of state for each series: its last level; its last number that was not 0, or {@link NO_NUMBER}; 16 times the
 * running mean of its numbers; and how wrong each of these two was as a guess, lately.
 */
export const STATE_WORDS = 4
export const LAST = 0
export const NUMBER = 1
const TREND = 2
const ERRORS = 3

/** Stands for the number of a series that had none yet. */
export const NO_NUMBER = -0x80000000

/** Series whose changes are told together: one byte of mask. */
export const CHUNK = 8

/** Errors are means of so many sixteenths of a level. */
const FIRST_ERROR = 16 * 24
const MOST_ERROR = 2047
/** Of mean errors, the share that an error of now makes: one in two to this power. */
const ERROR_SHIFT = 3
const TREND_SHIFT = 2
/** Intervals are guessed to be as long as the one before; the first is guessed to be a second. */
const FIRST_STEP_MS = 1000

/** Bytes of state that a model of so many series takes. */
export function modelBytes(series: number): number {
  return series * STATE_WORDS * 4 + Math.ceil(series / CHUNK / 4) * 4
}

/**
 * What both sides know after the rows so far of a page, and what they expect of the next.
 *
 * @remarks A series is expected at its last number, or at the running mean of its numbers where that was the better guess
 * lately: values that wander are near the last one, values that scatter are near the mean.
 */
export class RowModel {
  readonly series: number
  readonly state: Int32Array
  /** By chunk: which series changed in the last row. They are expected to change again. */
  readonly busy: Uint8Array
  rows = 0
  time = 0
  step = FIRST_STEP_MS
  stepError = FIRST_ERROR
  flags = 0

  /** @param buffer - With room for {@link modelBytes} from `at`, a multiple of 4; one is made when it is left out. */
  constructor(series: number, buffer: ArrayBuffer = new ArrayBuffer(modelBytes(series)), at = 0) {
    this.series = series
    this.state = new Int32Array(buffer, at, series * STATE_WORDS)
    this.busy = new Uint8Array(buffer, at + series * STATE_WORDS * 4, Math.ceil(series / CHUNK))
    this.reset()
  }

  /** Knows nothing, as at the start of a page. */
  reset(): void {
    const { state } = this
    for (let at = 0; at < state.length; at += STATE_WORDS) {
      state[at + LAST] = UNKNOWN_LEVEL
      state[at + NUMBER] = NO_NUMBER
      state[at + TREND] = 0
      state[at + ERRORS] = (FIRST_ERROR << 16) | FIRST_ERROR
    }
    this.busy.fill(0)
    this.rows = 0
    this.time = 0
    this.step = FIRST_STEP_MS
    this.stepError = FIRST_ERROR
    this.flags = 0
  }

  /** The expected number of the series whose state begins at `at`. */
  guess(at: number): number {
    const { state } = this
    const errors = state[at + ERRORS]!
    return errors >>> 16 < (errors & 0xffff) ? state[at + TREND]! >> 4 : state[at + NUMBER]!
  }

  /** Low bits in which the distance from the guess is written plainly. */
  spread(at: number): number {
    const errors = this.state[at + ERRORS]!
    return plainBits(Math.min(errors >>> 16, errors & 0xffff))
  }

  /** Takes note of a number. */
  learn(at: number, number: number): void {
    const { state } = this
    const last = state[at + NUMBER]!
    state[at + NUMBER] = number
    if (last === NO_NUMBER) {
      state[at + TREND] = number << 4
      return
    }
    const trend = state[at + TREND]!
    const errors = state[at + ERRORS]!
    const ofLast = towards(errors & 0xffff, number - last)
    const ofTrend = towards(errors >>> 16, number - (trend >> 4))
    state[at + ERRORS] = (ofTrend << 16) | ofLast
    state[at + TREND] = trend + (((number << 4) - trend) >> TREND_SHIFT)
  }

  /** Takes note of the time of a row. */
  learnStep(step: number): void {
    this.stepError = towards(this.stepError, step - this.step)
    this.step = step
    this.time += step
  }
}

/** A mean error, moved towards the error of now. */
function towards(mean: number, error: number): number {
  const size = Math.min(Math.abs(error), MOST_ERROR) << 4
  return mean + ((size - mean) >> ERROR_SHIFT)
}

/**
 * Bits of Rice's code for a mean error: about the logarithm of ln 2 times the mean of the signed distances folded to
 * whole numbers, which is twice that of their sizes.
 */
export function plainBits(meanError: number): number {
  const typical = (meanError * 11) >> 7
  return typical <= 1 ? 0 : 31 - Math.clz32(typical)
}

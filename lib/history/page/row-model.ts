import { UNKNOWN_LEVEL } from './levels.ts'

/**
 * Words of state for each series: its last level; its last number that was not 0, or {@link NO_NUMBER}; and how far its
 * numbers were from the ones before, lately.
 */
export const STATE_WORDS = 3
export const LAST = 0
export const NUMBER = 1
const ERROR = 2

/** Stands for the number of a series that had none yet. */
export const NO_NUMBER = -0x80000000

/** Series whose changes are told together: one byte of mask. */
export const CHUNK = 8

/** Errors are means of so many sixteenths of a level. */
const FIRST_ERROR = 16 * 24
const MOST_ERROR = 2047
/** Of mean errors, the share that an error of now makes: one in two to this power. */
const ERROR_SHIFT = 3
/** Intervals are guessed to be as long as the one before; the first is guessed to be a second. */
const FIRST_STEP_MS = 1000

/** Bytes of state that a model of so many series takes. */
export function modelBytes(series: number): number {
  return series * STATE_WORDS * 4 + Math.ceil(series / CHUNK / 4) * 4
}

/** What both sides know after the rows so far of a page. A series is expected where its last number was. */
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
      state[at + ERROR] = FIRST_ERROR
    }
    this.busy.fill(0)
    this.rows = 0
    this.time = 0
    this.step = FIRST_STEP_MS
    this.stepError = FIRST_ERROR
    this.flags = 0
  }

  /** Low bits in which the distance from the last number is written plainly. */
  spread(at: number): number {
    return plainBits(this.state[at + ERROR]!)
  }

  /** Takes note of a number. */
  learn(at: number, number: number): void {
    const { state } = this
    const last = state[at + NUMBER]!
    state[at + NUMBER] = number
    if (last !== NO_NUMBER) state[at + ERROR] = towards(state[at + ERROR]!, number - last)
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

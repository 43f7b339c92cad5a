import { type BitWriter, MOST_BITS } from './bit-writer.ts'
import { isNumber, UNKNOWN_LEVEL } from './levels.ts'
import { CHUNK, LAST, NO_NUMBER, NUMBER, plainBits, type RowModel, STATE_WORDS } from './row-model.ts'

/** Ones that say: not as a distance, plainly. */
export const ESCAPE = 15
/** Bits of a level, as a signed number, and of the time between two rows in ms. */
export const LEVEL_BITS = 17
export const STEP_BITS = 21
export const FLAG_BITS = 8
export const MOST_STEP_MS = 2 ** STEP_BITS - 1

/** Room that a row may take, whatever is in it. */
export function mostRowBytes(series: number): number {
  return Math.ceil((ESCAPE + STEP_BITS + 1 + FLAG_BITS + series * (3 + ESCAPE + LEVEL_BITS)) / 8) + MOST_BITS
}

/**
 * Appends one row: its time, its flags, and the levels that changed.
 *
 * @remarks See docs/spec/history.md for the bits. `out` must have room for {@link mostRowBytes}.
 * @param time - In whole ms, later than the last row's by at most {@link MOST_STEP_MS}.
 * @param levels - One for each series of the model: numbers, `UNKNOWN_LEVEL` or `RESET_LEVEL`.
 */
export function encodeRow(model: RowModel, time: number, flags: number, levels: Int32Array, out: BitWriter): void {
  if (model.rows === 0) model.time = time
  else putStep(model, time - model.time, out)
  putFlags(model, flags, out)
  for (let chunk = 0; chunk < model.busy.length; chunk++) putChunk(model, chunk, levels, out)
  model.rows++
}

function putStep(model: RowModel, step: number, out: BitWriter): void {
  const folded = fold(step - model.step)
  if (!putRice(folded, plainBits(model.stepError), out)) out.put(step, STEP_BITS)
  model.learnStep(step)
}

function putFlags(model: RowModel, flags: number, out: BitWriter): void {
  if (flags === model.flags) out.put(0, 1)
  else out.put((1 << FLAG_BITS) | flags, 1 + FLAG_BITS)
  model.flags = flags
}

/**
 * First which series of the chunk woke: one bit for all that were quiet in the last row, and if some did, one for each.
 * Then the levels of those, and of the ones that changed in the last row.
 */
function putChunk(model: RowModel, chunk: number, levels: Int32Array, out: BitWriter): void {
  const { state, busy } = model
  const first = chunk * CHUNK
  const size = Math.min(CHUNK, model.series - first)
  let changed = 0
  for (let i = 0; i < size; i++) {
    if (levels[first + i] !== state[(first + i) * STATE_WORDS + LAST]) changed |= 1 << i
  }
  const before = busy[chunk]!
  const quiet = ((1 << size) - 1) & ~before
  const woke = changed & quiet
  if (quiet !== 0) out.put(woke === 0 ? 0 : 1, 1)
  if (woke !== 0) for (let i = 0; i < size; i++) if ((quiet >>> i) & 1) out.put((woke >>> i) & 1, 1)
  busy[chunk] = changed
  const written = before | woke
  for (let i = 0; i < size; i++) {
    if ((written >>> i) & 1) putLevel(model, (first + i) * STATE_WORDS, levels[first + i]!, out)
  }
}

function putLevel(model: RowModel, at: number, level: number, out: BitWriter): void {
  const { state } = model
  if (level === state[at + LAST]) out.put(0b10, 2)
  else if (level === 0) out.put(0b110, 3)
  else if (!isNumber(level)) out.put(level === UNKNOWN_LEVEL ? 0b1110 : 0b1111, 4)
  else {
    out.put(0, 1)
    const last = state[at + NUMBER]!
    if (last === NO_NUMBER || !putRice(fold(level - last), model.spread(at), out)) putPlain(level, out)
    model.learn(at, level)
  }
  state[at + LAST] = level
}

function putPlain(level: number, out: BitWriter): void {
  out.put(level & ((1 << LEVEL_BITS) - 1), LEVEL_BITS)
}

/** Signed to unsigned, small sizes to small numbers: 0, -1, 1, -2, … */
export function fold(number: number): number {
  return number < 0 ? -2 * number - 1 : 2 * number
}

/** Rice's code: the high part in ones, the low `bits` plainly. False when it was the escape, and the number is to follow. */
function putRice(folded: number, bits: number, out: BitWriter): boolean {
  const high = Math.floor(folded / (1 << bits))
  if (high >= ESCAPE) {
    out.put((1 << ESCAPE) - 1, ESCAPE)
    return false
  }
  out.put(((1 << high) - 1) << 1, high + 1)
  if (bits > 0) out.put(folded & ((1 << bits) - 1), bits)
  return true
}

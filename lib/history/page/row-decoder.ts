import type { BitReader } from './bit-reader.ts'
import { RESET_LEVEL, UNKNOWN_LEVEL } from './levels.ts'
import { ESCAPE, FLAG_BITS, LEVEL_BITS, STEP_BITS } from './row-encoder.ts'
import { CHUNK, LAST, NO_NUMBER, NUMBER, plainBits, type RowModel, STATE_WORDS } from './row-model.ts'

/** By ones of its kind, what a level is: a number, the same as before, 0, unknown, reset. */
const KIND_LEVELS = [Number.NaN, Number.NaN, 0, UNKNOWN_LEVEL, RESET_LEVEL]
const MOST_KIND_ONES = KIND_LEVELS.length - 1

/**
 * Reads the row that `encodeRow` wrote next: time and flags into the model, the levels into its state.
 *
 * @remarks Of anything else it reads something, in bounded time: a checksum has to tell.
 */
export function decodeRow(model: RowModel, firstTime: number, bits: BitReader): void {
  if (model.rows === 0) model.time = firstTime
  else takeStep(model, bits)
  if (bits.take(1) === 1) model.flags = bits.take(FLAG_BITS)
  for (let chunk = 0; chunk < model.busy.length; chunk++) takeChunk(model, chunk, bits)
  model.rows++
}

function takeStep(model: RowModel, bits: BitReader): void {
  const folded = takeRice(plainBits(model.stepError), bits)
  model.learnStep(folded === null ? bits.take(STEP_BITS) : model.step + unfold(folded))
}

function takeChunk(model: RowModel, chunk: number, bits: BitReader): void {
  const first = chunk * CHUNK
  const size = Math.min(CHUNK, model.series - first)
  const before = model.busy[chunk]!
  const quiet = ((1 << size) - 1) & ~before
  const woke = quiet !== 0 && bits.take(1) === 1 ? takeMask(quiet, size, bits) : 0
  const written = before | woke
  let changed = 0
  for (let i = 0; i < size; i++) {
    if ((written >>> i) & 1 && takeLevel(model, (first + i) * STATE_WORDS, bits)) changed |= 1 << i
  }
  model.busy[chunk] = changed
}

/** One bit for each bit of `mask`. */
function takeMask(mask: number, size: number, bits: BitReader): number {
  let taken = 0
  for (let i = 0; i < size; i++) if ((mask >>> i) & 1) taken |= bits.take(1) << i
  return taken
}

/** Returns whether it is another level than the last. */
function takeLevel(model: RowModel, at: number, bits: BitReader): boolean {
  const { state } = model
  const kind = bits.ones(MOST_KIND_ONES)
  if (kind === 1) return false
  if (kind > 1) {
    state[at + LAST] = KIND_LEVELS[kind]!
    return true
  }
  const last = state[at + NUMBER]!
  const folded = last === NO_NUMBER ? null : takeRice(model.spread(at), bits)
  const level = folded === null ? takePlain(bits) : last + unfold(folded)
  state[at + LAST] = level
  model.learn(at, level)
  return true
}

function takePlain(bits: BitReader): number {
  const unused = 32 - LEVEL_BITS
  return (bits.take(LEVEL_BITS) << unused) >> unused
}

function unfold(folded: number): number {
  return folded % 2 === 0 ? folded / 2 : -(folded + 1) / 2
}

/** Null for the escape: the number itself follows. */
function takeRice(plain: number, bits: BitReader): number | null {
  const high = bits.ones(ESCAPE)
  if (high === ESCAPE) return null
  return high * (1 << plain) + (plain > 0 ? bits.take(plain) : 0)
}

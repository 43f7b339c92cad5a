import { expect, test } from 'vitest'
import { DomscopeError } from '../errors/domscope-error.ts'
import { FrameSplitter } from './frame-splitter.ts'
import { CAPTURES, readCapture } from './testing/captures.ts'
import { decodeAny } from './testing/decode-any.ts'
import { mutate, seeded } from './testing/mutate.ts'

const SEED = 4711
const SMALL_INPUTS = 60_000
const LARGE_INPUTS = 300
const STREAMS = 4_000

const frames = CAPTURES.flatMap(readCapture)
  .filter(({ from }) => from === 'daemon')
  .map(({ bytes }) => bytes)
  .filter((bytes) => new DataView(bytes.buffer).getUint32(12) !== 9999)
const small = frames.filter(({ length }) => length < 2_000)
const large = frames.filter(({ length }) => length >= 2_000)

/** Keeps the header: only the body is damaged, as the splitter lets no bad header through. */
function damagedFrame(frame: Uint8Array, random: () => number): Uint8Array {
  return Uint8Array.from(Buffer.concat([frame.subarray(0, 28), mutate(frame.slice(28), random)]))
}

/** Longer than the original by at most three repeats; the length word must not hide bytes from the decoder. */
function withLength(frame: Uint8Array): Uint8Array {
  new DataView(frame.buffer).setUint32(0, frame.length)
  return frame
}

function run(inputs: readonly Uint8Array[], count: number): { refused: number; accepted: number } {
  const random = seeded(SEED)
  const seen = { refused: 0, accepted: 0 }
  for (let i = 0; i < count; i++) {
    const frame = inputs[Math.floor(random() * inputs.length)] as Uint8Array
    const input = withLength(damagedFrame(frame, random))
    try {
      decodeAny(input)
      seen.accepted++
    } catch (error) {
      if (!(error instanceof DomscopeError) || !error.code.startsWith('XDR_') || error.radius !== 'reply') {
        throw new Error(`input ${i}: ${Buffer.from(input).toString('hex')}`, { cause: error })
      }
      seen.refused++
    }
  }
  return seen
}

test(`[T-F1] ${SMALL_INPUTS} damaged small messages give a value or a decode error, seed ${SEED}`, () => {
  const seen = run(small, SMALL_INPUTS)
  expect(seen.refused).toBeGreaterThan(SMALL_INPUTS / 4)
  expect(seen.accepted).toBeGreaterThan(SMALL_INPUTS / 100)
})

test(`[T-F1] ${LARGE_INPUTS} damaged bulk replies give records or a decode error, seed ${SEED}`, () => {
  const seen = run(large, LARGE_INPUTS)
  expect(seen.refused).toBeGreaterThan(LARGE_INPUTS / 10)
})

test(`[T-F1] ${STREAMS} damaged streams give messages or a framing error, and no buffer larger than allowed, seed ${SEED}`, () => {
  const random = seeded(SEED + 1)
  let refused = 0
  for (let i = 0; i < STREAMS; i++) {
    const parts = Array.from({ length: 3 }, () => small[Math.floor(random() * small.length)] as Uint8Array)
    const stream = mutate(Uint8Array.from(Buffer.concat(parts)), random)
    let largest = 0
    const splitter = new FrameSplitter({
      onMessage: () => {},
      maxMessageBytes: 4_096,
      allocate(bytes) {
        largest = Math.max(largest, bytes)
        return new Uint8Array(bytes)
      },
    })
    try {
      for (let at = 0; at < stream.length; ) {
        const next = at + 1 + Math.floor(random() * 200)
        splitter.push(stream.subarray(at, next), 0)
        at = next
      }
    } catch (error) {
      if (!(error instanceof DomscopeError) || !error.code.startsWith('FRAME_')) throw error
      refused++
    }
    expect(largest).toBeLessThanOrEqual(4_096)
  }
  expect(refused).toBeGreaterThan(STREAMS / 20)
})

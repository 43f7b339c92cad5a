import { describe, expect, test } from 'vitest'
import { DomscopeError } from '../errors/domscope-error.ts'
import { decodeEvent } from './decode-event.ts'
import { eventWords, lifecycleWords } from './event-words.ts'
import { EventId, eventIdOf } from './events.ts'
import { EVENT_VECTORS, VECTOR_DOMAIN } from './testing/event-vectors.ts'
import { mutate, seeded } from './testing/mutate.ts'

const SEED = 20_261
const INPUTS = 30_000

/** The error of decoding damaged bytes; null when they decode. Anything but an XDR error of one reply fails the test. */
function refusalOf(procedure: number, bytes: Uint8Array): DomscopeError | null {
  try {
    decodeEvent(procedure, bytes)
    return null
  } catch (error) {
    if (error instanceof DomscopeError && error.code.startsWith('XDR_') && error.radius === 'reply') return error
    throw new Error(`message ${procedure}: ${Buffer.from(bytes).toString('hex')}`, { cause: error })
  }
}

describe('event messages', () => {
  test('have a vector each', () => {
    const ids = new Set(EVENT_VECTORS.map(([procedure]) => eventIdOf(procedure)))
    expect([...ids].sort((a, b) => a! - b!)).toEqual(Object.values(EventId))
  })

  test.each(EVENT_VECTORS)('%d decodes and reads well', (procedure, bytes, expected, words) => {
    const event = decodeEvent(procedure, bytes)
    expect(event).toEqual({ ...expected, domain: VECTOR_DOMAIN })
    expect(eventWords(event!).text).toBe(words)
  })

  test.each(EVENT_VECTORS)('%d cut at any byte, or longer than it should be, is a decode error', (procedure, bytes) => {
    for (let at = 0; at < bytes.length; at++) {
      expect(refusalOf(procedure, bytes.slice(0, at))).not.toBeNull()
    }
    expect(refusalOf(procedure, Uint8Array.from([...bytes, 0, 0, 0, 0]))?.code).toBe('XDR_TRAILING_BYTES')
  })

  test('keep nothing of the bytes they came in', () => {
    for (const [procedure, bytes, expected] of EVENT_VECTORS) {
      const lent = bytes.slice()
      const event = decodeEvent(procedure, lent)
      lent.fill(0xaa)
      expect(event).toEqual({ ...expected, domain: VECTOR_DOMAIN })
    }
  })

  test('of unknown numbers are no events', () => {
    expect([317, 334, 362, 456].map((number) => decodeEvent(number, new Uint8Array(4)))).toEqual([
      null,
      null,
      null,
      null,
    ])
  })

  test(`[T-F1] ${INPUTS} damaged events give an event with words or a decode error, seed ${SEED}`, () => {
    const random = seeded(SEED)
    let refused = 0
    for (let i = 0; i < INPUTS; i++) {
      const [procedure, bytes] = EVENT_VECTORS[Math.floor(random() * EVENT_VECTORS.length)]!
      const damaged = mutate(bytes.slice(), random)
      if (refusalOf(procedure, damaged) !== null) refused++
      else expect(eventWords(decodeEvent(procedure, damaged)!).text).not.toMatch(/undefined(?!: )|NaN|\[object/)
    }
    expect(refused).toBeGreaterThan(INPUTS / 4)
    expect(refused).toBeLessThan(INPUTS)
  })
})

describe('words for lifecycle events', () => {
  test('exist for every detail that libvirt lists', () => {
    const counts = [4, 2, 6, 10, 5, 8, 3, 2, 2]
    counts.forEach((count, event) => {
      for (let detail = 0; detail < count; detail++) expect(lifecycleWords(event, detail).detail).not.toMatch(/\d/)
      expect(lifecycleWords(event, count).detail).toBe(`detail ${count}`)
    })
  })

  test('name numbers that came later', () => {
    expect(lifecycleWords(9, 1)).toEqual({ event: 'lifecycle event 9', detail: 'detail 1' })
  })
})

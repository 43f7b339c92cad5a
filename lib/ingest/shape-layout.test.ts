import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { ReplyWords } from './constant-words.ts'
import { layOut, matchLayout } from './shape-layout.ts'

/** Halves of doubles that equal others (zeros) or not even themselves (NaN), and any other word. */
const word = fc.oneof(fc.constantFrom(0, 0x8000_0000, 0x7ff0_0000, 0x7ff8_0000, 0xffff_ffff, 1), fc.nat(0xffff_ffff))
const field = fc.record({
  constants: fc.array(word, { minLength: 1, maxLength: 7 }),
  values: fc.array(word, { minLength: 1, maxLength: 2 }),
})

function match(layout: ReturnType<typeof layOut>, record: readonly number[], lead: number): number {
  // The record stands at word `lead` of the reply, and the reply at an odd word of its memory or not.
  const memory = new Uint32Array(lead + record.length + 2)
  memory.set(record, lead + 1)
  const reply = new ReplyWords(memory.subarray(1, 1 + lead + record.length))
  return matchLayout(layout, reply, lead, new Uint32Array(0), 0, new Int32Array(layout.segments))
}

describe('matching of a record with a layout', () => {
  it('takes any values and no other constants, to the bit, wherever the record stands (seed 9)', () => {
    fc.assert(
      fc.property(
        fc.array(field, { minLength: 1, maxLength: 12 }),
        fc.nat(3),
        fc.nat(),
        word,
        (fields, lead, place, other) => {
          const constants = fields.flatMap((one) => one.constants)
          const layout = layOut(
            Uint32Array.from(constants),
            Uint16Array.from(fields, (one) => one.constants.length),
            Uint8Array.from(fields, (one) => one.values.length),
          )
          const record = fields.flatMap((one) => [...one.constants, ...one.values])
          const isConstant = fields.flatMap((one) => [...one.constants.map(() => true), ...one.values.map(() => false)])
          expect(match(layout, record, lead)).toBe(lead + record.length)
          const at = place % record.length
          const same = record[at] === other || !isConstant[at]
          const changed = record.with(at, other)
          expect(match(layout, changed, lead)).toBe(same ? lead + record.length : -1)
          expect(match(layout, record.slice(0, -1), lead)).toBe(-1)
        },
      ),
      { seed: 9, numRuns: 2000 },
    )
  })
})

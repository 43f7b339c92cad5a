import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { ReplyWords } from './constant-words.ts'
import { copyValues, layOut, matchLayout } from './shape-layout.ts'
import { swap32 } from './swap.ts'

/** Halves of doubles that equal others (zeros) or not even themselves (NaN), and any other word. */
const word = fc.oneof(fc.constantFrom(0, 0x8000_0000, 0x7ff0_0000, 0x7ff8_0000, 0xffff_ffff, 1), fc.nat(0xffff_ffff))
const field = fc.record({
  constants: fc.array(word, { minLength: 1, maxLength: 7 }),
  values: fc.array(word, { minLength: 1, maxLength: 2 }),
})

function match(
  layout: ReturnType<typeof layOut>,
  record: readonly number[],
  lead: number,
  strings = new Uint32Array(0),
): number {
  // The record stands at word `lead` of the reply, and the reply at an odd word of its memory or not.
  const memory = new Uint32Array(lead + record.length + 2)
  memory.set(record, lead + 1)
  const reply = new ReplyWords(memory.subarray(1, 1 + lead + record.length))
  return matchLayout(layout, reply, lead, strings, 0, new Int32Array(layout.segments))
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

  it('sees every single word that is not a value, and every missing one, with strings in between (seed 10)', () => {
    const part = fc.record({
      // Names are as long as in life, so that segments hold more pairs than are compared at once.
      constants: fc.array(word, { minLength: 2, maxLength: 7 }),
      /** Words of a value; of none, a string follows. */
      value: fc.array(word, { maxLength: 2 }),
      text: fc.array(word, { maxLength: 3 }),
    })
    fc.assert(
      fc.property(fc.array(part, { minLength: 1, maxLength: 24 }), fc.nat(3), (parts, lead) => {
        const layout = layOut(
          Uint32Array.from(parts.flatMap((one) => one.constants)),
          Uint16Array.from(parts, (one) => one.constants.length),
          Uint8Array.from(parts, (one) => one.value.length),
        )
        const textOf = (one: (typeof parts)[number]) =>
          one.value.length > 0 ? [] : [swap32(one.text.length * 4), ...one.text]
        const record = parts.flatMap((one) => [...one.constants, ...one.value, ...textOf(one)])
        const isValue = parts.flatMap((one) => [
          ...one.constants.map(() => false),
          ...one.value.map(() => true),
          ...textOf(one).map(() => false),
        ])
        const strings = Uint32Array.from(parts.flatMap(textOf))
        expect(match(layout, record, lead, strings)).toBe(lead + record.length)
        record.forEach((now, at) => {
          const changed = match(layout, record.with(at, (now ^ 0x100) >>> 0), lead, strings)
          expect(changed, `word ${at}`).toBe(isValue[at] ? lead + record.length : -1)
          expect(match(layout, record.slice(0, at), lead, strings), `cut at ${at}`).toBe(-1)
        })
      }),
      { seed: 10, numRuns: 150 },
    )
  })

  it('copies exactly the words of fixed-size values, one after another (seed 11)', () => {
    fc.assert(
      fc.property(fc.array(field, { minLength: 1, maxLength: 12 }), fc.nat(3), (fields, lead) => {
        const layout = layOut(
          Uint32Array.from(fields.flatMap((one) => one.constants)),
          Uint16Array.from(fields, (one) => one.constants.length),
          Uint8Array.from(fields, (one) => one.values.length),
        )
        const words = Uint32Array.from([
          ...new Array<number>(lead).fill(1),
          ...fields.flatMap((one) => [...one.constants, ...one.values]),
        ])
        const values = fields.flatMap((one) => one.values)
        const slab = new Uint32Array(values.length + 4).fill(7)
        copyValues(layout, words, Int32Array.of(lead), slab, 2)
        expect([...slab]).toEqual([7, 7, ...values, 7, 7])
      }),
      { seed: 11, numRuns: 300 },
    )
  })
})

import fc from 'fast-check'
import { expect, test } from 'vitest'
import { levelRows } from '../testing/levels.ts'
import { BitReader } from './bit-reader.ts'
import { BitWriter } from './bit-writer.ts'
import { RESET_LEVEL, UNKNOWN_LEVEL } from './levels.ts'
import { decodeRow } from './row-decoder.ts'
import { encodeRow, MOST_STEP_MS, mostRowBytes } from './row-encoder.ts'
import { LAST, RowModel, STATE_WORDS } from './row-model.ts'

interface Row {
  readonly time: number
  readonly flags: number
  readonly levels: readonly number[]
}

function encode(series: number, rows: readonly Row[]): Uint8Array {
  const writer = new BitWriter()
  const model = new RowModel(series)
  for (const { time, flags, levels } of rows) {
    writer.reserve(mostRowBytes(series))
    const before = writer.length
    encodeRow(model, time, flags, Int32Array.from(levels), writer)
    expect(writer.length - before).toBeLessThanOrEqual(mostRowBytes(series))
  }
  writer.put(0, (8 - writer.pending) % 8)
  return writer.bytes.slice(0, writer.length)
}

function decode(series: number, bytes: Uint8Array, count: number, firstTime: number): Row[] {
  const model = new RowModel(series)
  const reader = new BitReader(bytes, 0, bytes.length)
  return Array.from({ length: count }, () => {
    decodeRow(model, firstTime, reader)
    const levels = Array.from({ length: series }, (_, i) => model.state[i * STATE_WORDS + LAST]!)
    return { time: model.time, flags: model.flags, levels }
  })
}

test('[HI21] gives back the rows it was given, whatever the series do (seed 31)', () => {
  const series = fc.integer({ min: 1, max: 30 })
  const input = series.chain((count) =>
    fc.record({
      levels: levelRows(count, 90),
      steps: fc.array(fc.oneof(fc.integer({ min: 990, max: 1010 }), fc.integer({ min: 1, max: MOST_STEP_MS })), {
        minLength: 90,
        maxLength: 90,
      }),
      flags: fc.array(fc.oneof({ weight: 9, arbitrary: fc.constant(0) }, { weight: 1, arbitrary: fc.nat(255) }), {
        minLength: 90,
        maxLength: 90,
      }),
    }),
  )
  const property = fc.property(input, ({ levels, steps, flags }) => {
    let time = 5_000
    const rows = levels.map((row, i) => {
      time += steps[i]!
      return { time, flags: flags[i]!, levels: [...row] }
    })
    const width = levels[0]!.length
    expect(decode(width, encode(width, rows), rows.length, rows[0]!.time)).toEqual(rows)
  })
  fc.assert(property, { seed: 31, numRuns: 300 })
})

test('[HI25] holds the levels at both ends and the special ones', () => {
  const ends = [-0x7fff, 0xffef, 0, UNKNOWN_LEVEL, RESET_LEVEL, -1, 1]
  const rows = ends.flatMap((from, i) =>
    ends.map((to, j) => ({ time: 1000 * (1 + i * ends.length + j), flags: 0, levels: [from, to] })),
  )
  expect(decode(2, encode(2, rows), rows.length, 1000)).toEqual(rows)
})

test('[HI24] takes three bits for a row in which nothing changed', () => {
  const row = (time: number) => ({ time, flags: 0, levels: Array.from({ length: 8 }, (_, i) => 700 + i) })
  const rows = Array.from({ length: 101 }, (_, i) => row(1000 * (i + 1)))
  const one = encode(8, rows.slice(0, 1)).length
  // The interval is expected exactly after a few rows: one bit for it, one for the flags, one for eight series.
  expect(encode(8, rows).length - one).toBeLessThan((100 * 3) / 8 + 16)
})

test('[HI26] takes less than a byte for a value that scatters by three percent', () => {
  const noise = (i: number) => (Math.imul(i + 1, 0x9e3779b1) >>> 16) % 31
  const levels = (row: number) => Array.from({ length: 8 }, (_, i) => 30_000 + noise(row * 8 + i))
  const rows = Array.from({ length: 60 }, (_, row) => ({ time: 1000 * (row + 1), flags: 0, levels: levels(row) }))
  expect(encode(8, rows).length / (rows.length * 8)).toBeLessThan(1)
})

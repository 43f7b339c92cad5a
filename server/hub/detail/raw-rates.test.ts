import { describe, expect, test } from 'vitest'
import { RESET_VALUE } from '../../../lib/columns/derived-column.ts'
import type { RawKind } from '../../../lib/ingest/raw-reader.ts'
import type { SampleReader } from '../../fleet/sample-reader.ts'
import { RawRates } from './raw-rates.ts'

const COUNTER = 'vcpu.*.exits.sum'
const GAUGE = 'vcpu.*.nested.cur'

/** A vCPU whose next sample is set by hand. */
function setUp(path = COUNTER) {
  let [kind, bits]: [RawKind, bigint] = ['none', 0n]
  const asked: string[] = []
  const samples = {
    rawWords: (_row: number, name: string, into: Uint32Array) => {
      asked.push(name)
      into[0] = Number(BigInt.asUintN(32, bits >> 32n))
      into[1] = Number(BigInt.asUintN(32, bits))
      return kind
    },
  } as unknown as SampleReader
  const rates = new RawRates()
  const read = (value: bigint | null, at: number, spanMs: number, as: RawKind = 'unsigned') => {
    kind = value === null ? 'none' : as
    bits = value ?? 0n
    return rates.read(samples, 0, '3', path, at, spanMs)
  }
  return { asked, read }
}

describe('a typed parameter beyond the catalogue', () => {
  test('is asked for by the number of its vCPU', () => {
    const { asked, read } = setUp()
    read(1n, 1000, 1000)
    expect(asked).toEqual(['vcpu.3.exits.sum'])
  })

  test('gives a rate over exactly the two samples, beyond what a double counts', () => {
    const { read } = setUp()
    expect(read(2n ** 63n, 1000, 1000)).toBeNaN()
    expect(read(2n ** 63n + 3n, 3000, 2000)).toBe(1.5)
    expect(read(2n ** 63n + 2n ** 33n + 3n, 4000, 1000)).toBe(2 ** 33)
  })

  test('gives no rate where the sample before is not the one that the span begins with', () => {
    const { read } = setUp()
    read(5n, 1000, 1000)
    expect(read(15n, 4000, 1000)).toBeNaN()
    expect(read(25n, 5000, 1000)).toBe(10)
    expect(read(35n, 6000, Number.NaN)).toBeNaN()
    expect(read(45n, 7000, 1000)).toBe(10)
  })

  test('begins where the interval begins, also when a better sample took the place of its end [RA7]', () => {
    const { read } = setUp()
    read(0n, 1000, Number.NaN)
    expect(read(100n, 11_000, 10_000)).toBe(10)
    expect(read(240n, 13_000, 12_000)).toBe(20)
    expect(read(270n, 14_000, 1000)).toBe(30)
  })

  test('is a reset when it goes backwards, and unknown while it is left out and once after that', () => {
    const { read } = setUp()
    read(5n, 1000, 1000)
    expect(read(4n, 2000, 1000)).toBe(RESET_VALUE)
    expect(read(null, 3000, 1000)).toBeNaN()
    expect(read(9n, 4000, 1000)).toBeNaN()
    expect(read(10n, 5000, 1000)).toBe(1)
  })

  test('is a share of the time when it counts ns', () => {
    const { read } = setUp('vcpu.*.halt_wait_ns.sum')
    read(0n, 1000, 1000)
    expect(read(250_000_000n, 2000, 1000)).toBe(25)
  })

  test.each([
    ['unsigned', 2n ** 32n + 7n, 2 ** 32 + 7],
    ['unsigned', 2n ** 63n, 2 ** 63],
    ['signed', -2n, -2],
    ['signed', -(2n ** 40n), -(2 ** 40)],
  ] as const)('is itself when it is a gauge: %s %s', (kind, bits, value) => {
    expect(setUp(GAUGE).read(bits, 1000, 1000, kind)).toBe(value)
  })

  test('is itself when it is a double, whatever its name', () => {
    const bits = new DataView(new ArrayBuffer(8))
    bits.setFloat64(0, -2.75)
    expect(setUp(COUNTER).read(bits.getBigUint64(0), 1000, 1000, 'double')).toBe(-2.75)
  })
})

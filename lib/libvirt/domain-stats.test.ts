import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { DomscopeError } from '../errors/domscope-error.ts'
import { XdrWriter } from '../xdr/xdr-writer.ts'
import { ParamType } from './constants.ts'
import { walkDomainStats } from './domain-stats.ts'
import { bytesOf } from './testing/captures.ts'
import { collectStats } from './testing/collect-stats.ts'

/** Name `a`, UUID of zeros, id 1. */
const DOMAIN = `00000001 61000000 ${'00'.repeat(16)} 00000001`
/** Parameter `x` up to its type. */
const X = '00000001 78000000'

function codeOf(hex: string): string {
  try {
    collectStats(bytesOf(hex), walkDomainStats)
  } catch (error) {
    if (error instanceof DomscopeError) return error.code
    throw error
  }
  return 'no error'
}

describe('walkDomainStats', () => {
  test.each([
    ['INT', '00000001 ffffffff', [1, -1n]],
    ['UINT', '00000002 ffffffff', [2, 4_294_967_295n]],
    ['LLONG', '00000003 ffffffff fffffffe', [3, -2n]],
    ['ULLONG', '00000004 ffffffff fffffffe', [4, 2n ** 64n - 2n]],
    ['DOUBLE', '00000005 7ff00000 00000000', [5, Number.POSITIVE_INFINITY]],
    ['BOOLEAN', '00000006 00000001', [6, 1n]],
    ['STRING', '00000007 00000003 76646100', [7, 'vda']],
  ])('[V-4] reports %s exactly', (_type, value, expected) => {
    const [record] = collectStats(bytesOf(`00000001 ${DOMAIN} 00000001 ${X} ${value}`), walkDomainStats)
    expect(record?.params).toEqual([['x', ...expected]])
  })

  test.each([
    ['more records than a reply may hold', '00004001', 'XDR_TOO_LONG'],
    ['records that cannot fit', `00000002 ${DOMAIN}`, 'XDR_OUT_OF_BOUNDS'],
    ['a negative record count', 'ffffffff', 'XDR_TOO_LONG'],
    ['more parameters than a record may hold', `00000001 ${DOMAIN} 00040001`, 'XDR_TOO_LONG'],
    ['parameters that cannot fit', `00000001 ${DOMAIN} 00000002 ${X} 00000001 00000000`, 'XDR_OUT_OF_BOUNDS'],
    ['a type tag that does not exist', `00000001 ${DOMAIN} 00000001 ${X} 00000008 00000000`, 'XDR_BAD_VALUE'],
    ['a boolean of 2', `00000001 ${DOMAIN} 00000001 ${X} 00000006 00000002`, 'XDR_BAD_VALUE'],
    ['a field name of a kilobyte and one', `00000001 ${DOMAIN} 00000001 00000401 ${'61'.repeat(1040)}`, 'XDR_TOO_LONG'],
    ['padding that is not zero', `00000001 ${DOMAIN} 00000001 00000001 78000001 00000001 00000000`, 'XDR_BAD_PADDING'],
    ['bytes after the last record', `00000001 ${DOMAIN} 00000000 00000000`, 'XDR_TRAILING_BYTES'],
  ])('[V-3] refuses %s', (_what, hex, code) => {
    expect(codeOf(hex)).toBe(code)
  })

  test('accepts an empty reply and a record without parameters', () => {
    expect(collectStats(bytesOf('00000000'), walkDomainStats)).toEqual([])
    expect(collectStats(bytesOf(`00000001 ${DOMAIN} 00000000`), walkDomainStats)).toHaveLength(1)
  })

  test('reports any parameters as they were written', () => {
    const value = fc.oneof(
      fc.integer().map((v) => [ParamType.Int, BigInt(v)] as const),
      fc.bigInt({ min: 0n, max: 2n ** 64n - 1n }).map((v) => [ParamType.Ullong, v] as const),
      fc.string({ unit: 'grapheme' }).map((v) => [ParamType.String, v] as const),
    )
    const param = fc.tuple(fc.string({ minLength: 1, maxLength: 79, unit: 'grapheme-ascii' }), value)
    fc.assert(
      fc.property(fc.array(fc.array(param, { maxLength: 8 }), { maxLength: 5 }), (records) => {
        const writer = new XdrWriter().u32(records.length)
        for (const params of records) {
          writer.string('dom').opaque(new Uint8Array(16)).i32(-1).u32(params.length)
          for (const [name, [type, v]] of params) {
            writer.string(name).u32(type)
            if (type === ParamType.Int) writer.i32(Number(v))
            else if (type === ParamType.Ullong) writer.u64(v as bigint)
            else writer.string(v as string)
          }
        }
        const collected = collectStats(writer.finish(), walkDomainStats)
        expect(collected.map(({ params }) => params)).toEqual(
          records.map((params) => params.map(([name, [type, v]]) => [name, type, v])),
        )
      }),
      { seed: 31, numRuns: 200 },
    )
  })
})

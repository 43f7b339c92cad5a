import fc from 'fast-check'
import { expect, test } from 'vitest'
import { DomscopeError } from '../errors/domscope-error.ts'
import { ALLOWED_PROCEDURES, type AllowedProcedure } from './allow-list.ts'
import { encodeCall, nothing } from './call.ts'

/** Procedures that read, and the few that only concern our own connection. Kept by hand on purpose. */
const READ_ONLY = [
  1, 2, 3, 4, 6, 7, 14, 16, 59, 60, 66, 70, 110, 157, 212, 227, 228, 229, 238, 273, 298, 316, 317, 340, 344,
]

function outcome(procedure: number): string {
  try {
    encodeCall({ procedure: procedure as AllowedProcedure, encode: nothing, decode: nothing }, 1)
  } catch (error) {
    if (error instanceof DomscopeError) return error.code
    throw error
  }
  return 'encoded'
}

test('[V-1] encodes the read-only procedures and no other number from 0 to 1000', () => {
  for (let procedure = 0; procedure <= 1000; procedure++) {
    expect(outcome(procedure), `procedure ${procedure}`).toBe(
      READ_ONLY.includes(procedure) ? 'encoded' : 'PROCEDURE_NOT_ALLOWED',
    )
  }
  expect([...ALLOWED_PROCEDURES].sort((a, b) => a - b)).toEqual(READ_ONLY)
})

test('[V-1] refuses every other number, also fractions and negative ones', () => {
  fc.assert(
    fc.property(fc.oneof(fc.integer(), fc.double()), (procedure) => {
      fc.pre(!READ_ONLY.includes(procedure))
      expect(outcome(procedure)).toBe('PROCEDURE_NOT_ALLOWED')
    }),
    { seed: 7, numRuns: 2000 },
  )
})

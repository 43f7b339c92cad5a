import fc from 'fast-check'
import { RESET_LEVEL, UNKNOWN_LEVEL } from '../page/levels.ts'

/** How a made-up series behaves. */
type Habit = 'still' | 'wander' | 'scatter' | 'bursts' | 'wild'

/** Rows of levels that look like those of metrics: constant, wandering, scattered, mostly zero, and anything at all. */
export function levelRows(series: number, mostRows: number, leastRows = 1): fc.Arbitrary<Int32Array[]> {
  const habit = fc.constantFrom<Habit>('still', 'wander', 'scatter', 'bursts', 'wild')
  const shape = fc.record({
    habits: fc.array(habit, { minLength: series, maxLength: series }),
    seeds: fc.array(fc.nat(0xffff), { minLength: leastRows, maxLength: mostRows }),
    starts: fc.array(fc.nat(0x7000), { minLength: series, maxLength: series }),
  })
  return shape.map(({ habits, seeds, starts }) => {
    const last = Int32Array.from(starts)
    return seeds.map((seed, row) => {
      for (let i = 0; i < series; i++) last[i] = step(habits[i]!, last[i]!, starts[i]!, mix(seed, i, row))
      return last.slice()
    })
  })
}

function step(habit: Habit, last: number, start: number, chance: number): number {
  if (chance % 97 === 0) return UNKNOWN_LEVEL
  if (chance % 101 === 0) return RESET_LEVEL
  const small = (chance >>> 8) % 61
  switch (habit) {
    case 'still':
      return start
    case 'wander':
      return Math.min(Math.max((last < RESET_LEVEL ? last : start) + small - 30, 0), 0xffef)
    case 'scatter':
      return start + small * 4
    case 'bursts':
      return chance % 5 === 0 ? start + small : 0
    case 'wild':
      return ((chance >>> 3) % 0x1fff0) - 0x7fff > 0xffef ? 0xffef : ((chance >>> 3) % 0x17fe0) - 0x7fff
  }
}

function mix(seed: number, series: number, row: number): number {
  let mixed = Math.imul(seed + 1, 0x9e3779b1) ^ Math.imul(series + 7, 0x85ebca6b) ^ Math.imul(row + 3, 0xc2b2ae35)
  mixed = Math.imul(mixed ^ (mixed >>> 15), 0x2c1b3c6d)
  return (mixed ^ (mixed >>> 13)) >>> 0
}

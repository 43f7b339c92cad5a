import { describe, expect, it } from 'vitest'
import type { LogFields } from './log.ts'
import { LogLimit } from './log-limit.ts'
import { ManualClock } from './testing/manual-clock.ts'

function world() {
  const clock = new ManualClock()
  const lines: LogFields[] = []
  return { clock, lines, limit: new LogLimit(clock, (fields) => lines.push(fields)) }
}

describe('a log limit', () => {
  it('writes the first of each kind at once and counts the others until a minute is over', () => {
    const { clock, lines, limit } = world()
    for (let i = 0; i < 1000; i++) limit.add('a', { from: i })
    limit.add('b', { from: 0 })
    expect(lines).toEqual([
      { from: 0, count: 1 },
      { from: 0, count: 1 },
    ])
    clock.advance(59_999)
    limit.sweep()
    expect(lines).toHaveLength(2)
    clock.advance(1)
    limit.sweep()
    expect(lines.slice(2)).toEqual([{ from: 999, count: 999 }])
  })

  it('keeps to one line a minute while the events go on, and loses none of them', () => {
    const { clock, lines, limit } = world()
    for (let second = 0; second < 300; second++) {
      limit.add('a', {})
      clock.advance(1000)
      limit.sweep()
    }
    expect(lines).toHaveLength(6)
    expect(lines.reduce((sum, { count }) => sum + Number(count), 0)).toBe(300)
  })

  it('writes at once again after a minute without any', () => {
    const { clock, lines, limit } = world()
    limit.add('a', { from: 1 })
    clock.advance(60_000)
    limit.sweep()
    limit.add('a', { from: 2 })
    expect(lines).toEqual([
      { from: 1, count: 1 },
      { from: 2, count: 1 },
    ])
  })

  it('tells what is left when it is flushed', () => {
    const { lines, limit } = world()
    limit.add('a', {})
    limit.add('a', {})
    limit.flush()
    expect(lines).toEqual([{ count: 1 }, { count: 1 }])
  })
})

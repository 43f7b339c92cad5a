import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { BUDGET_MS, DutyBudget, LONGEST_PAUSE_MS } from './duty-budget.ts'

const DUTY = 10
const INTERVAL_MS = 1000

interface Call {
  readonly startedAt: number
  readonly endedAt: number
}

/** Calls about everything that cost what `costOf` says, one after another for `forMs`. */
function run(costOf: (index: number) => number, forMs: number, { looked = true, duty = DUTY } = {}): Call[] {
  const budget = new DutyBudget(duty, INTERVAL_MS)
  const calls: Call[] = []
  for (let at = 0; at < forMs; at = budget.wholeAt(looked)) {
    const costMs = costOf(calls.length)
    calls.push({ startedAt: at, endedAt: at + costMs })
    budget.whole(at, at + costMs, costMs)
  }
  return calls
}

const pauses = (calls: readonly Call[]) => calls.slice(1).map(({ startedAt }, i) => startedAt - calls[i]!.endedAt)

/** Time of the calls in the minute that ends with each of them, in ms. */
function spentPerMinute(calls: readonly Call[]): number[] {
  return calls.map(({ endedAt: until }) =>
    calls.reduce((sum, { startedAt, endedAt }) => {
      return sum + Math.max(0, Math.min(endedAt, until) - Math.max(startedAt, until - BUDGET_MS))
    }, 0),
  )
}

describe('calls about everything', () => {
  test('rest nine times their cost for 10 %, and go out every interval at most', () => {
    expect(run(() => 300, 10_000).map(({ startedAt }) => startedAt)).toEqual([0, 3000, 6000, 9000])
    expect(run(() => 20, 3500).map(({ startedAt }) => startedAt)).toEqual([0, 1000, 2000, 3000])
    expect(run(() => 3000, 13_000, { duty: 50 }).map(({ startedAt }) => startedAt)).toEqual([0, 6000, 12_000])
  })

  test.each([0, 1, 30])(
    'the one slow call that is number %d makes nobody wait over 10 s, and costs no minute its budget',
    (slow) => {
      const calls = run((index) => (index === slow ? 4000 : 30), 180_000)
      expect(Math.max(...pauses(calls))).toBeLessThanOrEqual(LONGEST_PAUSE_MS)
      expect(Math.max(...spentPerMinute(calls))).toBeLessThanOrEqual(6000)
    },
  )

  test('a slow call where there was little left is paid for in the minute that follows', () => {
    const calls = run((index) => (index === 40 ? 3000 : 200), 240_000)
    expect(Math.max(...pauses(calls))).toBeLessThanOrEqual(LONGEST_PAUSE_MS)
    const slowAt = calls[40]!.endedAt
    const later = spentPerMinute(calls).filter((_, i) => calls[i]!.endedAt > slowAt + BUDGET_MS)
    expect(Math.max(...later)).toBeLessThanOrEqual(6000 + 200)
  })

  test('that are slow as a rule keep the duty, whoever looks', () => {
    for (const looked of [true, false]) {
      const calls = run(() => 2000, 600_000, { looked })
      expect(Math.max(...spentPerMinute(calls))).toBeLessThanOrEqual(6000)
      expect(Math.max(...pauses(calls))).toBeLessThanOrEqual(30_000)
    }
    expect(run(() => 9000, 400_000).length / 400).toBeCloseTo(1 / 90, 2)
  })

  test('rest as long as the budget asks where nobody looks', () => {
    const calls = run((index) => (index === 40 ? 4000 : 200), 240_000, { looked: false })
    expect(Math.max(...pauses(calls))).toBeGreaterThan(LONGEST_PAUSE_MS)
    const later = spentPerMinute(calls).filter((_, i) => i > 40)
    expect(Math.max(...later)).toBeLessThanOrEqual(6000)
  })

  test('that are cheap again after a time of slow ones are not waited for longer than 10 s', () => {
    const calls = run((index) => (index < 20 ? 3000 : 50), 900_000)
    expect(Math.max(...pauses(calls).slice(20))).toBeLessThanOrEqual(LONGEST_PAUSE_MS)
  })

  test('that waited for something that hangs are charged the mean', () => {
    const budget = new DutyBudget(DUTY, INTERVAL_MS)
    budget.whole(0, 100, 100)
    budget.whole(1000, 51_000, budget.meanMs, false)
    expect(budget.wholeAt(true)).toBe(51_000 + 900)
  })

  const cost = fc.oneof(
    { weight: 8, arbitrary: fc.integer({ min: 1, max: 600 }) },
    { weight: 1, arbitrary: fc.integer({ min: 600, max: 5000 }) },
  )
  test('of any cost keep the duty in the long run, and never owe more than is lent (seed 41)', () => {
    fc.assert(
      fc.property(fc.array(cost, { minLength: 30, maxLength: 200 }), fc.boolean(), (costs, looked) => {
        const calls = run((index) => costs[index % costs.length]!, 900_000, { looked })
        const all = calls.reduce((sum, { startedAt, endedAt }) => sum + endedAt - startedAt, 0)
        // What may be owed at the end: four seconds of calls, and the last one.
        expect(all - 0.1 * calls.at(-1)!.endedAt).toBeLessThan(4000 + 5000)
        for (let i = 1; i < calls.length; i++) {
          expect(calls[i]!.startedAt - calls[i - 1]!.startedAt).toBeGreaterThan(INTERVAL_MS - 1e-6)
        }
      }),
      { seed: 41, numRuns: 100 },
    )
  })
})

describe('calls about single domains', () => {
  test('rest for half of the duty, and the next call about everything makes room for them', () => {
    const budget = new DutyBudget(DUTY, INTERVAL_MS)
    budget.whole(0, 300, 300)
    expect(budget.wholeAt(true)).toBe(3000)
    budget.small(1000, 1050, 50)
    expect([budget.smallNotBefore, budget.wholeAt(true)]).toEqual([1050 + 50 * 19, 3450])
    budget.whole(3450, 3750, 300)
    expect(budget.wholeAt(true)).toBe(6450)
  })

  test('count in the share that is told', () => {
    const budget = new DutyBudget(DUTY, INTERVAL_MS)
    budget.whole(0, 300, 300)
    budget.small(1000, 1050, 50)
    expect(budget.sharePercent(true)).toBeCloseTo((100 * 350) / 3450)
  })
})

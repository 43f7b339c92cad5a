import { describe, expect, it } from 'vitest'
import type { Clock } from '../clock.ts'
import { HTTP_LIMITS } from './limits.ts'
import type { HttpProblem } from './problem.ts'
import { StreamGate } from './stream-gate.ts'

/** A clock whose timers fire when the test moves it. */
function manualClock(): Clock & { advance(ms: number): void } {
  let now = 0
  let timers: { at: number; callback: () => void }[] = []
  return {
    now: () => now,
    wall: () => now,
    after(ms, callback) {
      const timer = { at: now + ms, callback }
      timers.push(timer)
      return () => {
        timers = timers.filter((one) => one !== timer)
      }
    },
    advance(ms) {
      const end = now + ms
      for (;;) {
        const next = timers.filter((timer) => timer.at <= end).sort((a, b) => a.at - b.at)[0]
        if (next === undefined) break
        timers = timers.filter((one) => one !== next)
        now = Math.max(now, next.at)
        next.callback()
      }
      now = end
    },
  }
}

function setUp(overrides: Partial<typeof HTTP_LIMITS>) {
  const clock = manualClock()
  const gate = new StreamGate({ ...HTTP_LIMITS, ...overrides }, clock)
  const entered: (() => void)[] = []
  const refused: HttpProblem[] = []
  const ask = () =>
    gate.ask(
      (release) => entered.push(release),
      (why) => refused.push(why),
    )
  return { clock, gate, entered, refused, ask }
}

describe('StreamGate', () => {
  it('[R-10] lets a second worth of streams in at once and the rest in order at the rate', () => {
    const { clock, entered, refused, gate, ask } = setUp({ streamsPerSecond: 10 })
    for (let i = 0; i < 20; i++) ask()
    expect(entered).toHaveLength(10)
    expect(gate.waiting).toBe(10)
    clock.advance(500)
    expect(entered).toHaveLength(15)
    clock.advance(500)
    expect(entered).toHaveLength(20)
    expect(refused).toHaveLength(0)
  })

  it('[R-10] refuses with Retry-After what could not be served within the queue time', () => {
    const { refused, entered, clock, ask } = setUp({
      streamsPerSecond: 10,
      streamQueueMs: 1000,
      streamsPerAddress: 100,
    })
    for (let i = 0; i < 25; i++) ask()
    expect(refused.map(({ status, code }) => [status, code])).toEqual(Array(5).fill([503, 'TOO_MANY_AT_ONCE']))
    expect(refused[0]!.headers['Retry-After']).toBe('5')
    clock.advance(1000)
    expect(entered).toHaveLength(20)
  })

  it('does not spend a turn on a client that went away while it waited', () => {
    const { clock, entered, gate, ask } = setUp({ streamsPerSecond: 1, streamQueueMs: 5000 })
    ask()
    const leave = ask()
    ask()
    leave()
    expect(gate.waiting).toBe(1)
    clock.advance(1000)
    expect(entered).toHaveLength(2)
  })

  it('[R-11] bounds the streams of the process, and counts a release once', () => {
    const { refused, entered, gate, ask } = setUp({ streams: 2 })
    ask()
    ask()
    ask()
    expect(refused.map(({ status, code }) => [status, code])).toEqual([[503, 'STREAMS_EXHAUSTED']])
    entered[0]!()
    entered[0]!()
    expect(gate.open).toBe(1)
    ask()
    ask()
    expect(refused).toHaveLength(2)
  })

  it('refuses those that wait when it closes', () => {
    const { refused, gate, ask, clock, entered } = setUp({ streamsPerSecond: 1 })
    ask()
    ask()
    gate.close()
    expect(refused.map(({ code }) => code)).toEqual(['SHUTTING_DOWN'])
    clock.advance(5000)
    expect(entered).toHaveLength(1)
  })
})

import { EventEmitter } from 'node:events'
import { describe, expect, it } from 'vitest'
import type { Clock } from './clock.ts'
import { exitOnFaults, exitOnSignals, type ProcessEvents, stopInOrder } from './lifecycle.ts'
import { createLog, silentLog } from './log.ts'

function recorder() {
  const lines: { event: string; [key: string]: unknown }[] = []
  return {
    lines,
    log: createLog(
      (line) => lines.push(JSON.parse(line)),
      () => 0,
    ),
  }
}

/** A clock whose timers fire by hand. */
function handClock(): Clock & { fire(): void } {
  const timers = new Set<() => void>()
  return {
    now: () => 0,
    wall: () => 0,
    after(_ms, callback) {
      timers.add(callback)
      return () => timers.delete(callback)
    },
    fire() {
      for (const timer of [...timers]) timer()
    },
  }
}

class FakeProcess extends EventEmitter {
  readonly codes: number[] = []
  exit(code: number): void {
    this.codes.push(code)
  }
}

const settle = () => new Promise((resolve) => setImmediate(resolve))

describe('stopInOrder', () => {
  it('begins each step when the one before is done', async () => {
    const order: string[] = []
    const step = (name: string) => ({
      name,
      deadlineMs: 100,
      stop: async () => {
        order.push(`${name} begins`)
        await settle()
        order.push(`${name} done`)
      },
    })
    await stopInOrder([step('a'), step('b')], handClock(), silentLog)
    expect(order).toEqual(['a begins', 'a done', 'b begins', 'b done'])
  })

  it('goes on after a step that fails, and says which', async () => {
    const { lines, log } = recorder()
    let reached = false
    await stopInOrder(
      [
        { name: 'bad', deadlineMs: 100, stop: () => Promise.reject(new Error('no')) },
        {
          name: 'throws',
          deadlineMs: 100,
          stop: () => {
            throw new Error('no')
          },
        },
        {
          name: 'good',
          deadlineMs: 100,
          stop: () => {
            reached = true
          },
        },
      ],
      handClock(),
      log,
    )
    expect(reached).toBe(true)
    expect(lines.map(({ event, step }) => [event, step])).toEqual([
      ['stop.failed', 'bad'],
      ['stop.failed', 'throws'],
    ])
  })

  it('leaves a step that never ends behind at its deadline', async () => {
    const { lines, log } = recorder()
    const clock = handClock()
    let reached = false
    const done = stopInOrder(
      [
        { name: 'stuck', deadlineMs: 100, stop: () => new Promise(() => {}) },
        {
          name: 'good',
          deadlineMs: 100,
          stop: () => {
            reached = true
          },
        },
      ],
      clock,
      log,
    )
    await settle()
    expect(reached).toBe(false)
    clock.fire()
    await done
    expect(reached).toBe(true)
    expect(lines[0]).toMatchObject({ event: 'stop.late', step: 'stuck' })
  })
})

describe('exitOnSignals', () => {
  it.each(['SIGTERM', 'SIGINT', 'SIGHUP'])('stops once and exits 0 on %s', async (signal) => {
    const target = new FakeProcess()
    let stops = 0
    exitOnSignals(target as ProcessEvents, silentLog, async () => {
      stops++
    })
    target.emit(signal)
    await settle()
    expect([stops, target.codes]).toEqual([1, [0]])
  })

  it('exits at once on a second signal', () => {
    const target = new FakeProcess()
    exitOnSignals(target as ProcessEvents, silentLog, () => new Promise(() => {}))
    target.emit('SIGINT')
    expect(target.codes).toEqual([])
    target.emit('SIGINT')
    expect(target.codes).toEqual([1])
  })
})

describe('exitOnFaults', () => {
  it.each(['uncaughtException', 'unhandledRejection'])('logs the stack and exits 70 on %s', (event) => {
    const target = new FakeProcess()
    const { lines, log } = recorder()
    exitOnFaults(target as ProcessEvents, log)
    target.emit(event, new Error('broken'))
    expect(target.codes).toEqual([70])
    expect(lines[0]!.event).toBe('fault')
    expect(lines[0]!.stack).toContain('lifecycle.test.ts')
  })
})

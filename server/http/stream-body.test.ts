import { EventEmitter } from 'node:events'
import type { ServerResponse } from 'node:http'
import { describe, expect, it } from 'vitest'
import { streamBody } from './stream-body.ts'

/** A response whose reader takes nothing until it is told to. */
class SlowResponse extends EventEmitter {
  readonly written: string[] = []
  full = false
  destroyed = false
  ended = false
  write(piece: string): boolean {
    this.written.push(piece)
    return !this.full
  }
  end(): void {
    this.ended = true
  }
  destroy(): void {
    this.destroyed = true
    this.emit('close')
  }
  asResponse(): ServerResponse {
    return this as unknown as ServerResponse
  }
}

const turn = () => new Promise((resolve) => setImmediate(resolve))
const turns = async (count: number) => {
  for (let i = 0; i < count; i++) await turn()
}

describe('streamBody', () => {
  it('gives other work a turn after each piece', async () => {
    const response = new SlowResponse()
    let otherTurns = 0
    const others = (async () => {
      while (!response.ended) {
        otherTurns++
        await turn()
      }
    })()
    await streamBody(response.asResponse(), ['a', 'b', 'c', 'd'])
    await others
    expect(response.written).toEqual(['a', 'b', 'c', 'd'])
    expect(otherTurns).toBeGreaterThanOrEqual(4)
  })

  it('makes no further piece until a slow reader has taken the last', async () => {
    const response = new SlowResponse()
    response.full = true
    let made = 0
    function* pieces() {
      for (;;) yield String(made++)
    }
    const done = streamBody(response.asResponse(), pieces())
    await turns(5)
    expect(made).toBe(1)
    response.emit('drain')
    await turns(5)
    expect(made).toBe(2)
    response.destroy()
    await done
    expect(response.ended).toBe(false)
    expect(response.listenerCount('drain')).toBe(0)
  })

  it('cuts the answer when a piece fails, so that a part does not pass for the whole', async () => {
    const response = new SlowResponse()
    function* pieces() {
      yield 'a'
      throw new Error('no')
    }
    await expect(streamBody(response.asResponse(), pieces())).rejects.toThrow('no')
    expect([response.destroyed, response.ended]).toEqual([true, false])
  })
})

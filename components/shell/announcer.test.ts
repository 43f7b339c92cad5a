import { describe, expect, it } from 'vitest'
import { FakeClock } from '../live/testing/fake-server.ts'
import { Announcer } from './announcer.ts'

function world() {
  const clock = new FakeClock()
  const lines: string[] = []
  return { clock, lines, announcer: new Announcer(clock, (line) => lines.push(line)) }
}

describe('an announcer', () => {
  it('says the newest line every 5 s however often it changes', () => {
    const { clock, lines, announcer } = world()
    for (let tick = 1; tick <= 12; tick++) {
      announcer.say(`${tick}`)
      clock.advance(1000)
    }
    expect(lines).toEqual(['5', '10'])
  })

  it('says nothing when the line is back to what was said last', () => {
    const { clock, lines, announcer } = world()
    announcer.say('a')
    clock.advance(5000)
    announcer.say('b')
    announcer.say('a')
    clock.advance(60_000)
    expect(lines).toEqual(['a'])
    expect(clock.pending).toBe(0)
  })

  it('says nothing any more once it is stopped', () => {
    const { clock, lines, announcer } = world()
    announcer.say('a')
    announcer.stop()
    clock.advance(60_000)
    expect(lines).toEqual([])
    announcer.say('b')
    clock.advance(5000)
    expect(lines).toEqual(['b'])
  })
})

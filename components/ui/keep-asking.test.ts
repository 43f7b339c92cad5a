import { describe, expect, it } from 'vitest'
import { FakeClock } from '../live/testing/fake-server.ts'
import { keepAsking } from './keep-asking.ts'

function world(isPaused = () => false, isHidden = () => false) {
  const clock = new FakeClock()
  const asked: number[] = []
  const from = clock.now()
  const ask = async (): Promise<boolean> => {
    asked.push(clock.now() - from)
    return true
  }
  const pass = async (seconds: number): Promise<void> => {
    for (let i = 0; i < seconds; i++) {
      await settled()
      clock.advance(1000)
    }
    await settled()
  }
  return { clock, asked, pass, stop: keepAsking({ ask, isPaused, isHidden, intervalMs: 1000, clock }) }
}

/** Lets every promise that is due go on. */
async function settled(): Promise<void> {
  for (let i = 0; i < 10; i++) await Promise.resolve()
}

describe('asking again and again', () => {
  it('asks at once and then every interval', async () => {
    const { asked, pass } = world()
    await pass(3)
    expect(asked).toEqual([0, 1000, 2000, 3000])
  })

  it('rests while the view is paused, and goes on after that', async () => {
    let paused = false
    const { asked, pass } = world(() => paused)
    await pass(1)
    paused = true
    await pass(60)
    expect(asked).toEqual([0, 1000])
    paused = false
    await pass(2)
    expect(asked).toEqual([0, 1000, 62_000, 63_000])
  })

  it('gets a first answer although the view is paused: what is opened then is not left empty', async () => {
    const { asked, pass } = world(() => true)
    await pass(5)
    expect(asked).toEqual([0])
  })

  it('asks nothing while the page is hidden', async () => {
    const { asked, pass } = world(
      () => false,
      () => true,
    )
    await pass(5)
    expect(asked).toEqual([])
  })

  it('asks nothing any more once it is stopped', async () => {
    const { asked, pass, stop, clock } = world()
    stop()
    await pass(5)
    expect(asked).toEqual([0])
    expect(clock.pending).toBe(0)
  })
})

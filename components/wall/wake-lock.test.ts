import { describe, expect, it } from 'vitest'
import { keepAwake } from './wake-lock.ts'

/** A page and a browser, as far as a wake lock is concerned. */
function browser(options: { readonly hasLock: boolean; readonly refuses?: boolean }) {
  const listeners = new Set<() => void>()
  const locks: { released: boolean }[] = []
  const page = {
    hidden: false,
    defaultView: { location: { origin: 'http://wall.example:9300' } },
    addEventListener: (_type: string, listener: () => void) => void listeners.add(listener),
    removeEventListener: (_type: string, listener: () => void) => void listeners.delete(listener),
  }
  const request = async () => {
    if (options.refuses === true) throw new DOMException('no', 'NotAllowedError')
    const lock = {
      released: false,
      async release() {
        lock.released = true
      },
    }
    locks.push(lock)
    return lock
  }
  const navigator = options.hasLock ? { wakeLock: { request } } : {}
  const refusals: string[] = []
  const stop = keepAwake(page as unknown as Document, navigator as unknown as Navigator, (why) => refusals.push(why))
  return { page, locks, refusals, stop, changed: () => listeners.forEach((listener) => void listener()), listeners }
}

const turn = () => new Promise((resolve) => setImmediate(resolve))

describe('wake lock', () => {
  it('is taken, taken again after the page was hidden, and given back', async () => {
    const { page, locks, stop, changed, listeners } = browser({ hasLock: true })
    await turn()
    expect(locks).toHaveLength(1)
    changed()
    await turn()
    expect(locks).toHaveLength(1)
    locks[0]!.released = true
    page.hidden = true
    changed()
    await turn()
    expect(locks).toHaveLength(1)
    page.hidden = false
    changed()
    await turn()
    expect(locks.map(({ released }) => released)).toEqual([true, false])
    stop()
    expect([locks[1]!.released, listeners.size]).toEqual([true, 0])
  })

  it('says over plain http that there is none, and the flag that gives one', () => {
    const { refusals } = browser({ hasLock: false })
    expect(refusals).toEqual([
      'This screen may go to sleep: over plain http the browser gives no wake lock. Start it with the flag --unsafely-treat-insecure-origin-as-secure=http://wall.example:9300',
    ])
  })

  it('says why the browser gave none', async () => {
    const { refusals } = browser({ hasLock: true, refuses: true })
    await turn()
    expect(refusals).toEqual(['This screen may go to sleep: the browser gave no wake lock (NotAllowedError).'])
  })
})

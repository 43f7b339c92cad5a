import { describe, expect, it } from 'vitest'
import { DomscopeError } from '../../lib/errors/domscope-error.ts'
import { expiryNotice } from './expiry-notice.ts'
import type { LinkAnswer, LinkState } from './link-keeper.ts'
import { LinkKeeper } from './link-keeper.ts'
import { takeLink } from './link-place.ts'

const ANSWER: LinkAnswer = { view: 'panels=totals', name: 'Hall', expiresAt: 9e12 }
const failed = (code: string, message = code) => new DomscopeError(code, message, { radius: 'client' })

/** A keeper whose answers are given in order; the last one repeats. */
function world(answers: readonly (LinkAnswer | DomscopeError)[]) {
  let time = 0
  const timers = new Set<{ readonly at: number; readonly callback: () => void }>()
  const states: LinkState[] = []
  const askedAt: number[] = []
  const clock = {
    now: () => time,
    after(ms: number, callback: () => void) {
      const timer = { at: time + ms, callback }
      timers.add(timer)
      return () => void timers.delete(timer)
    },
  }
  const enter = async () => {
    const answer = answers[Math.min(askedAt.length, answers.length - 1)]!
    askedAt.push(time)
    if (answer instanceof DomscopeError) throw answer
    return answer
  }
  const keeper = new LinkKeeper({ enter, clock, onChange: (state) => states.push(state) })
  const settle = () => new Promise((resolve) => setImmediate(resolve))
  const advance = async (ms: number) => {
    const end = time + ms
    for (;;) {
      await settle()
      const [due] = [...timers].filter(({ at }) => at <= end).sort((a, b) => a.at - b.at)
      if (due === undefined) break
      timers.delete(due)
      time = Math.max(time, due.at)
      due.callback()
    }
    time = end
    await settle()
  }
  return { keeper, states, askedAt, advance, timers }
}

describe('link of a screen [A-4]', () => {
  it('is shown at the start, and every ten minutes', async () => {
    const { keeper, states, askedAt, advance } = world([ANSWER])
    keeper.start()
    await advance(1_200_000)
    expect(askedAt).toEqual([0, 600_000, 1_200_000])
    expect(states[0]).toEqual({ kind: 'in', answer: ANSWER })
  })

  it('is shown at once when the stream is lost, but not for each of many losses', async () => {
    const { keeper, askedAt, advance } = world([ANSWER])
    keeper.start()
    await advance(60_000)
    for (let i = 0; i < 15; i++) {
      keeper.lost()
      await advance(100)
    }
    expect(askedAt).toEqual([0, 60_000, 60_500, 61_000, 61_500])
  })

  it('goes dark when it was revoked, and comes back when it may', async () => {
    const { keeper, states, askedAt, advance } = world([
      ANSWER,
      failed('LINK_REVOKED', 'This link was revoked.'),
      ANSWER,
    ])
    keeper.start()
    await advance(10_000)
    keeper.lost()
    await advance(0)
    expect(states.at(-1)).toEqual({ kind: 'out', message: 'This link was revoked.' })
    await advance(60_000)
    expect(states.at(-1)?.kind).toBe('in')
    expect(askedAt).toEqual([0, 10_000, 70_000])
  })

  it('stays as it is while the server does not answer, and asks again', async () => {
    const { keeper, states, askedAt, advance } = world([ANSWER, failed('API_UNREACHABLE'), failed('HTTP_503'), ANSWER])
    keeper.start()
    await advance(10_000)
    keeper.lost()
    await advance(11_000)
    expect(states.map(({ kind }) => kind)).toEqual(['in', 'in'])
    expect(askedAt).toEqual([0, 10_000, 15_000, 20_000])
  })

  it('asks nothing more after it was stopped', async () => {
    const { keeper, askedAt, advance, timers } = world([ANSWER])
    keeper.start()
    await advance(10)
    keeper.stop()
    keeper.lost()
    await advance(1e7)
    expect([askedAt.length, timers.size]).toEqual([1, 0])
  })
})

describe('secret of a link', () => {
  function place(search: string, hash: string, stored: Record<string, string> = {}) {
    const storage = new Map(Object.entries(stored))
    const addresses: string[] = []
    const found = takeLink({
      location: { pathname: '/vms/wall', search, hash },
      history: { state: null, replaceState: (_state, _title, url) => addresses.push(String(url)) },
      sessionStorage: {
        getItem: (key) => storage.get(key) ?? null,
        setItem: (key, value) => void storage.set(key, value),
      },
    })
    return { found, addresses, storage: Object.fromEntries(storage) }
  }

  it('is taken out of the address, and known to the tab', () => {
    expect(place('?link=abc', '#s3cret')).toEqual({
      found: { id: 'abc', secret: 's3cret' },
      addresses: ['/vms/wall?link=abc'],
      storage: { 'domscope.link.abc': 's3cret' },
    })
    expect(place('?link=abc', '', { 'domscope.link.abc': 'old' }).found).toEqual({ id: 'abc', secret: 'old' })
    expect(place('?link=abc', '', { 'domscope.link.other': 'old' }).found).toEqual({ id: 'abc', secret: null })
  })

  it('is none where the address names no link: what stands behind the # then is left alone', () => {
    expect(place('?panels=totals', '#x')).toEqual({ found: null, addresses: [], storage: {} })
  })
})

describe('end of a link', () => {
  it('is announced 14 days ahead', () => {
    const day = 86_400_000
    expect(expiryNotice(14 * day, 0)).toBe(null)
    expect(expiryNotice(14 * day, 1)).toContain('ends in 13 days')
    expect(expiryNotice(2 * day - 1, 0)).toContain('in 1 day.')
    expect(expiryNotice(day - 1, 0)).toContain('within a day')
  })
})

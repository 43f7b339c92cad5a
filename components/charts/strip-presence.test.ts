import { describe, expect, it } from 'vitest'
import { cameOrWent, fillAway, isAway, watchedSince } from './strip-presence.ts'

const part = (since: number | null, until: number | null) => ({ track: { since, until } })
const AWAY = 7

/** Ten columns of 100 ms from 0 on; `x` where nothing was known, which may have been filled. */
function filled(parts: Parameters<typeof isAway>[0], known: string, watched = 0): string {
  const pixels = Uint32Array.from([...known].map((sign) => (sign === 'x' ? 0 : 1)))
  fillAway(parts, { from: 0, columnMs: 100, columns: known.length }, pixels, 0, AWAY, watched)
  return [...pixels].map((word) => (word === AWAY ? 'o' : word === 0 ? 'x' : '1')).join('')
}

describe('presence of a vCPU', () => {
  it('is not there before it was plugged and after it was unplugged', () => {
    expect(isAway([part(500, null)], 499, 0)).toBe(true)
    expect(isAway([part(500, null)], 500, 0)).toBe(false)
    expect(isAway([part(null, 500)], 501, 0)).toBe(true)
    expect(isAway([part(null, null)], 501, 0)).toBe(false)
    expect(isAway([], 501, 0)).toBe(false)
  })

  it('is there when any of its parts is: on one host or on the other', () => {
    expect(isAway([part(null, 300), part(400, null)], 350, 0)).toBe(true)
    expect(isAway([part(null, 300), part(400, null)], 450, 0)).toBe(false)
  })

  it('fills only what is not known, and leaves gaps of one that was there', () => {
    expect(filled([part(300, 700)], 'xxx1x11xxx')).toBe('ooo1x11ooo')
    expect(filled([part(null, null)], 'xx11xx')).toBe('xx11xx')
    expect(filled([part(300, null)], '111111')).toBe('111111')
  })

  it('says nothing of the time before anything was watched', () => {
    expect(filled([part(700, null)], 'xxxxxxx111', 400)).toBe('xxxxooo111')
    expect(isAway([part(700, null)], 399, 400)).toBe(false)
    const points = (end: number, span: number) => ({
      track: { count: 1, times: Float64Array.of(end), spans: Float64Array.of(span) },
    })
    // Only these members of a track are read.
    const rows = [{ parts: [points(900, 100)] }, { parts: [points(500, 100)] }] as unknown as Parameters<
      typeof watchedSince
    >[0]
    expect(watchedSince(rows)).toBe(400)
    expect(watchedSince([])).toBe(Number.POSITIVE_INFINITY)
  })

  it('tells the rows that need a legend', () => {
    expect(cameOrWent([part(null, null)])).toBe(false)
    expect(cameOrWent([part(null, 5)])).toBe(true)
  })
})

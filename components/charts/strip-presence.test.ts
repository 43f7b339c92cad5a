import { describe, expect, it } from 'vitest'
import { cameOrWent, fillAway, isAway } from './strip-presence.ts'

const part = (since: number | null, until: number | null) => ({ track: { since, until } })
const AWAY = 7

/** Ten columns of 100 ms from 0 on; `x` where nothing was known, which may have been filled. */
function filled(parts: Parameters<typeof isAway>[0], known: string): string {
  const pixels = Uint32Array.from([...known].map((sign) => (sign === 'x' ? 0 : 1)))
  fillAway(parts, { from: 0, columnMs: 100, columns: known.length }, pixels, 0, AWAY)
  return [...pixels].map((word) => (word === AWAY ? 'o' : word === 0 ? 'x' : '1')).join('')
}

describe('presence of a vCPU', () => {
  it('is not there before it was plugged and after it was unplugged', () => {
    expect(isAway([part(500, null)], 499)).toBe(true)
    expect(isAway([part(500, null)], 500)).toBe(false)
    expect(isAway([part(null, 500)], 501)).toBe(true)
    expect(isAway([part(null, null)], 501)).toBe(false)
    expect(isAway([], 501)).toBe(false)
  })

  it('is there when any of its parts is: on one host or on the other', () => {
    expect(isAway([part(null, 300), part(400, null)], 350)).toBe(true)
    expect(isAway([part(null, 300), part(400, null)], 450)).toBe(false)
  })

  it('fills only what is not known, and leaves gaps of one that was there', () => {
    expect(filled([part(300, 700)], 'xxx1x11xxx')).toBe('ooo1x11ooo')
    expect(filled([part(null, null)], 'xx11xx')).toBe('xx11xx')
    expect(filled([part(300, null)], '111111')).toBe('111111')
  })

  it('tells the rows that need a legend', () => {
    expect(cameOrWent([part(null, null)])).toBe(false)
    expect(cameOrWent([part(null, 5)])).toBe(true)
  })
})

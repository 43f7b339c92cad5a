import { describe, expect, it } from 'vitest'
import { onlineText, presenceNote } from './presence.ts'

describe('when vCPUs, disks and NICs were there', () => {
  it('says since and until when a vCPU was online', () => {
    expect(onlineText([], 0).text).toBe('–')
    expect(onlineText([{ since: null, until: null }], 0)).toEqual({ text: 'all the time', isOff: false })
    expect(onlineText([{ since: 1000, until: null }], 0).text).toMatch(/^since \d\d:\d\d:01$/)
    expect(onlineText([{ since: null, until: 2000 }], 0)).toMatchObject({ isOff: true })
    // One track for each host that the domain was on, in no order.
    expect(
      onlineText(
        [
          { since: null, until: null },
          { since: null, until: 2000 },
        ],
        0,
      ).isOff,
    ).toBe(false)
    expect(
      onlineText(
        [
          { since: null, until: 9000 },
          { since: null, until: 2000 },
        ],
        0,
      ).text,
    ).toMatch(/09$/)
  })

  it('says of a disk or NIC only when it came or went', () => {
    expect(presenceNote([], 0)).toBe('')
    expect(presenceNote([{ since: null, until: null }], 0)).toBe('')
    expect(presenceNote([{ since: 3000, until: null }], 0)).toMatch(/^since \d\d:\d\d:03$/)
    expect(presenceNote([{ since: 3000, until: 9000 }], 0)).toMatch(/^until \d\d:\d\d:09$/)
  })
})

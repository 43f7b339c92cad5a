import { describe, expect, test } from 'vitest'
import { beginFrame, endFrame, writeJson } from '../grid/encode.ts'
import { ByteWriter } from '../wire/byte-writer.ts'
import { parseFrame } from '../wire/frame.ts'
import { FrameType, SectionType } from '../wire/protocol.ts'
import { DetailCopy } from './detail-copy.ts'
import { writeClock } from './detail-encode.ts'
import type { DetailFacts, EventFact, MarkFact } from './detail-json.ts'
import { ServerTime } from './server-time.ts'

const FACTS: DetailFacts = {
  ...{ status: 'live', host: 'kvm-01', uuid: 'u', name: 'shop', id: 3, state: 'running', reason: 'booted' },
  ...{ upSince: 500, upSinceIsExact: true, keptMs: 0, marks: [], facts: {} },
}
const event = (n: number): EventFact => ({
  ...{ at: n, wall: n, host: 'kvm-01', uuid: 'u', name: 'shop', kind: 'reboot', text: `${n}`, details: {} },
})

/** A copy whose clock is 100 ms ahead of the server's. */
function setUp() {
  const copy = new DetailCopy()
  copy.begin(false)
  const time = new ServerTime()
  time.note({ now: 1000, wall: 1000 }, 1100)
  const take = (section: SectionType, json: object) => {
    const writer = new ByteWriter()
    beginFrame(writer, FrameType.Detail, 0, 1, 1)
    writeClock(writer, 1000, 1000)
    writeJson(writer, section, 0, json)
    endFrame(writer)
    return copy.apply(parseFrame(new Uint8Array(writer.written())), time)
  }
  return { copy, take }
}

describe("a page's copy of a domain", () => {
  test('holds each event once, in the order of time, and the newest 200', () => {
    const { copy } = setUp()
    copy.addEvents([event(2), event(3)])
    copy.addEvents([event(1), event(2), event(3)])
    expect(copy.events.map(({ at }) => at)).toEqual([1, 2, 3])
    copy.addEvents(Array.from({ length: 500 }, (_, i) => event(i + 1)))
    expect([copy.events.length, copy.events[0]?.at, copy.events.at(-1)?.at]).toEqual([200, 301, 500])
  })

  test('holds the newest 200 marks', () => {
    const { copy, take } = setUp()
    const mark = (n: number): MarkFact => ({ at: n * 10_000, kind: 'reset', label: 'started' })
    for (let n = 0; n < 300; n += 50) {
      take(SectionType.Facts, { ...FACTS, marks: Array.from({ length: 50 }, (_, i) => mark(n + i)) })
    }
    expect(copy.marks.map(({ at }) => at)).toEqual(Array.from({ length: 200 }, (_, i) => (i + 100) * 10_000 + 100))
  })

  test('[DT12] keeps what it knew of a domain that a server which starts anew has never seen', () => {
    const { copy, take } = setUp()
    take(SectionType.Facts, FACTS)
    expect(copy.facts).toMatchObject({ status: 'live', upSince: 600 })
    take(SectionType.Facts, { ...FACTS, status: 'gone', name: '', id: -1, state: 'unknown' })
    expect(copy.facts).toMatchObject({ status: 'gone', name: 'shop', id: -1, state: 'running' })
  })
})

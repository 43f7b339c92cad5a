import { readFileSync } from 'node:fs'
import { describe, expect, it } from 'vitest'
import { DetailCopy } from '../../../lib/sync/detail/detail-copy.ts'
import { readClock } from '../../../lib/sync/detail/detail-decode.ts'
import { PointsWriter, writeCaughtUp, writeClock, writeFill } from '../../../lib/sync/detail/detail-encode.ts'
import { parseEvents } from '../../../lib/sync/detail/detail-json.ts'
import { ServerTime } from '../../../lib/sync/detail/server-time.ts'
import { readJsonText } from '../../../lib/sync/grid/decode.ts'
import { beginFrame, endFrame, writeJson } from '../../../lib/sync/grid/encode.ts'
import { type ClientMessage, decodeMessage, encodeMessage } from '../../../lib/sync/messages/client-messages.ts'
import { ByteWriter } from '../../../lib/sync/wire/byte-writer.ts'
import { parseFrame } from '../../../lib/sync/wire/frame.ts'
import { FrameType, MessageType, SectionType } from '../../../lib/sync/wire/protocol.ts'

const SPEC = readFileSync(new URL('../../../docs/spec/detail.md', import.meta.url), 'utf8')

function vector(name: string): Uint8Array {
  const block = new RegExp(`\`\`\`hex ${name}\n([^\`]*)\`\`\``).exec(SPEC)?.[1]
  if (block === undefined) throw new Error(`docs/spec/detail.md has no vector ${name}`)
  const hex = block.replace(/#.*$/gm, '').trim().split(/\s+/)
  return Uint8Array.from(hex, (byte) => Number.parseInt(byte, 16))
}

const uuid = Uint8Array.from({ length: 16 }, (_, i) => 0x10 + i)
const live = { host: 'kvm-01', uuid, fromAgeMs: 300_000, toAgeMs: null, pixels: 600, series: ['raw:vcpu.*.x.sum'] }
const closed = { host: 'höt', uuid, fromAgeMs: 60_000, toAgeMs: 30_000, pixels: 100, series: [] }
const MESSAGES: readonly [string, ClientMessage][] = [
  ['detail-open', { type: MessageType.DetailOpen, request: 7, ...live }],
  ['detail-open-closed', { type: MessageType.DetailOpen, request: 8, ...closed }],
  ['detail-close', { type: MessageType.DetailClose, request: 7 }],
  ['detail-ack', { type: MessageType.DetailAck, frames: 3 }],
  ['events', { type: MessageType.Events }],
]

const TRACK = { number: 0, entity: 'vcpu', identity: '3', host: 'kvm-01', set: 0, since: null, until: null }
const EVENT = { at: 4500, wall: 1_700_000_000_000, host: 'kvm-01', uuid: '', name: '', kind: 'host-up' }

describe('the vectors of docs/spec/detail.md', () => {
  it.each(MESSAGES)('[DT1] %s is encoded and decoded', (name, message) => {
    expect(encodeMessage(message)).toEqual(vector(name))
    expect(decodeMessage(vector(name))).toEqual(message)
  })

  it('[DT10] detail is what the encoder writes', () => {
    const writer = new ByteWriter()
    beginFrame(writer, FrameType.Detail, 0, 258, 7)
    writeClock(writer, 5000, 1.7e12)
    writeJson(writer, SectionType.Tracks, 0, { sets: [['vcpuPercent']], tracks: [TRACK] })
    const series = [{ low: Float32Array.of(Number.NaN, 10), high: Float32Array.of(Number.NaN, 90.5) }]
    writeFill(writer, { track: 0, firstSeries: 0, begin: 1000, width: 500, buckets: 2, last: true, series })
    writeCaughtUp(writer)
    const points = new PointsWriter(writer)
    points.add(0, 3000, 1000, Float64Array.of(99, 12.34), 1, Int32Array.of(0))
    points.add(0, 4000.5, 1000.5, Float64Array.of(Number.NEGATIVE_INFINITY), 0, Int32Array.of(0))
    points.end()
    endFrame(writer)
    expect([...writer.written()]).toEqual([...vector('detail')])
  })

  it('[DT11] [DT13] [DT14] [DT15] [DT16] detail is what a copy understands', () => {
    const frame = parseFrame(vector('detail'))
    const time = new ServerTime()
    time.note(readClock(frame), 15_000)
    const copy = new DetailCopy()
    const change = copy.apply(frame, time)
    expect(change).toMatchObject({ facts: true, tracks: true, points: true, caughtUp: true, refused: null })
    const [track] = copy.tracks
    expect(track).toMatchObject({ entity: 'vcpu', identity: '3', host: 'kvm-01', count: 2, since: null, until: null })
    expect([...track!.times.subarray(0, 2), ...track!.spans.subarray(0, 2)]).toEqual([12_000, 13_000, 500, 1000])
    const { low, high, metric } = track!.series[0]!
    expect([metric.id, ...low.subarray(0, 2), ...high.subarray(0, 2)]).toEqual(['vcpuPercent', 10, 12.34, 90.5, 12.34])
    expect(copy.marks).toEqual([{ at: 14_000.5, kind: 'reset', label: 'counters began anew' }])
    expect(time.wallOffsetMs).toBe(1.7e12 - 15_000)
  })

  it('[DT17] event is written and understood', () => {
    const writer = new ByteWriter()
    beginFrame(writer, FrameType.Event, 1, 258, 0)
    writeClock(writer, 5000, 1.7e12)
    const events = [{ ...EVENT, text: 'connected', details: {} }]
    writeJson(writer, SectionType.Events, 0, { events, dropped: 2 })
    endFrame(writer)
    expect([...writer.written()]).toEqual([...vector('event')])
    const frame = parseFrame(vector('event'))
    expect(parseEvents(readJsonText(frame, frame.sections[1]!))).toEqual({ events, dropped: 2 })
  })
})

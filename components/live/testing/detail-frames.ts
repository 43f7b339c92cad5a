import { PointsWriter, writeCaughtUp, writeClock, writeFill } from '../../../lib/sync/detail/detail-encode.ts'
import type { DetailFacts, EventFact } from '../../../lib/sync/detail/detail-json.ts'
import { beginFrame, endFrame, writeJson } from '../../../lib/sync/grid/encode.ts'
import type { DetailOpen } from '../../../lib/sync/messages/detail-messages.ts'
import { ByteWriter } from '../../../lib/sync/wire/byte-writer.ts'
import { FrameType, MessageType, SectionType } from '../../../lib/sync/wire/protocol.ts'
import type { FakeServer } from './fake-server.ts'

const FACTS: DetailFacts = {
  ...{ status: 'live', host: 'kvm-01', uuid: 'u', name: 'web-1', id: 3, state: 'running', reason: 'booted' },
  ...{ upSince: 1000, upSinceIsExact: true, keptMs: 60_000, marks: [], facts: {} },
}

/** Says what a server says of open domains; its clock is given with each frame. */
export class DetailFrames {
  private readonly server: FakeServer
  private readonly writer = new ByteWriter()

  constructor(server: FakeServer) {
    this.server = server
  }

  /** DETAIL_OPENs that came on the newest connection. */
  get opens(): DetailOpen[] {
    return this.server.socket.messages.filter((message) => message.type === MessageType.DetailOpen)
  }

  /** Requests that are open on the newest connection. */
  get openRequests(): number[] {
    const open = new Set<number>()
    for (const message of this.server.socket.messages) {
      if (message.type === MessageType.DetailOpen) open.add(message.request)
      if (message.type === MessageType.DetailClose) open.delete(message.request)
    }
    return [...open]
  }

  private begin(
    type: typeof FrameType.Detail | typeof FrameType.Event,
    flags: number,
    base: number,
    now: number,
  ): void {
    beginFrame(this.writer, type, flags, 1, base)
    writeClock(this.writer, now, 1_700_000_000_000 + now)
  }

  private send(): void {
    endFrame(this.writer)
    this.server.socket.events.received(new Uint8Array(this.writer.written()))
  }

  /** Facts, the tracks of these vCPUs, and a past of `values` in seconds before `now`. */
  first(
    request: number,
    now: number,
    vcpus: readonly string[],
    values: readonly number[],
    facts: Partial<DetailFacts> = {},
  ): void {
    this.begin(FrameType.Detail, 0, request, now)
    writeJson(this.writer, SectionType.Facts, 0, { ...FACTS, ...facts })
    const tracks = vcpus.map((identity, number) => ({
      ...{ number, entity: 'vcpu', identity, host: 'kvm-01', set: 0, since: null, until: null },
    }))
    const extras = this.opens.find((open) => open.request === request)?.series ?? []
    writeJson(this.writer, SectionType.Tracks, 0, { sets: [['vcpuPercent', ...extras]], tracks })
    for (const { number } of tracks) {
      const series = [{ low: Float32Array.from(values), high: Float32Array.from(values) }]
      const begin = now - values.length * 1000
      if (values.length > 0) {
        writeFill(this.writer, {
          track: number,
          firstSeries: 0,
          begin,
          width: 1000,
          buckets: values.length,
          last: true,
          series,
        })
      }
    }
    writeCaughtUp(this.writer)
    this.send()
  }

  /** The first frame of an answer whose past is still to come: the facts, and these vCPUs. */
  begun(request: number, now: number, vcpus: readonly string[]): void {
    this.begin(FrameType.Detail, 0, request, now)
    writeJson(this.writer, SectionType.Facts, 0, FACTS)
    const tracks = vcpus.map((identity, number) => ({
      ...{ number, entity: 'vcpu', identity, host: 'kvm-01', set: 0, since: null, until: null },
    }))
    writeJson(this.writer, SectionType.Tracks, 0, { sets: [['vcpuPercent']], tracks })
    this.send()
  }

  /** The end of an answer's past. */
  caughtUp(request: number, now: number): void {
    this.begin(FrameType.Detail, 0, request, now)
    writeCaughtUp(this.writer)
    this.send()
  }

  /** One live sample of track 0, taken at `end` and sent at `now`. */
  point(request: number, now: number, end: number, ...values: number[]): void {
    this.begin(FrameType.Detail, 0, request, now)
    const points = new PointsWriter(this.writer)
    points.add(0, end, 1000, Float64Array.from(values), 0, Int32Array.from(values.keys()))
    points.end()
    this.send()
  }

  facts(request: number, now: number, facts: Partial<DetailFacts>): void {
    this.begin(FrameType.Detail, 0, request, now)
    writeJson(this.writer, SectionType.Facts, 0, { ...FACTS, ...facts })
    this.send()
  }

  refuse(request: number, message: string): void {
    this.begin(FrameType.Detail, 0, request, 0)
    writeJson(this.writer, SectionType.Message, 0, { code: 'DETAIL_LIMIT', message })
    this.send()
  }

  events(now: number, first: boolean, ...events: readonly EventFact[]): void {
    this.begin(FrameType.Event, first ? 1 : 0, 0, now)
    writeJson(this.writer, SectionType.Events, 0, { events, dropped: 0 })
    this.send()
  }
}

import type { ByteWriter } from '../wire/byte-writer.ts'
import { SectionType } from '../wire/protocol.ts'
import { FILL_LAST } from './detail-protocol.ts'

const FLOAT_BYTES = 8

/** The server's two clocks, in ms. First in every DETAIL and EVENT frame. */
export function writeClock(writer: ByteWriter, now: number, wall: number): void {
  const start = writer.beginSection(SectionType.Clock, 0, 0)
  f64(writer, now)
  f64(writer, wall)
  writer.endSection(start)
}

/** The past of some series of a track, in buckets of equal width. */
export interface Fill {
  readonly track: number
  /** Place of the first of `series` among those of the track. */
  readonly firstSeries: number
  readonly begin: number
  readonly width: number
  readonly buckets: number
  /** The track is complete. */
  readonly last: boolean
  readonly series: readonly { readonly low: Float32Array; readonly high: Float32Array }[]
}

export function writeFill(writer: ByteWriter, fill: Fill): void {
  const start = writer.beginSection(SectionType.Fill, 0, 0)
  writer.u32(fill.track)
  writer.u16(fill.firstSeries)
  writer.u16(fill.series.length)
  writer.u32(fill.buckets)
  writer.u32(fill.last ? FILL_LAST : 0)
  f64(writer, fill.begin)
  f64(writer, fill.width)
  for (const { low, high } of fill.series) {
    f32s(writer, low)
    f32s(writer, high)
  }
  writer.endSection(start)
}

/** Writes a POINTS section as points come. */
export class PointsWriter {
  private readonly writer: ByteWriter
  private readonly start: number
  private count = 0

  constructor(writer: ByteWriter) {
    this.writer = writer
    this.start = writer.beginSection(SectionType.Points, 0, 0)
    writer.u32(0)
  }

  /** One point of a track: the values at `places` of `values`, counted from `from`; unknown where the place is negative. */
  add(track: number, end: number, span: number, values: Float64Array, from: number, places: Int32Array): void {
    const { writer } = this
    writer.u32(track)
    writer.u32(places.length)
    f64(writer, end)
    f64(writer, span)
    writer.reserve(places.length * FLOAT_BYTES)
    for (let i = 0; i < places.length; i++) {
      const place = places[i]!
      writer.view.setFloat64(writer.length, place < 0 ? Number.NaN : values[from + place]!, true)
      writer.length += FLOAT_BYTES
    }
    this.count++
  }

  /** Completes the section. */
  end(): void {
    this.writer.view.setUint32(this.start + 8, this.count, true)
    this.writer.endSection(this.start)
  }
}

export function writeCaughtUp(writer: ByteWriter): void {
  writer.endSection(writer.beginSection(SectionType.CaughtUp, 0, 0))
}

function f64(writer: ByteWriter, value: number): void {
  writer.reserve(FLOAT_BYTES)
  writer.view.setFloat64(writer.length, value, true)
  writer.length += FLOAT_BYTES
}

function f32s(writer: ByteWriter, values: Float32Array): void {
  writer.reserve(values.length * 4)
  for (let i = 0; i < values.length; i++) writer.view.setFloat32(writer.length + i * 4, values[i]!, true)
  writer.length += values.length * 4
}

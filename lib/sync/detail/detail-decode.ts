import type { Frame, Section } from '../wire/frame.ts'
import { SectionType } from '../wire/protocol.ts'
import { expectEnd, readCount } from '../wire/section-bounds.ts'
import { malformedFrame } from '../wire/sync-error.ts'
import { FILL_HEADER_BYTES, FILL_LAST, MAX_PIXELS, MAX_SERIES, POINT_HEADER_BYTES } from './detail-protocol.ts'

/** The server's two clocks as of a frame, in ms. */
export interface ClockReading {
  readonly now: number
  readonly wall: number
}

/** Reads the CLOCK section, with which DETAIL and EVENT frames begin. */
export function readClock(frame: Frame): ClockReading {
  const section = frame.sections[0]
  if (section === undefined || section.type !== SectionType.Clock)
    throw malformedFrame('it does not begin with a clock')
  expectEnd(section, section.start + 16)
  const now = frame.view.getFloat64(section.start, true)
  const wall = frame.view.getFloat64(section.start + 8, true)
  if (!Number.isFinite(now) || !Number.isFinite(wall)) throw malformedFrame('its clock is no number')
  return { now, wall }
}

/** A FILL section; the floats are read where they lie. */
export interface FillSection {
  readonly track: number
  readonly firstSeries: number
  readonly seriesCount: number
  readonly buckets: number
  readonly last: boolean
  readonly begin: number
  readonly width: number
  /** Value of a bucket of the `series`th series of the section. */
  low(series: number, bucket: number): number
  high(series: number, bucket: number): number
}

export function readFill(frame: Frame, section: Section): FillSection {
  const { view } = frame
  const { start, end } = section
  if (end - start < FILL_HEADER_BYTES) throw malformedFrame('a fill is cut')
  const seriesCount = view.getUint16(start + 6, true)
  const buckets = view.getUint32(start + 8, true)
  const begin = view.getFloat64(start + 16, true)
  const width = view.getFloat64(start + 24, true)
  if (seriesCount > MAX_SERIES || buckets > MAX_PIXELS) throw malformedFrame('a fill is too large')
  if (!Number.isFinite(begin) || !(width > 0) || !Number.isFinite(width)) throw malformedFrame('a fill has no times')
  const values = start + FILL_HEADER_BYTES
  expectEnd(section, values + seriesCount * buckets * 8)
  const value = (series: number, bucket: number, half: number) =>
    view.getFloat32(values + ((series * 2 + half) * buckets + bucket) * 4, true)
  return {
    track: view.getUint32(start, true),
    firstSeries: view.getUint16(start + 4, true),
    seriesCount,
    buckets,
    last: (view.getUint32(start + 12, true) & FILL_LAST) !== 0,
    begin,
    width,
    low: (series, bucket) => value(series, bucket, 0),
    high: (series, bucket) => value(series, bucket, 1),
  }
}

/** Reads a POINTS section; `values` of the visit is used again for the next point. */
export function readPoints(
  frame: Frame,
  section: Section,
  visit: (track: number, end: number, span: number, values: Float64Array) => void,
): void {
  const { view } = frame
  const count = readCount(frame, section, 0, POINT_HEADER_BYTES)
  let at = section.start + 4
  let values = new Float64Array(0)
  for (let i = 0; i < count; i++) {
    if (at + POINT_HEADER_BYTES > section.end) throw malformedFrame('its points are cut')
    const series = view.getUint32(at + 4, true)
    const next = at + POINT_HEADER_BYTES + series * 8
    if (series > MAX_SERIES || next > section.end) throw malformedFrame('its points are cut', { series })
    const end = view.getFloat64(at + 8, true)
    const span = view.getFloat64(at + 16, true)
    if (!Number.isFinite(end) || !(span >= 0) || !Number.isFinite(span)) throw malformedFrame('a point has no time')
    if (values.length !== series) values = new Float64Array(series)
    for (let k = 0; k < series; k++) values[k] = view.getFloat64(at + POINT_HEADER_BYTES + k * 8, true)
    visit(view.getUint32(at, true), end, span, values)
    at = next
  }
  expectEnd(section, at)
}

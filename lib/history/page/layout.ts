import type { Metric } from '../../metrics/types.ts'
import { isKept, type LevelEncoding, levelReader, levelTable } from './levels.ts'

/** What a part of a layout describes, in the order of the numbers that pages hold. */
export const TRACK_ENTITIES = ['domain', 'vcpu', 'disk', 'nic'] as const
export type TrackEntity = (typeof TRACK_ENTITIES)[number]

/** The series that are kept of one kind of thing in one lane. */
export interface TrackKind {
  readonly entity: TrackEntity
  readonly metrics: readonly Metric[]
  readonly encodings: readonly LevelEncoding[]
  /** By series: from level to value. */
  readonly values: readonly ((level: number) => number)[]
  /** The same as tables: see `levelTable`. */
  readonly tables: readonly Float64Array[]
  /** By series: the stat groups (bits) whose samples it comes from. */
  readonly groups: readonly number[]
}

/** By lane: what is kept of a domain there and of its children; null for what another lane brings. */
export type LaneSchema = Readonly<Record<TrackEntity, TrackKind | null>>

/** One thing within a layout. */
export interface LayoutPart {
  readonly kind: TrackKind
  /** vCPU id as text, or the name of the disk or NIC; empty for the domain itself. */
  readonly identity: string
  /** Its first series. */
  readonly first: number
}

/** Who the series of a page belong to. Made by {@link createLayout}. */
export interface Layout {
  readonly parts: readonly LayoutPart[]
  readonly series: number
}

export interface LayoutMember {
  readonly entity: TrackEntity
  readonly identity: string
}

/**
 * Most series of one domain in one lane: more vCPUs than any hypervisor has today. A full page and one more coarse row of
 * them fit into the smallest slab.
 */
export const MOST_SERIES = 12_000

/** The kind of things with these metrics; those whose encoding is kept by history, which today is every number. */
export function createKind(entity: TrackEntity, metrics: readonly Metric[]): TrackKind {
  const kept = metrics.filter(({ encoding }) => isKept(encoding))
  const encodings = kept.map(({ encoding }) => encoding).filter(isKept)
  return {
    entity,
    metrics: kept,
    encodings,
    values: encodings.map(levelReader),
    tables: encodings.map(levelTable),
    groups: kept.map(({ source }) =>
      source.kind === 'derived' ? source.groups.reduce<number>((mask, group) => mask | (1 << group), 0) : 0,
    ),
  }
}

/**
 * Lays out the series of the given things, in their order.
 *
 * @remarks Things beyond {@link MOST_SERIES} are left out; the caller compares `parts.length` with what it asked for.
 */
export function createLayout(schema: LaneSchema, members: readonly LayoutMember[]): Layout {
  const parts: LayoutPart[] = []
  let series = 0
  for (const { entity, identity } of members) {
    const kind = schema[entity]
    if (kind === null || series + kind.metrics.length > MOST_SERIES) continue
    parts.push({ kind, identity, first: series })
    series += kind.metrics.length
  }
  return { parts, series }
}

/** The same without vCPUs, disks and NICs; itself when it has none. The domain is first, so its series keep their places. */
export function domainOnly(layout: Layout): Layout {
  const parts = layout.parts.slice(0, layout.parts[0]?.kind.entity === 'domain' ? 1 : 0)
  if (parts.length === layout.parts.length) return layout
  return { parts, series: parts[0]?.kind.metrics.length ?? 0 }
}

/**
 * A layout as bytes, for the head of a page: runs of things without names (the domain; vCPUs with ids in a row) and
 * names one by one.
 */
export function encodeLayout({ parts }: Layout): Uint8Array {
  const bytes: number[] = []
  for (let i = 0; i < parts.length; ) {
    const { kind, identity } = parts[i]!
    bytes.push(TRACK_ENTITIES.indexOf(kind.entity))
    if (kind.entity === 'vcpu') {
      const id = Number(identity)
      let run = 1
      while (parts[i + run]?.kind === kind && Number(parts[i + run]!.identity) === id + run) run++
      putVarint(bytes, id)
      putVarint(bytes, run)
      i += run
      continue
    }
    putVarint(bytes, identity.length)
    for (let at = 0; at < identity.length; at++) putVarint(bytes, identity.charCodeAt(at))
    i++
  }
  return Uint8Array.from(bytes)
}

/** Reads `bytes[from..end)`; null when that is no layout of this schema. */
export function decodeLayout(bytes: Uint8Array, from: number, end: number, schema: LaneSchema): Layout | null {
  const members: LayoutMember[] = []
  const cursor = { bytes, at: from, end }
  while (cursor.at < end) {
    const entity = TRACK_ENTITIES[bytes[cursor.at++]!]
    if (entity === undefined || members.length > MOST_SERIES) return null
    const first = takeVarint(cursor)
    if (first < 0) return null
    if (entity === 'vcpu') {
      const run = takeVarint(cursor)
      if (run < 1 || run > MOST_SERIES) return null
      for (let i = 0; i < run; i++) members.push({ entity, identity: String(first + i) })
    } else {
      const identity = takeText(cursor, first)
      if (identity === null) return null
      members.push({ entity, identity })
    }
  }
  const layout = createLayout(schema, members)
  return layout.parts.length === members.length ? layout : null
}

const VARINT_BITS = 7
const MORE = 1 << VARINT_BITS
const MOST_VARINT_BYTES = 4

function putVarint(bytes: number[], number: number): void {
  let rest = number
  for (; rest >= MORE; rest >>>= VARINT_BITS) bytes.push((rest & (MORE - 1)) | MORE)
  bytes.push(rest)
}

interface Cursor {
  readonly bytes: Uint8Array
  at: number
  readonly end: number
}

/** Negative when it does not end where it must. */
function takeVarint(cursor: Cursor): number {
  let number = 0
  for (let i = 0; i < MOST_VARINT_BYTES && cursor.at < cursor.end; i++) {
    const byte = cursor.bytes[cursor.at++]!
    number |= (byte & (MORE - 1)) << (VARINT_BITS * i)
    if (byte < MORE) return number
  }
  return -1
}

/** UTF-16 units, each a varint: names are ASCII as a rule, and come back unit by unit whatever they are. */
function takeText(cursor: Cursor, length: number): string | null {
  if (length > cursor.end - cursor.at) return null
  let text = ''
  for (let i = 0; i < length; i++) {
    const unit = takeVarint(cursor)
    if (unit < 0 || unit > 0xffff) return null
    text += String.fromCharCode(unit)
  }
  return text
}

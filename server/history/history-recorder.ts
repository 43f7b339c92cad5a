import { RESET_VALUE } from '../../lib/columns/derived-column.ts'
import { encodeCell, ufloat16OfHighWord } from '../../lib/columns/encodings.ts'
import type { HistoryStore } from '../../lib/history/history-store.ts'
import type { HistoryStream } from '../../lib/history/history-stream.ts'
import { createLayout, type LaneSchema, type Layout, type LayoutMember } from '../../lib/history/page/layout.ts'
import { type LevelEncoding, levelOf, RESET_LEVEL } from '../../lib/history/page/levels.ts'
import type { ChildEntity } from '../../lib/metrics/child-metrics.ts'
import { STAT_GROUP_COUNT, type StatGroup } from '../../lib/metrics/types.ts'
import type { FleetReader } from '../fleet/fleet-reader.ts'
import { LANE_COUNT, LANE_GROUPS, type Lane } from '../fleet/fleet-writer.ts'
import type { SampleReader } from '../fleet/sample-reader.ts'

const CHILDREN: readonly ChildEntity[] = ['vcpu', 'disk', 'nic']

/** What the recorder remembers of a row in a lane. */
interface RowTrack {
  readonly stream: HistoryStream
  /** `processSince` when it was made: another one means that another domain may have the row. */
  readonly since: number
  /** Identities of the children, one after another, as in the stream's layout. */
  identities: string[]
}

export interface RecorderOptions {
  readonly store: HistoryStore
  readonly samples: SampleReader
  readonly fleet: Pick<FleetReader, 'identity'>
  /** Called with every layout that is new, before anything is stored in it. */
  readonly onLayout: (layout: Layout) => void
}

/** Stat groups by lane. */
const GROUPS: readonly (readonly StatGroup[])[] = LANE_GROUPS.map((mask) =>
  // The numbers below the count are the groups.
  Array.from({ length: STAT_GROUP_COUNT }, (_, group) => group as StatGroup).filter((group) => (mask >>> group) & 1),
)

/** Puts each sample of each domain and its children into the store, as the fleet tells of it. */
export class HistoryRecorder {
  private readonly from: RecorderOptions
  private readonly tracks: RowTrack[][] = Array.from({ length: LANE_COUNT }, () => [])
  private values = new Float64Array(256)
  /** Of value i at 2 i + 1. */
  private highWords = new Uint32Array(this.values.buffer)
  private levels = new Int32Array(256)
  /** Children of the row at hand. */
  private readonly slots: number[] = []
  /** Things that found no place in a layout, because their domain has too many. */
  leftOut = 0

  constructor(options: RecorderOptions) {
    this.from = options
  }

  /** Takes the samples of the rows that a reply brought. Listens to `SampleReader.onSamples`. */
  record(lane: Lane, rows: Int32Array, count: number): void {
    const schema = this.from.store.schemas[lane]
    if (!schema) return
    for (let i = 0; i < count; i++) this.recordRow(lane, schema, rows[i]!)
  }

  private recordRow(lane: Lane, schema: LaneSchema, row: number): void {
    const { samples, store } = this.from
    let time = 0
    let newest: StatGroup = GROUPS[lane]![0]!
    for (const group of GROUPS[lane]!) {
      const at = samples.sampledAt(row, group)
      if (at > time) {
        time = at
        newest = group
      }
    }
    const track = this.track(lane, row)
    const { stream } = track
    if (Math.round(time) <= stream.lastTime) return
    this.describe(track, schema, row)
    const gap = stream.lastTime > 0 && time - stream.lastTime > samples.maxGapMs(row, newest)
    store.append(stream, time, gap, this.held(lane, row, time), this.read(stream.wanted!, row))
  }

  private track(lane: Lane, row: number): RowTrack {
    const known = this.tracks[lane]![row]
    const since = this.from.samples.processSince(row)
    if (known !== undefined && known.since === since && !known.stream.forgotten) return known
    const { host, uuid } = this.from.fleet.identity(row)
    const stream = this.from.store.stream(host, uuid, lane)
    const track = { stream, since, identities: identitiesIn(stream.wanted) }
    this.tracks[lane]![row] = track
    return track
  }

  /** Groups (bits) whose samples are older than the newest of the lane: their records were partial. */
  private held(lane: Lane, row: number, time: number): number {
    let held = 0
    for (const group of GROUPS[lane]!) {
      const at = this.from.samples.sampledAt(row, group)
      if (at > 0 && at < time) held |= 1 << group
    }
    return held
  }

  /** Gives the stream another layout when there are other children than last time. */
  private describe(track: RowTrack, schema: LaneSchema, row: number): void {
    const { samples, store } = this.from
    const { slots } = this
    const { identities } = track
    slots.length = 0
    let same = track.stream.wanted !== null
    for (const entity of CHILDREN) {
      if (schema[entity] === null) continue
      for (let slot = samples.firstChild(row, entity); slot >= 0; slot = samples.nextChild(entity, slot)) {
        same &&= identities[slots.length] === samples.childIdentity(entity, slot)
        slots.push(slot)
      }
    }
    if (same && identities.length === slots.length) return
    const members = this.members(schema, row)
    const layout = createLayout(schema, members)
    this.leftOut += members.length - layout.parts.length
    track.identities = members.slice(1).map(({ identity }) => identity)
    this.from.onLayout(layout)
    store.describe(track.stream, layout)
  }

  private members(schema: LaneSchema, row: number): LayoutMember[] {
    const { samples } = this.from
    const members: LayoutMember[] = [{ entity: 'domain', identity: '' }]
    for (const entity of CHILDREN) {
      if (schema[entity] === null) continue
      for (let slot = samples.firstChild(row, entity); slot >= 0; slot = samples.nextChild(entity, slot)) {
        members.push({ entity, identity: samples.childIdentity(entity, slot) })
      }
    }
    return members
  }

  /** The levels of a row and of the children in `slots`, in the order of the layout. */
  private read(layout: Layout, row: number): Int32Array {
    const { samples } = this.from
    if (this.values.length < layout.series) {
      this.values = new Float64Array(layout.series * 2)
      this.highWords = new Uint32Array(this.values.buffer)
      this.levels = new Int32Array(layout.series * 2)
    }
    const { values, highWords, levels } = this
    for (let p = 0; p < layout.parts.length; p++) {
      const { kind, first } = layout.parts[p]!
      // The domain comes first; parts beyond it are the children in their order.
      if (kind.entity === 'domain') samples.domain(row, kind.metrics, values, first)
      else samples.child(kind.entity, this.slots[p - 1]!, values, first)
      for (let i = first; i < first + kind.encodings.length; i++) {
        levels[i] = levelOfDouble(kind.encodings[i - first]!, values[i]!, highWords[i * 2 + 1]!)
      }
    }
    return levels
  }
}

/** Most values are decided by the high words of their doubles, which is quicker than asking for a code. */
function levelOfDouble(encoding: LevelEncoding, value: number, high: number): number {
  // 0, or as good as that.
  if (high === 0) return 0
  const code = encoding === 'ufloat16' ? ufloat16OfHighWord(high) : -1
  if (code >= 0) return code
  return value === RESET_VALUE ? RESET_LEVEL : levelOf(encoding, encodeCell(encoding, value))
}

function identitiesIn(layout: Layout | null): string[] {
  return layout === null ? [] : layout.parts.slice(1).map(({ identity }) => identity)
}

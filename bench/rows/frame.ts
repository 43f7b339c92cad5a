import { deflateRawSync } from 'node:zlib'
import { decodeCell } from '../../lib/columns/encodings.ts'
import { DEFAULT_METRICS } from '../../lib/metrics/default-metrics.ts'
import { Replica } from '../../lib/sync/grid/replica.ts'
import { SNAPSHOT_START, type SnapshotCursor } from '../../lib/sync/grid/snapshot.ts'
import { SnapshotReason } from '../../lib/sync/wire/protocol.ts'
import type { ColumnSet } from '../../server/hub/grid/column-set.ts'
import { FrameSource } from '../../server/hub/grid/frame-source.ts'
import { JsonReplica, jsonFrame } from '../baseline/json-frame.ts'
import { cpuTime } from '../cpu-clock.ts'
import { atMost, type BenchOptions, type BenchRow, measure, type RowResult, told } from '../row.ts'
import { collectGarbage, ratios } from '../timing.ts'
import { FleetDrive } from '../workload/fleet-drive.ts'
import { MovingCells } from '../workload/moving-cells.ts'
import { recordedFields } from '../workload/recorded-fields.ts'

const CHANGED = 0.3
const WARM_UP = 20
const LIMITS = {}
const HOSTS = 4

export const frameRow: BenchRow = {
  name: 'frame',
  title: 'One frame',
  run,
}

interface Series {
  readonly bytes: number[]
  readonly encode: number[]
  readonly decode: number[]
  readonly deflate: number[]
  readonly deflated: number[]
}

function run({ quick }: BenchOptions): RowResult {
  const domains = quick ? 1_000 : 10_000
  const world = createWorld(domains)
  const frame = emptySeries()
  const json = emptySeries()
  for (let round = -WARM_UP; round < (quick ? 5 : 25); round++) {
    world.cells.move()
    world.drive.clock.advance(1000)
    timeFrame(world, round < 0 ? emptySeries() : frame)
    timeJson(world, round < 0 ? emptySeries() : json)
  }
  compare(world)
  const kib = (bytes: readonly number[]) => bytes.map((value) => value / 1024)
  return {
    name: frameRow.name,
    title: `A frame of ${domains.toLocaleString('en')} domains × ${DEFAULT_METRICS.length} columns, ${CHANGED * 100} % of the cells changed`,
    setting:
      'The frame that the hub sends after a commit, and what a browser does with it. The baseline is columnar JSON of the same changes: rows and values of each column side by side, four significant digits, applied to arrays.',
    measures: [
      measure('frame', 'KiB', kib(frame.bytes)),
      measure('frame, encode', 'ms', frame.encode),
      measure('frame, decode and apply', 'ms', frame.decode),
      measure('JSON', 'KiB', kib(json.bytes)),
      measure('JSON, encode', 'ms', json.encode),
      measure('JSON, decode and apply', 'ms', json.decode),
      measure('frame after deflate, level 1', 'KiB', kib(frame.deflated)),
      measure('JSON after deflate, level 1', 'KiB', kib(json.deflated)),
      measure('deflate of the frame', 'ms', frame.deflate),
      measure('deflate of the JSON', 'ms', json.deflate),
    ],
    claims: [
      atMost(
        'bytes of the frame',
        'KB',
        frame.bytes.map((bytes) => bytes / 1000),
        80,
      ),
      told('JSON is larger', '×', ratios(json.bytes, frame.bytes)),
      told('JSON takes longer to encode', '×', ratios(json.encode, frame.encode)),
      told('JSON takes longer to decode and apply', '×', ratios(json.decode, frame.decode)),
    ],
    remarks: [
      'Domscope does not deflate: the time would be paid for each client, and cells of 16 bits leave little to gain.',
      'JSON is rounded to four digits before it is written, which takes time; without that it would be larger still.',
      'Decoding includes the check of every section before any is applied, and the acknowledgement.',
    ],
  }
}

const emptySeries = (): Series => ({ bytes: [], encode: [], decode: [], deflate: [], deflated: [] })

interface World {
  readonly drive: FleetDrive
  readonly cells: MovingCells
  readonly source: FrameSource
  readonly set: ColumnSet
  readonly replica: Replica
  readonly json: JsonReplica
  base: number
}

function createWorld(domains: number): World {
  const drive = new FleetDrive(recordedFields(), { domains, hosts: HOSTS, busyShare: 0 })
  for (let i = 0; i < 4; i++) drive.tick()
  const { fleet, clock } = drive
  const source = new FrameSource(fleet, clock)
  source.committed()
  const set = source.columnSet({ domains: DEFAULT_METRICS.map((id) => ({ id, held: false })), hosts: [] })
  const replica = new Replica()
  replica.want(DEFAULT_METRICS, [])
  replica.receive(source.hello('bench', 'first', LIMITS), clock.now())
  let cursor: SnapshotCursor | null = SNAPSHOT_START
  for (let number = 0; cursor !== null; number++) {
    const part = source.part(set, cursor, fleet.offset, number, SnapshotReason.First)
    replica.receive(part.frame, clock.now())
    cursor = part.next
  }
  fleet.onCommit(() => source.committed())
  const json = new JsonReplica(fleet.domains.rowLimit)
  return { drive, cells: new MovingCells(fleet, CHANGED, 9), source, set, replica, json, base: fleet.offset }
}

function timeFrame(world: World, into: Series): void {
  const { drive, source, set, replica } = world
  const whole = new Set<never>()
  collectGarbage()
  const began = cpuTime().all
  const delta = source.delta({ set, base: world.base, whole, schema: source.schemaMark(), audit: false })
  const encoded = cpuTime().all
  if (delta.kind !== 'frame') throw new Error(`a frame was due, not "${delta.kind}"`)
  replica.receive(delta.frame, drive.clock.now())
  const applied = cpuTime().all
  world.base = drive.fleet.offset
  const deflated = deflateRawSync(delta.frame, { level: 1 })
  into.deflate.push(cpuTime().all - applied)
  into.bytes.push(delta.frame.length)
  into.encode.push(encoded - began)
  into.decode.push(applied - encoded)
  into.deflated.push(deflated.length)
}

function timeJson({ drive, cells, json }: World, into: Series): void {
  const { fleet } = drive
  collectGarbage()
  const began = cpuTime().all
  const text = JSON.stringify(jsonFrame(cells.columns, fleet.domains.rowLimit, fleet.offset))
  const encoded = cpuTime().all
  json.receive(text)
  const applied = cpuTime().all
  const deflated = deflateRawSync(text, { level: 1 })
  into.deflate.push(cpuTime().all - applied)
  into.bytes.push(Buffer.byteLength(text))
  into.encode.push(encoded - began)
  into.decode.push(applied - encoded)
  into.deflated.push(deflated.length)
}

/** Both copies have to be the server's tables. */
function compare({ drive, cells, replica, json }: World): void {
  const { domains } = drive.fleet
  for (const column of cells.columns) {
    const copy = replica.domains.column(column.id)
    const values = json.columns.get(column.id)
    if (copy === null || values === undefined) throw new Error(`no copy of ${column.id}`)
    for (let row = 0; row < domains.rowLimit; row++) {
      if (copy.codes[row] !== column.codes[row]) throw new Error(`${column.id} of row ${row} differs in the replica`)
      const value = decodeCell(column.encoding, column.codes[row]!)
      if (Math.abs(values[row]! - value) > value * 1e-3) throw new Error(`${column.id} of row ${row} differs in JSON`)
    }
  }
}

import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import type { CodeTable } from '../../lib/columns/code-table.ts'
import { KEY_WORDS } from '../../lib/columns/code-table.ts'
import { findDomscopeError } from '../../lib/errors/domscope-error.ts'
import { columnChecksum, rosterChecksum, textChecksum } from '../../lib/sync/grid/audit.ts'
import { Replica } from '../../lib/sync/grid/replica.ts'
import { AUDIT_EVERY, FrameType, MAX_FRAME_BYTES, MAX_ROWS } from '../../lib/sync/wire/protocol.ts'
import { ManualClock } from '../testing/manual-clock.ts'
import { tableView } from './testing/compare-tables.ts'
import { MemoryClient, MemoryHub } from './testing/memory-hub.ts'
import { TableFleet } from './testing/table-fleet.ts'

const SOAK = Number(process.env.DOMSCOPE_SOAK ?? 1)
const COLUMNS = ['state', 'cpuPercent', 'wide']
const ROWS = 40

function createWorld() {
  const clock = new ManualClock()
  const fleet = new TableFleet(clock, 1)
  fleet.addHost('a')
  const hub = new MemoryHub(fleet, clock)
  for (let row = 0; row < ROWS; row++) {
    fleet.bear(0, `domain ${row}`)
    fleet.setWord('state', row, 'running')
    fleet.set('wide', row, row * 1e6)
  }
  const sampledAt = Float64Array.of(NaN, clock.now(), -Infinity, NaN, NaN, NaN)
  fleet.exceptions.set(3, { groups: 2, cause: 3, sampledAt })
  fleet.commit()
  return { clock, fleet, hub }
}

/** Everything that a server sends to one client, in order: HELLO, SNAPSHOT, TICKs of every kind, an audit, a NOTICE. */
function record(): Uint8Array[] {
  const { clock, fleet, hub } = createWorld()
  const client = new MemoryClient(clock)
  const frames: Uint8Array[] = []
  const pump = () => {
    client.deliver(10)
    for (const frame of client.toClient) frames.push(new Uint8Array(frame))
    client.receive(10)
    client.deliver(10)
  }
  client.replica.want(COLUMNS, ['hostCpuPercent'])
  client.connect(hub)
  pump()
  for (let step = 0; step < 8; step++) {
    clock.advance(1000)
    fleet.bury(step)
    fleet.bear(0, `later ${step}`)
    fleet.setWord('state', 20 + step, `word ${step}`)
    for (let row = 10; row < 10 + step * 4; row++)
      if (fleet.domains.isAlive(row)) fleet.set('cpuPercent', row, 0x4000 + row * step)
    fleet.sample(0)
    if (step === 4) fleet.exceptions.clear()
    if (step === 5) fleet.domains.addColumn('noSuchColumn', 'ufloat16')
    if (step === 6) client.replica.want([...COLUMNS, 'diskIops', 'noSuchColumn'], [])
    if (step === 6) client.send(client.replica.subscribeMessage())
    client.deliver(1)
    fleet.commit()
    pump()
  }
  while (fleet.offset % AUDIT_EVERY !== 0) {
    fleet.commit()
    pump()
  }
  frames.push(new Uint8Array(hub.context.source.notice('RESTARTING', 'soon')))
  return frames
}

const RECORDED = record()

/** A copy that took the first `count` recorded frames. */
function replicaAfter(count: number): Replica {
  const replica = new Replica()
  replica.want([...COLUMNS, 'diskIops', 'noSuchColumn'], ['hostCpuPercent'])
  for (const frame of RECORDED.slice(0, count)) replica.receive(frame, 0)
  return replica
}

/** Takes a frame that may be anything. The error, if it is one of ours; null if the frame was taken. */
function feed(replica: Replica, bytes: Uint8Array): string | null {
  try {
    replica.receive(bytes, 0)
    return null
  } catch (error) {
    const known = findDomscopeError(error)
    if (known === null) throw error
    return known.code
  }
}

function sums(table: CodeTable): number[] {
  return [
    rosterChecksum(table),
    ...table.columns.map((column) => columnChecksum(table, column)),
    ...table.texts.map((text) => textChecksum(table, text)),
  ]
}

/** What must hold of a table whatever it was fed. */
function expectSound(table: CodeTable): void {
  let alive = 0
  for (let row = 0; row < table.rowLimit; row++) if (table.isAlive(row)) alive++
  expect(table.aliveCount).toBe(alive)
  expect(table.capacity).toBeLessThanOrEqual(2 * MAX_ROWS)
  expect(table.keys.length).toBe(table.capacity * KEY_WORDS)
  for (const column of table.columns) {
    expect(column.codes.length).toBe(table.capacity)
    const words = table.dictionaries.get(column.number)?.words
    if (words === undefined) continue
    expect(words.length).toBeLessThanOrEqual(0x10000)
    for (let row = 0; row < table.rowLimit; row++) {
      const code = column.codes[row]!
      if (table.isAlive(row) && code < 0xfff0) expect(words[code]).toBeTypeOf('string')
    }
  }
}

const at = fc.nat({ max: 0xffffff })
const mutation = fc.oneof(
  fc.record({ kind: fc.constant('flip' as const), at, bit: fc.nat(7) }),
  fc.record({ kind: fc.constant('byte' as const), at, value: fc.constantFrom(0, 1, 0x7f, 0x80, 0xff) }),
  fc.record({
    kind: fc.constant('word' as const),
    at,
    value: fc.constantFrom(0, 1, 0x7fffffff, 0x80000000, 0xffffffff, 0x40000, 65_536),
  }),
  fc.record({ kind: fc.constantFrom('cut' as const, 'repeat' as const), at, length: fc.nat(64) }),
)
type Mutation = typeof mutation extends fc.Arbitrary<infer T> ? T : never

function mutate(frame: Uint8Array, mutations: readonly Mutation[], mendLength: boolean): Uint8Array {
  let bytes = Array.from(frame)
  for (const change of mutations) {
    const place = change.at % Math.max(1, bytes.length)
    if (change.kind === 'flip') bytes[place]! ^= 1 << change.bit
    else if (change.kind === 'byte') bytes[place] = change.value
    else if (change.kind === 'word') {
      for (let i = 0; i < 4; i++) bytes[(place & ~3) + i] = (change.value >>> (8 * i)) & 0xff
    } else if (change.kind === 'cut') bytes.splice(place, change.length)
    else
      bytes = [
        ...bytes.slice(0, place),
        ...bytes.slice(Math.max(0, place - change.length), place),
        ...bytes.slice(place),
      ]
  }
  const mutant = Uint8Array.from(bytes)
  if (mendLength && mutant.length >= 16) new DataView(mutant.buffer).setUint32(12, mutant.length, true)
  return mutant
}

describe('a client that is fed anything', () => {
  it('knows every recorded frame', () => {
    expect(RECORDED.map((frame) => frame[0])).toEqual(
      expect.arrayContaining([
        FrameType.Hello,
        FrameType.Snapshot,
        FrameType.Tick,
        FrameType.Heartbeat,
        FrameType.Notice,
      ]),
    )
    expect(replicaAfter(RECORDED.length).auditMismatches).toBe(0)
  })

  it('[T-F3] [SY50] refuses a frame that is cut anywhere, and changes nothing', () => {
    RECORDED.forEach((frame, index) => {
      const replica = replicaAfter(index)
      const before = sums(replica.domains)
      const { revision } = replica
      for (let length = 0; length < frame.length; length++) {
        const cut = frame.slice(0, length)
        expect(feed(replica, cut)).toBe('SYNC_MALFORMED_FRAME')
        // Also when the header says so.
        if (length >= 16) new DataView(cut.buffer).setUint32(12, length, true)
        const code = feed(replica, cut)
        if (code === null) expect(length === 16 || (length & 3) === 0).toBe(true)
        if (code === null) break
      }
      // A frame that ends between two sections is a whole frame, so only the cuts before that count.
      if (replica.revision === revision) expect(sums(replica.domains)).toEqual(before)
      expectSound(replica.domains)
    })
  })

  it(`[T-F3] [SY51] stays sound, quick and small under ${4000 * SOAK} mutants`, { timeout: 600_000 }, () => {
    const replicas = RECORDED.map((_, index) => () => replicaAfter(index))
    const mutant = fc.record({
      index: fc.nat({ max: RECORDED.length - 1 }),
      mutations: fc.array(mutation, { minLength: 1, maxLength: 4 }),
      mend: fc.boolean(),
    })
    let refused = 0
    fc.assert(
      fc.property(mutant, ({ index, mutations, mend }) => {
        const replica = replicas[Math.min(index, 12)]!()
        const frame = mutate(RECORDED[Math.min(index, 12)]!, mutations, mend)
        if (feed(replica, frame) !== null) refused++
        expectSound(replica.domains)
        expectSound(replica.hosts)
        expect(replica.freshness.length).toBeLessThanOrEqual(MAX_ROWS)
      }),
      { numRuns: 4000 * SOAK, seed: 11 },
    )
    expect(refused).toBeGreaterThan(1000 * SOAK)
  })

  it('[T-F3] [SY41] finds every wrong cell at the next audit at the latest, and recovers', { timeout: 120_000 }, () => {
    let accepted = 0
    fc.assert(
      fc.property(fc.nat({ max: 0xffffff }), fc.nat(7), (place, bit) => {
        const { clock, fleet, hub } = createWorld()
        const client = new MemoryClient(clock)
        client.replica.want(COLUMNS, ['hostCpuPercent'])
        client.connect(hub)
        client.flush()
        for (let row = 0; row < 30; row++) fleet.set('cpuPercent', row, 0x4100 + row)
        fleet.setWord('state', 5, 'paused')
        fleet.rename(7, 'renamed')
        fleet.bury(9)
        fleet.bear(0, 'new')
        fleet.commit()
        const frame = new Uint8Array(client.toClient[0]!)
        frame[place % frame.length]! ^= 1 << bit
        client.toClient[0] = frame
        client.flush()
        if (client.connected) accepted++
        for (let round = 0; round < AUDIT_EVERY + 1; round++) {
          client.connect(hub)
          client.flush()
          fleet.set('wide', 1, round)
          fleet.commit()
        }
        client.connect(hub)
        client.flush()
        expect(tableView(client.replica.domains, COLUMNS, fleet.domains)).toEqual(tableView(fleet.domains, COLUMNS))
      }),
      { numRuns: 400 * SOAK, seed: 12 },
    )
    // Flips in codes and texts cannot be told from other values when they arrive: the audit is what finds them.
    expect(accepted).toBeGreaterThan(50)
  })

  it('[SY51] refuses counts that do not fit before allocating anything', () => {
    const replica = replicaAfter(2)
    const frame = new Uint8Array(16 + 8 + 8)
    const view = new DataView(frame.buffer)
    frame[0] = FrameType.Tick
    view.setUint32(4, replica.offset + 1, true)
    view.setUint32(8, replica.offset, true)
    view.setUint32(12, frame.length, true)
    for (const type of [2, 3, 4, 5, 6, 9, 12, 13]) {
      frame[16] = type
      view.setUint32(20, 8, true)
      view.setUint32(24, 0xffffffff, true)
      view.setUint32(28, 0xffffffff, true)
      expect(feed(replicaAfter(2), frame)).toBe('SYNC_MALFORMED_FRAME')
    }
    expect(feed(replica, new Uint8Array(MAX_FRAME_BYTES + 1))).toBe('SYNC_MALFORMED_FRAME')
  })
})

import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import type { PartialCause } from '../../lib/metrics/partial-cause.ts'
import { STAT_GROUP_COUNT } from '../../lib/metrics/types.ts'
import { encodeMessage } from '../../lib/sync/messages/client-messages.ts'
import { AUDIT_EVERY, MAX_VIEW_ROWS, MessageType } from '../../lib/sync/wire/protocol.ts'
import { ManualClock } from '../testing/manual-clock.ts'
import { tableView } from './testing/compare-tables.ts'
import { MemoryClient, MemoryHub } from './testing/memory-hub.ts'
import { DOMAIN_METRICS, TableFleet } from './testing/table-fleet.ts'

const CLIENTS = 3
const COLUMNS = ['state', 'reason', 'host', ...DOMAIN_METRICS, 'wide', 'noSuchColumn'] as const
const WORDS = ['running', 'paused', 'shutoff', 'crashed', '', 'ünbekannt', 'x'.repeat(1024), `${'y'.repeat(1023)}ü`]
/** More runs for a long soak: DOMSCOPE_SOAK=100 makes it 30,000. */
const SEED = Number(process.env.DOMSCOPE_SEED ?? 20_260_101)
const RUNS = 300 * Number(process.env.DOMSCOPE_SOAK ?? 1)

const natural = fc.nat({ max: 0xffff })
const who = fc.nat({ max: CLIENTS - 1 })
const change = fc.record({ row: natural, column: natural, code: natural })
const commit = {
  kind: fc.constant('commit' as const),
  changes: fc.array(change, { maxLength: 12 }),
  births: fc.nat(4),
  deaths: fc.array(natural, { maxLength: 4 }),
}

/** What a client shows: orders by cells, names and hosts, by what does not exist, filters that match some, none, or do not parse. */
const view = fc.record({
  rows: fc.constantFrom(0, 1, 7, 60, MAX_VIEW_ROWS),
  skip: fc.constantFrom(0, 3, 1000),
  sort: fc.array(
    fc.record({
      column: fc.constantFrom('cpuPercent', 'state', 'name', 'host', 'age', 'none'),
      descending: fc.boolean(),
    }),
    { maxLength: 3 },
  ),
  filter: fc.constantFrom('', '1', 'a', 'nobody', '"'),
})

const command = fc.oneof(
  { weight: 12, arbitrary: fc.record(commit) },
  { weight: 3, arbitrary: fc.record({ ...commit, kind: fc.constant('change' as const) }) },
  { weight: 12, arbitrary: fc.record({ kind: fc.constant('deliver' as const), who, up: fc.nat(3), down: fc.nat(3) }) },
  { weight: 8, arbitrary: fc.record({ kind: fc.constant('flush' as const), who }) },
  { weight: 4, arbitrary: fc.record({ kind: fc.constantFrom('connect' as const, 'lose' as const), who }) },
  {
    weight: 1,
    arbitrary: fc.record({
      kind: fc.constantFrom('dropFrame' as const, 'repeatFrame' as const, 'dropAck' as const),
      who,
    }),
  },
  {
    weight: 4,
    arbitrary: fc.record({ kind: fc.constant('subscribe' as const), who, columns: fc.subarray([...COLUMNS]), view }),
  },
  { weight: 2, arbitrary: fc.record({ kind: fc.constantFrom('pause' as const, 'resume' as const), who }) },
  {
    weight: 1,
    arbitrary: fc.record({ kind: fc.constantFrom('restart' as const, 'newEpoch' as const, 'newColumn' as const) }),
  },
  { weight: 3, arbitrary: fc.record({ kind: fc.constant('wait' as const), ms: fc.nat(8000) }) },
)
type Command = typeof command extends fc.Arbitrary<infer T> ? T : never

/** A fleet, a hub and some clients, all in memory. */
class World {
  readonly clock = new ManualClock()
  readonly clients = Array.from({ length: CLIENTS }, () => new MemoryClient(this.clock))
  fleet: TableFleet
  hub: MemoryHub
  private epochs = 0
  private readonly names: number

  constructor(rows: number, names: number, offset: number) {
    this.names = names
    ;[this.fleet, this.hub] = this.boot(rows, offset)
    for (const [i, { replica }] of this.clients.entries()) {
      replica.want(['state', 'cpuPercent', 'wide'], ['hostCpuPercent'])
      const sort = [{ column: 'cpuPercent', descending: i === 1 }]
      replica.view = () => ({ rows: 10 * i, skip: i, sort, filter: '' })
    }
  }

  boot(rows: number, offset: number): [TableFleet, MemoryHub] {
    const fleet = new TableFleet(this.clock, ++this.epochs)
    fleet.offset = offset
    for (const name of ['a', 'b']) fleet.addHost(name)
    const hub = new MemoryHub(fleet, this.clock)
    for (let i = 0; i < rows; i++) this.bear(fleet, i)
    fleet.commit()
    return [fleet, hub]
  }

  private bear(fleet: TableFleet, salt: number): void {
    const row = fleet.bear(salt % 2, `${salt} ${'n'.repeat(this.names)}`)
    fleet.setWord('host', row, salt % 2 === 0 ? 'a' : 'b')
  }

  change(step: Extract<Command, { kind: 'commit' | 'change' }>): void {
    const { fleet } = this
    for (const index of step.deaths) {
      const rows = fleet.living()
      if (rows.length > 0) fleet.bury(rows[index % rows.length]!)
    }
    for (let i = 0; i < step.births; i++) this.bear(fleet, fleet.offset + i)
    const rows = fleet.living()
    for (const { row, column, code } of rows.length === 0 ? [] : step.changes) {
      this.changeCell(rows[row % rows.length]!, column, code)
    }
    if (step.kind === 'commit') fleet.commit()
  }

  private changeCell(row: number, column: number, code: number): void {
    const { fleet } = this
    const id = COLUMNS[column % COLUMNS.length]!
    if (id === 'noSuchColumn') {
      if (code % 3 === 0) fleet.rename(row, `renamed ${code}`)
      else if (code % 3 === 1) fleet.sample(code % 2)
      else if (fleet.exceptions.delete(row) === false) fleet.exceptions.set(row, this.exception(code))
    } else if (id === 'state' || id === 'reason' || id === 'host') fleet.setWord(id, row, WORDS[code % WORDS.length]!)
    else fleet.set(id, row, id === 'wide' ? code * 65_537 : code)
  }

  /** A partial row, or one that is only younger or older than its host says. */
  private exception(code: number) {
    const own = (group: number) => [Number.NaN, Number.NEGATIVE_INFINITY, this.clock.now() - code][(code >> group) % 3]!
    const sampledAt = Float64Array.from({ length: STAT_GROUP_COUNT }, (_, group) => own(group))
    sampledAt[1] = this.clock.now()
    return { groups: code & 31, cause: (code % 6) as PartialCause, sampledAt }
  }

  run(step: Command): void {
    switch (step.kind) {
      case 'commit':
      case 'change':
        this.change(step)
        break
      case 'wait':
        this.wait(step.ms)
        break
      case 'restart':
        for (const client of this.clients) client.disconnect()
        ;[this.fleet, this.hub] = this.boot(3, 0)
        break
      case 'newEpoch':
        this.fleet.beginEpoch(++this.epochs)
        this.fleet.commit()
        break
      case 'newColumn':
        if (this.fleet.domains.column('noSuchColumn') === null) this.fleet.domains.addColumn('noSuchColumn', 'ufloat16')
        break
      default:
        this.runClient(this.clients[step.who]!, step)
    }
  }

  /** Some frame was lost or repeated, which TCP never does. */
  private faulty = false

  private runClient(client: MemoryClient, step: Extract<Command, { who: number }>): void {
    switch (step.kind) {
      case 'deliver':
        client.deliver(step.up)
        client.receive(step.down)
        break
      case 'flush':
        client.flush()
        break
      case 'connect':
        client.connect(this.hub)
        break
      case 'lose':
        client.disconnect()
        break
      case 'dropFrame':
        this.faulty = true
        client.toClient.shift()
        break
      case 'repeatFrame':
        this.faulty = true
        if (client.toClient[0] !== undefined) client.toClient.unshift(client.toClient[0])
        break
      case 'dropAck':
        if (client.toServer[0]?.[0] === MessageType.Ack) client.toServer.shift()
        break
      case 'subscribe':
        client.replica.view = () => step.view
        if (client.replica.want(step.columns, ['hostCpuPercent'])) client.send(client.replica.subscribeMessage())
        break
      case 'pause':
        client.send(encodeMessage({ type: MessageType.Pause }))
        break
      case 'resume':
        client.send(encodeMessage({ type: MessageType.Resume }))
        break
    }
  }

  private wait(ms: number): void {
    this.clock.advance(ms)
    for (const client of this.clients) client.checkTime()
  }

  /** No more faults: every client comes back, catches up, and lives through an audit. */
  quiesce(): void {
    for (const client of this.clients) client.send(encodeMessage({ type: MessageType.Resume }))
    for (let round = 0; round < 6; round++) {
      for (const client of this.clients) client.connect(this.hub)
      for (const client of this.clients) client.flush()
      // Long enough for a lost acknowledgement to be given up.
      this.wait(31_000)
      this.fleet.commit()
    }
    for (const client of this.clients) client.connect(this.hub)
    // Ages are of the moment a frame was made: only samples that did not wait in a queue compare exactly.
    for (const host of [0, 1]) this.fleet.sample(host)
    do {
      for (const client of this.clients) client.flush()
      this.fleet.commit()
    } while (this.fleet.offset % AUDIT_EVERY !== 0)
    for (const client of this.clients) client.flush()
  }

  expectEqual(): void {
    const { fleet } = this
    expect(this.hub.failures).toEqual([])
    for (const { replica, errors, connected } of this.clients) {
      const columns = replica.domains.columns.map((column) => column.id).filter((id) => fleet.domains.column(id))
      const wanted = columns.filter((id) => this.isWanted(replica, id))
      expect(connected).toBe(true)
      expect(replica.auditMismatches).toBe(0)
      // A lost or repeated frame shows as a gap, and as nothing else; without one there is no gap.
      expect(errors.filter((error) => !error.startsWith('SYNC_GAP') || !this.faulty)).toEqual([])
      expect([replica.ready, replica.offset]).toEqual([true, fleet.offset])
      expect(tableView(replica.domains, wanted, fleet.domains)).toEqual(tableView(fleet.domains, wanted))
      expect(tableView(replica.hosts, ['hostCpuPercent'], fleet.hosts)).toEqual(
        tableView(fleet.hosts, ['hostCpuPercent']),
      )
      expect(replica.domains.aliveCount).toBe(fleet.domains.aliveCount)
      this.expectFresh(replica)
    }
  }

  private isWanted(replica: MemoryClient['replica'], id: string): boolean {
    const column = replica.domains.column(id)!
    return fleetNumberIsHeld(replica, this.fleet.domains.column(id)!.number, column.number)
  }

  private expectFresh(replica: MemoryClient['replica']): void {
    const exceptions = [...this.fleet.exceptions].sort((a, b) => a[0] - b[0])
    expect([...replica.exceptions.keys()].sort((a, b) => a - b)).toEqual(exceptions.map(([row]) => row))
    for (const [row, { groups, cause, sampledAt }] of exceptions) {
      const copy = replica.exceptions.get(row)!
      expect([copy.partialGroups, copy.cause]).toEqual([groups, cause])
      // A frame that was under way for long makes a row seem younger by that time.
      for (const [group, at] of sampledAt.entries()) {
        if (!Number.isFinite(at)) {
          expect(copy.sampledAt[group]).toBe(at)
          continue
        }
        const [moment, age] = [copy.sampledAt[group]!, this.clock.now() - at]
        expect(moment).toBeGreaterThanOrEqual(at - 3 - age / 1000)
        expect(moment).toBeLessThanOrEqual(this.clock.now())
      }
    }
    this.fleet.samples.forEach(({ state, sampledAt }, row) => {
      const copy = replica.freshness[row]!
      expect(copy.state).toBe(state)
      sampledAt.forEach((at, reading) => {
        const age = this.clock.now() - at
        if (Number.isNaN(at)) expect(copy.sampledAt[reading]).toBeNaN()
        else expect(Math.abs(copy.sampledAt[reading]! - at)).toBeLessThanOrEqual(3 + age / 1000)
      })
    })
  }
}

function fleetNumberIsHeld(replica: MemoryClient['replica'], wire: number, local: number): boolean {
  return replica.heldDomainColumn(wire)?.number === local
}

describe('the sync protocol', () => {
  it(`[T-M1] leaves every client with the server's tables after any history (${RUNS} runs)`, {
    timeout: 600_000,
  }, () => {
    const start = fc.record({
      rows: fc.constantFrom(0, 1, 40, 400),
      names: fc.constantFrom(3, 900),
      offset: fc.constantFrom(0, 40, 57),
    })
    fc.assert(
      fc.property(start, fc.array(command, { minLength: 20, maxLength: 50 }), ({ rows, names, offset }, commands) => {
        const world = new World(rows, names, offset)
        for (const step of commands) world.run(step)
        world.quiesce()
        world.expectEqual()
      }),
      { numRuns: RUNS, seed: SEED },
    )
  })
})

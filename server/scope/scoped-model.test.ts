import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { COUNTED_ON } from '../../lib/query/counted-rows.ts'
import type { ScopeRule } from '../auth/access.ts'
import { EventLog } from '../fleet/events/event-log.ts'
import { tableView } from '../hub/testing/compare-tables.ts'
import { MemoryClient, MemoryHub } from '../hub/testing/memory-hub.ts'
import { ManualClock } from '../testing/manual-clock.ts'
import type { FleetView } from './fleet-view.ts'
import { ScopeMatcher } from './scope-matcher.ts'
import { ScopeRegistry } from './scope-registry.ts'
import { noHistory, noSamples } from './testing/nothing.ts'
import { ScopeFleet } from './testing/scope-fleet.ts'

const SEED = Number(process.env.DOMSCOPE_SEED ?? 20_260_101)
/** More runs for a long soak: DOMSCOPE_SOAK=100. */
const RUNS = 100 * Number(process.env.DOMSCOPE_SOAK ?? 1)

const HOSTS = ['kvm-1', 'kvm-2', 'db-1'] as const
const PROJECTS = [null, 'acme', 'beta', 'ACME-2'] as const
const NAMES = ['web', 'db', 'web-2', 'x'] as const
const none: ScopeRule = { hosts: [], labels: [], projects: [], names: [] }
const SCOPES: readonly (readonly ScopeRule[])[] = [
  [{ ...none, projects: ['acme*'] }],
  [{ ...none, hosts: ['kvm-1'] }],
  [{ ...none, names: ['web*'], labels: ['rack=r?'] }],
  [
    { ...none, hosts: ['db-*'] },
    { ...none, hosts: ['kvm-2'], projects: ['beta'], names: ['db'] },
  ],
  [],
]
const LABELS = new Map([
  ['kvm-1', { rack: 'r1' }],
  ['db-1', { rack: 'x9' }],
])

const nat = fc.nat({ max: 0xffff })
const step = fc.oneof(
  { weight: 5, arbitrary: fc.record({ kind: fc.constant('birth' as const), host: nat, name: nat, project: nat }) },
  { weight: 3, arbitrary: fc.record({ kind: fc.constant('death' as const), row: nat }) },
  { weight: 3, arbitrary: fc.record({ kind: fc.constant('rename' as const), row: nat, name: nat }) },
  { weight: 3, arbitrary: fc.record({ kind: fc.constant('project' as const), row: nat, project: nat }) },
  { weight: 6, arbitrary: fc.record({ kind: fc.constant('cell' as const), row: nat, code: nat }) },
  { weight: 2, arbitrary: fc.record({ kind: fc.constant('counted' as const), row: nat, host: nat }) },
  { weight: 2, arbitrary: fc.record({ kind: fc.constant('sample' as const), host: nat }) },
  { weight: 12, arbitrary: fc.record({ kind: fc.constant('commit' as const), ms: fc.constantFrom(0, 100, 1000) }) },
  { weight: 1, arbitrary: fc.record({ kind: fc.constant('epoch' as const) }) },
  { weight: 6, arbitrary: fc.record({ kind: fc.constant('flush' as const), who: nat }) },
  { weight: 1, arbitrary: fc.record({ kind: fc.constantFrom('connect' as const, 'lose' as const), who: nat }) },
  { weight: 1, arbitrary: fc.record({ kind: fc.constant('raw' as const) }) },
)
type Step = typeof step extends fc.Arbitrary<infer T> ? T : never

const pick = <T>(list: readonly T[], at: number): T => list[at % list.length]!

/** A fleet, a view for each scope, and a client that follows it. */
class World {
  readonly clock = new ManualClock()
  readonly fleet = new ScopeFleet(this.clock, 1)
  readonly registry: ScopeRegistry
  readonly seats: { readonly view: FleetView; readonly hub: MemoryHub; readonly client: MemoryClient }[]
  /** By scope: every word of names, projects and hosts that it ever admitted. */
  readonly admitted = SCOPES.map(() => new Set<string>())
  private epochs = 1

  constructor() {
    const { fleet, clock } = this
    for (const name of HOSTS) fleet.addHost(name)
    fleet.commit()
    const whole = { fleet, samples: noSamples, history: noHistory, events: new EventLog(clock), labels: LABELS }
    this.registry = new ScopeRegistry(whole, clock)
    this.seats = SCOPES.map((scope) => {
      const { view } = this.registry.hold(scope)
      const client = new MemoryClient(clock)
      client.replica.want(
        view.fleet.domains.columns.map(({ id }) => id),
        ['countedAs', 'hostCoresUsedByGuests'],
      )
      const hub = new MemoryHub(view.fleet, clock)
      client.connect(hub)
      return { view, hub, client }
    })
    this.check()
  }

  run(one: Step): void {
    const { fleet } = this
    const rows = fleet.living()
    if ('row' in one) {
      if (rows.length > 0) this.change(one, pick(rows, one.row))
      return
    }
    switch (one.kind) {
      case 'birth':
        this.bear(one.host % HOSTS.length, pick(NAMES, one.name), pick(PROJECTS, one.project))
        break
      case 'sample':
        fleet.sample(one.host % HOSTS.length)
        break
      case 'epoch':
        fleet.beginEpoch(++this.epochs)
        this.commit(10)
        break
      case 'commit':
        this.commit(one.ms)
        break
      case 'raw':
        if (fleet.domains.column('late') === null) fleet.domains.addColumn('late', 'dict16')
        break
      case 'flush':
        pick(this.seats, one.who).client.flush()
        break
      case 'connect':
        pick(this.seats, one.who).client.connect(pick(this.seats, one.who).hub)
        break
      case 'lose':
        pick(this.seats, one.who).client.disconnect()
    }
  }

  private change(one: Extract<Step, { row: number }>, row: number): void {
    const { fleet } = this
    if (one.kind === 'death') fleet.bury(row)
    else if (one.kind === 'rename') fleet.rename(row, pick(NAMES, one.name))
    else if (one.kind === 'counted') this.setWord(COUNTED_ON, row, pick([null, ...HOSTS], one.host))
    else if (one.kind === 'project') this.setWord('project', row, pick(PROJECTS, one.project))
    else if (one.kind === 'cell') {
      const { id, encoding } = pick(fleet.domains.columns, one.code)
      if (encoding !== 'dict16') fleet.set(id, row, one.code)
      else if (id !== 'project' && id !== COUNTED_ON && id !== 'host') fleet.setWord(id, row, `word ${one.code % 7}`)
    }
  }

  private bear(host: number, name: string, project: string | null): void {
    const row = this.fleet.bear(host, name)
    this.fleet.setWord('host', row, HOSTS[host]!)
    this.setWord('project', row, project)
  }

  private setWord(id: string, row: number, word: string | null): void {
    if (word === null) this.fleet.set(id, row, 0xffff)
    else this.fleet.setWord(id, row, word)
  }

  commit(ms: number): void {
    this.clock.advance(ms)
    this.fleet.commit()
    this.check()
  }

  /** Every view holds what its rules admit of the fleet, and nothing that it never admitted. */
  check(): void {
    const all = [...ScopeFleet.plain(this.fleet).values()]
    for (const [i, scope] of SCOPES.entries()) {
      const matcher = new ScopeMatcher(scope, LABELS)
      const mine = all.filter(({ host, name, project }) => matcher.host(host).admits(name, project))
      const hosts = HOSTS.filter((host) => matcher.host(host).whole || mine.some((one) => one.host === host))
      const { fleet } = this.seats[i]!.view
      const told = (word: string | number | null | undefined) => (hosts.some((host) => host === word) ? word! : null)
      const expected = mine.map((one) => ({
        ...one,
        cells: { ...one.cells, [COUNTED_ON]: told(one.cells[COUNTED_ON]) },
      }))
      const byKey = (a: { uuid: string }, b: { uuid: string }) => (a.uuid < b.uuid ? -1 : 1)
      expect([...ScopeFleet.plain(fleet).values()].sort(byKey)).toEqual(expected.sort(byKey))
      expect(livingNames(fleet.hosts).sort()).toEqual([...hosts].sort())
      for (const { host, name, project } of mine) for (const w of [host, name, project]) if (w) this.admitted[i]!.add(w)
      for (const host of hosts) this.admitted[i]!.add(host)
      this.expectNoStranger(i)
      this.expectReachable(fleet, all, new Set(mine.map(({ uuid }) => uuid)))
    }
  }

  private expectNoStranger(i: number): void {
    const { domains, hosts } = this.seats[i]!.view.fleet
    const words = [domains, hosts].flatMap((table) => [
      ...[...table.dictionaries.values()].flatMap((dictionary) => dictionary.words),
      ...table.texts.flatMap(({ values }) => values),
    ])
    const strangers = [...HOSTS, ...PROJECTS, ...NAMES].filter((word) => word !== null && !this.admitted[i]!.has(word))
    expect(words.filter((word) => strangers.some((one) => one === word))).toEqual([])
  }

  private expectReachable(
    fleet: FleetView['fleet'],
    all: readonly { uuid: string; name: string }[],
    mine: Set<string>,
  ) {
    for (const { uuid, name } of all) {
      const rows = fleet.rowsOf(uuid)
      expect(rows.length).toBe(mine.has(uuid) ? 1 : 0)
      for (const row of rows) expect(fleet.identity(row)).toMatchObject({ row, uuid, name })
    }
  }

  /** Every client catches up, and then holds exactly its view. */
  quiesce(): void {
    for (const { client, hub } of this.seats) client.connect(hub)
    for (let i = 0; i < 70; i++) {
      for (const { client } of this.seats) client.flush()
      this.commit(1000)
    }
    for (const { client, hub, view } of this.seats) {
      client.flush()
      const { replica, errors } = client
      expect([hub.failures, errors, replica.auditMismatches, replica.ready]).toEqual([[], [], 0, true])
      const columns = replica.domains.columns.map(({ id }) => id)
      expect(tableView(replica.domains, columns, view.fleet.domains)).toEqual(tableView(view.fleet.domains, columns))
      const figures = ['countedAs', 'hostCoresUsedByGuests']
      expect(tableView(replica.hosts, figures, view.fleet.hosts)).toEqual(tableView(view.fleet.hosts, figures))
    }
  }
}

function livingNames(hosts: FleetView['fleet']['hosts']): string[] {
  const rows = Array.from({ length: hosts.rowLimit }, (_, row) => row).filter((row) => hosts.isAlive(row))
  return rows.map((row) => hosts.text('name')!.get(row))
}

describe('the tables of a scope', () => {
  it(`are what the rules admit of the fleet after any history, cell by cell (${RUNS} runs, seed ${SEED})`, {
    timeout: 600_000,
  }, () => {
    fc.assert(
      fc.property(fc.array(step, { maxLength: 120, size: 'max' }), (steps) => {
        const world = new World()
        for (const one of steps) world.run(one)
        world.quiesce()
      }),
      { seed: SEED, numRuns: RUNS },
    )
  })
})

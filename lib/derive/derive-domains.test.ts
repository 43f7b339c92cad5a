import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { NO_CHILD } from '../columns/child-table.ts'
import { type DerivedColumn, RESET_VALUE } from '../columns/derived-column.ts'
import { DomainTable } from '../columns/domain-table.ts'
import { CHILD_METRICS } from '../metrics/child-metrics.ts'
import { groupBit, StatGroup } from '../metrics/types.ts'
import { ChildRates, childrenOf } from './derive-children.ts'
import { deriveDomains } from './derive-domains.ts'
import type { DerivedDomains } from './derived-domains.ts'
import { createDerived } from './derived-domains.ts'
import type { DiskCap } from './row-caps.ts'
import { naiveChild } from './testing/naive-children.ts'
import { NaiveDomain } from './testing/naive-model.ts'
import type { Outcome } from './testing/outcome.ts'
import { known, RESET, UNKNOWN } from './testing/outcome.ts'
import type { GroupRecord } from './testing/records.ts'
import { feedProcess, feedRecord } from './testing/table-feeder.ts'
import { GuestWorld } from './testing/world.ts'

const { State, Cpu, Balloon, Vcpu, Interface, Block } = StatGroup
const FAST = [State, Interface]
const MONITOR = [Cpu, Balloon, Vcpu, Block]
const ROSTER = [State]
const ROWS = 3
/** Row numbers that do not follow each other and lie in different words of the bitmaps. */
const ROW_NUMBERS = [70, 2, 33]
const HOST_CPUS = 64
const CHILD_ENTITY = new Map<StatGroup, 'vcpu' | 'disk' | 'nic'>([
  [Vcpu, 'vcpu'],
  [Block, 'disk'],
  [Interface, 'nic'],
])
const GAP = new Float64Array([5000, 10_000, 10_000, 10_000, 5000, 10_000])

const entity = fc.constantFrom('vcpu' as const, 'disk' as const, 'nic' as const)
const guest = fc.nat({ max: ROWS - 1 })
const limit = fc.oneof(fc.constant(0), fc.double({ min: 0.1, max: 1e6, noNaN: true }))
const limitsOf = fc.record({
  vcpuCores: limit,
  processCores: limit,
  disks: fc.subarray<DiskCap>(
    [
      { disks: ['0', '2'], limits: [0, 1e6, 0, 500, 0, 0] },
      { disks: ['1'], limits: [1e9, 0, 3, 0, 7, 20] },
    ],
    { minLength: 0 },
  ),
})
const poll = fc.record({
  op: fc.constant('poll' as const),
  groups: fc.oneof<fc.MaybeWeightedArbitrary<readonly StatGroup[]>[]>(
    { weight: 6, arbitrary: fc.constant(FAST) },
    { weight: 8, arbitrary: fc.constant(MONITOR) },
    { weight: 1, arbitrary: fc.constant(ROSTER) },
    { weight: 2, arbitrary: fc.subarray(MONITOR, { minLength: 1 }) },
  ),
  elapsed: fc.oneof(
    { weight: 12, arbitrary: fc.integer({ min: 300, max: 2500 }) },
    { weight: 1, arbitrary: fc.integer({ min: 4000, max: 16_000 }) },
  ),
  /** How far sample times may be off, ms: mostly about nothing. */
  doubt: fc.oneof(
    { weight: 8, arbitrary: fc.constant(0) },
    { weight: 4, arbitrary: fc.integer({ min: 0, max: 300 }) },
    { weight: 2, arbitrary: fc.integer({ min: 100, max: 3000 }) },
  ),
  jumped: fc.integer({ min: 0, max: 25 }).map((n) => n === 0),
  /** By row: 0 is not in the reply, 1 is partial, more is complete. */
  fate: fc.array(fc.nat({ max: 15 }), { minLength: ROWS, maxLength: ROWS }),
  partialGroups: fc.nat({ max: 63 }),
})
const step = fc.oneof(
  { weight: 20, arbitrary: poll },
  { weight: 2, arbitrary: fc.record({ op: fc.constantFrom('plug', 'unplug', 'replug', 'shuffle'), guest, entity }) },
  { weight: 1, arbitrary: fc.record({ op: fc.constant('counterReset' as const), guest }) },
  {
    weight: 5,
    arbitrary: fc.record({ op: fc.constant('renew' as const), guest, seconds: fc.integer({ min: -1, max: 12 }) }),
  },
  { weight: 1, arbitrary: fc.record({ op: fc.constant('renew' as const), guest, seconds: fc.constant(400) }) },
  { weight: 2, arbitrary: fc.record({ op: fc.constant('freeze' as const), guest }) },
  { weight: 1, arbitrary: fc.record({ op: fc.constant('limit' as const), guest, limits: limitsOf }) },
  { weight: 1, arbitrary: fc.record({ op: fc.constantFrom('restart', 'stop', 'shutOff', 'running', 'reuse'), guest }) },
)
type Step = typeof step extends fc.Arbitrary<infer T> ? T : never

/** The fast code and the model, side by side. */
class Bench {
  readonly table = new DomainTable()
  readonly out: DerivedDomains = createDerived()
  readonly worlds: GuestWorld[]
  readonly models = ROW_NUMBERS.map(() => new NaiveDomain())
  readonly children = new ChildRates(this.table, this.out)
  private now = 1000
  private nextId = 1
  private readonly compared = new Map<string, number>()

  constructor(seed: number) {
    this.table.grow(100)
    this.out.grow(this.table.capacity)
    this.worlds = ROW_NUMBERS.map((row) => new GuestWorld(seed + row))
    this.models.forEach((_, i) => void this.process(i, this.nextId++))
  }

  run(action: Step): void {
    if (action.op === 'poll') this.poll(action)
    else if ('entity' in action) this.worlds[action.guest]![action.op](action.entity)
    else if (action.op === 'freeze') this.worlds[action.guest]!.frozen = !this.worlds[action.guest]!.frozen
    else if (action.op === 'limit') {
      this.out.caps.set(ROW_NUMBERS[action.guest]!, action.limits)
      this.models[action.guest]!.limits = action.limits
    } else if ('seconds' in action) this.worlds[action.guest]!.renew(action.seconds)
    else if (action.op === 'counterReset') this.worlds[action.guest]!.resetDomainCounter()
    else if (action.op === 'reuse') this.reuse(action.guest)
    else this.lifecycle(action.op, action.guest)
  }

  /** Another domain gets the row. */
  private reuse(i: number): void {
    this.table.clearProcess(ROW_NUMBERS[i]!)
    this.out.clear(ROW_NUMBERS[i]!)
    this.models[i] = new NaiveDomain()
    this.process(i, this.nextId++)
  }

  private lifecycle(op: 'restart' | 'stop' | 'shutOff' | 'running', i: number): void {
    const world = this.worlds[i]!
    world.state = op === 'stop' || op === 'shutOff' ? 5 : 1
    if (op === 'restart' || op === 'stop') this.process(i, op === 'stop' ? -1 : this.nextId++)
    if (op === 'restart') world.restart()
  }

  private process(i: number, id: number): void {
    feedProcess(this.table, ROW_NUMBERS[i]!, id)
    this.models[i]!.process(id)
  }

  private poll(action: Extract<Step, { op: 'poll' }>): void {
    this.now += action.elapsed
    const rows: number[] = []
    const mask = action.groups.reduce<number>((bits, group) => bits | groupBit(group), 0)
    const records = this.worlds.map((world, i): GroupRecord[] | null => {
      world.advance(action.elapsed)
      const fate = action.fate[i]!
      if (fate === 0) return null
      return action.groups.map((group) => {
        const partial = fate === 1 && group !== State && (action.partialGroups & groupBit(group)) !== 0
        return world.record(group, { at: this.now - 20 + i, doubtMs: action.doubt, jumped: action.jumped }, !partial)
      })
    })
    const context = { now: this.now, hostCpus: HOST_CPUS, maxGapMs: GAP }
    records.forEach((list, i) => {
      if (list === null) return
      rows.push(ROW_NUMBERS[i]!)
      for (const record of list) feedRecord(this.table, ROW_NUMBERS[i]!, record, GAP[record.group]!)
      this.models[i]!.commit(list, action.groups, { ...context, maxGapMs: (group) => GAP[group]! })
    })
    deriveDomains(this.table, Int32Array.from(rows), rows.length, mask, context, this.out)
    records.forEach((list, i) => {
      if (list === null) return
      this.compare(i)
      for (const group of this.models[i]!.ended) this.compareChildren(i, group)
    })
  }

  private compareChildren(i: number, group: StatGroup): void {
    const entity = CHILD_ENTITY.get(group)
    if (entity === undefined) return
    const { first, next, names } = childrenOf(this.table, entity)
    const metrics = CHILD_METRICS[entity]
    const into = new Float64Array(metrics.length + 2)
    for (let slot = first[ROW_NUMBERS[i]!]!; slot !== NO_CHILD; slot = next[slot]!) {
      this.children.read(entity, slot, into.fill(7), 1)
      expect([into[0], into.at(-1)]).toEqual([7, 7])
      const expected = naiveChild(entity, names[slot]!, this.models[i]!.intervals.get(group))
      const actual = metrics.map((_, k) => outcomeOfNumber(into[k + 1]!))
      for (const [k, outcome] of expected.entries()) {
        const key = `${entity} ${metrics[k]!.id} ${outcome.kind}`
        this.compared.set(key, (this.compared.get(key) ?? 0) + 1)
        if (!isClose(actual[k]!, outcome)) expect({ [key]: actual[k] }).toEqual({ [key]: outcome })
      }
    }
  }

  private compare(i: number): void {
    const row = ROW_NUMBERS[i]!
    const model = this.models[i]!
    const wrong: string[] = []
    const check = (id: string, column: DerivedColumn, expected: Outcome) => {
      const key = `${id} ${expected.kind}`
      this.compared.set(key, (this.compared.get(key) ?? 0) + 1)
      const actual = outcomeOf(column, row)
      if (!isClose(actual, expected)) wrong.push(`${id}: ${JSON.stringify(actual)}, not ${JSON.stringify(expected)}`)
    }
    for (const id of this.out.ids) check(id, this.out.columns[id], model.value(id))
    check('waitingCores', this.out.waitingCores, model.waitingCores)
    if (this.out.stall.justEnded.get(row) !== model.stallJustEnded) wrong.push('stallJustEnded')
    if (model.value('ioStoppedSeconds').kind === 'known' && this.out.columns.ioStoppedSeconds.values[row]! > 0)
      this.compared.set('stalls', (this.compared.get('stalls') ?? 0) + 1)
    if (this.out.memoryIncludesCache.get(row) !== model.memoryIncludesCache) wrong.push('memoryIncludesCache')
    expect(wrong).toEqual([])
  }

  /** How often each (metric, outcome) was compared: shows that the histories reach what they are meant to. */
  addTo(totals: Map<string, number>): void {
    for (const [key, count] of this.compared) totals.set(key, (totals.get(key) ?? 0) + count)
  }
}

function outcomeOf(column: DerivedColumn, row: number): Outcome {
  const value = column.get(row)
  return value !== null ? known(value) : column.reset.get(row) ? RESET : UNKNOWN
}

function outcomeOfNumber(value: number): Outcome {
  return value === RESET_VALUE ? RESET : Number.isNaN(value) ? UNKNOWN : known(value)
}

function isClose(actual: Outcome, expected: Outcome): boolean {
  if (actual.kind !== 'known' || expected.kind !== 'known') return actual.kind === expected.kind
  return Math.abs(actual.value - expected.value) <= 1e-9 * Math.max(1e-3, Math.abs(expected.value))
}

describe('deriveDomains', () => {
  for (const seed of [1, 20_260, 4_711_011]) {
    it(`agrees with the big-integer model over random histories, seed ${seed} [RA1-RA49, RA51, RA61-RA68]`, () => {
      const totals = new Map<string, number>()
      fc.assert(
        fc.property(fc.nat(), fc.array(step, { minLength: 20, maxLength: 60 }), (worldSeed, steps) => {
          const bench = new Bench(worldSeed)
          for (const action of steps) bench.run(action)
          bench.addTo(totals)
        }),
        { seed, numRuns: 200 },
      )
      for (const id of createDerived().ids) {
        expect(totals.get(`${id} known`) ?? 0, `${id} known`).toBeGreaterThan(20)
        expect(totals.get(`${id} unknown`) ?? 0, `${id} unknown`).toBeGreaterThan(20)
      }
      expect(totals.get('stalls') ?? 0).toBeGreaterThan(20)
      for (const [entity, metrics] of Object.entries(CHILD_METRICS)) {
        for (const { id } of metrics) {
          for (const kind of ['known', 'unknown', 'reset']) {
            expect(totals.get(`${entity} ${id} ${kind}`) ?? 0, `${entity} ${id} ${kind}`).toBeGreaterThan(20)
          }
        }
      }
      for (const column of ['coresUsed', 'cpuPercent', 'overheadCores', 'swapInKiBps', 'diskLatencyNs', 'netRxBps']) {
        expect(totals.get(`${column} reset`) ?? 0, `${column} reset`).toBeGreaterThan(20)
      }
    }, 120_000)
  }
})

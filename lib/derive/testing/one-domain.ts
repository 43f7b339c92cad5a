import { DomainTable } from '../../columns/domain-table.ts'
import { groupBit, STAT_GROUP_COUNT, StatGroup } from '../../metrics/types.ts'
import { deriveDomains } from '../derive-domains.ts'
import type { DerivedDomainId } from '../derived-domains.ts'
import { createDerived } from '../derived-domains.ts'
import type { ChildRecord, GroupRecord } from './records.ts'
import { feedProcess, feedRecord } from './table-feeder.ts'

type Fields = Partial<Omit<GroupRecord, 'group' | 'at'>>

/** A table with one running domain, for tests with numbers in them. */
export class OneDomain {
  readonly table = new DomainTable()
  readonly out = createDerived()
  readonly row = 5
  hostCpus = 64
  maxGapMs = 5000

  constructor() {
    this.table.grow(8)
    this.out.grow(this.table.capacity)
    this.table.domainId[this.row] = 1
  }

  process(id: number): void {
    feedProcess(this.table, this.row, id)
  }

  /** Feeds records without deriving. */
  feed(at: number, ...records: readonly (readonly [StatGroup, Fields])[]): void {
    for (const [group, fields] of records) {
      const plain = { complete: true, doubtMs: 0, jumped: false, gauges: {}, counters: {}, children: [] }
      feedRecord(this.table, this.row, { ...plain, ...fields, group, at }, this.maxGapMs)
    }
  }

  /** One reply at `at` ms: feeds the records and derives their groups. */
  poll(at: number, ...records: readonly (readonly [StatGroup, Fields])[]): void {
    this.feed(at, ...records)
    this.derive(
      at,
      records.reduce((mask, [group]) => mask | groupBit(group), 0),
    )
  }

  derive(now: number, groups: number): void {
    const maxGapMs = new Float64Array(STAT_GROUP_COUNT).fill(this.maxGapMs)
    deriveDomains(this.table, Int32Array.of(this.row), 1, groups, { now, hostCpus: this.hostCpus, maxGapMs }, this.out)
  }

  /** What a metric reads: a number, `unknown` or `reset`. */
  read(id: DerivedDomainId): number | 'unknown' | 'reset' {
    const column = this.out.columns[id]
    return column.get(this.row) ?? (column.reset.get(this.row) ? 'reset' : 'unknown')
  }
}

/** A CPU record with `cpu.time` in ns. */
export function cpu(time: bigint): readonly [StatGroup, Fields] {
  return [StatGroup.Cpu, { counters: { 'cpu.time': time } }]
}

/** A vCPU record: time and delay in ns by vCPU id. */
export function vcpus(byId: Readonly<Record<string, readonly [bigint, bigint]>>): readonly [StatGroup, Fields] {
  const children = Object.entries(byId).map(([identity, [time, delay]]) => ({
    identity,
    ordinal: Number(identity),
    gauges: { 'vcpu.*.state': 1 },
    counters: { 'vcpu.*.time': time, 'vcpu.*.delay': delay },
  }))
  return [StatGroup.Vcpu, { gauges: { 'vcpu.current': children.length }, children }]
}

export interface DiskCounts {
  readonly rd?: readonly [reqs: bigint, bytes: bigint, times: bigint]
  readonly wr?: readonly [reqs: bigint, bytes: bigint, times: bigint]
  readonly fl?: readonly [reqs: bigint, times: bigint]
}

/** A block record; disks in the order given. */
export function disks(...list: readonly (readonly [string, DiskCounts])[]): readonly [StatGroup, Fields] {
  const children = list.map(([identity, { rd, wr, fl }], ordinal): ChildRecord => {
    const counters: Record<string, bigint> = {}
    if (rd !== undefined) put(counters, 'block.*.rd', ['reqs', 'bytes', 'times'], rd)
    if (wr !== undefined) put(counters, 'block.*.wr', ['reqs', 'bytes', 'times'], wr)
    if (fl !== undefined) put(counters, 'block.*.fl', ['reqs', 'times'], fl)
    return { identity, ordinal, gauges: {}, counters }
  })
  return [StatGroup.Block, { gauges: { 'block.count': children.length }, children }]
}

function put(
  counters: Record<string, bigint>,
  prefix: string,
  leaves: readonly string[],
  values: readonly bigint[],
): void {
  leaves.forEach((leaf, i) => {
    counters[`${prefix}.${leaf}`] = values[i]!
  })
}

/** A balloon record: gauges, then the guest's counters. */
export function balloon(
  gauges: Readonly<Record<string, number>>,
  counters: Readonly<Record<string, bigint>> = {},
): readonly [StatGroup, Fields] {
  return [StatGroup.Balloon, { gauges, counters }]
}

import type { DomainTable } from '../columns/domain-table.ts'
import { groupBit, StatGroup } from '../metrics/types.ts'
import { deriveMemory } from './derive-balloon.ts'
import { deriveBlock } from './derive-block.ts'
import { deriveCpuCap } from './derive-caps.ts'
import { deriveCpu } from './derive-cpu.ts'
import { deriveGuest } from './derive-guest.ts'
import { deriveNet } from './derive-net.ts'
import { deriveOneThread } from './derive-one-thread.ts'
import { deriveOverhead } from './derive-overhead.ts'
import { forgetPaused } from './derive-stall.ts'
import { settleRows } from './derive-state.ts'
import { deriveVcpu } from './derive-vcpu.ts'
import type { DerivedDomains } from './derived-domains.ts'

/** What the formulas need beyond the table. All rows of one derivation belong to the same host. */
export interface DeriveContext {
  /** Monotonic ms, of the same clock as the sample times. */
  readonly now: number
  /** Online CPUs of the host; 0 when they are not known. */
  readonly hostCpus: number
  /** By stat group, in ms: five times the interval that the group keeps on this host. A longer interval is a gap. */
  readonly maxGapMs: Float64Array
}

/**
 * Computes the derived metrics of `rows[0..count)` from the wire columns, in place.
 *
 * @remarks To be called once after each ingested reply, with all rows that the reply named or that it shows to be
 * inactive. A row of these without a new sample in a group (its record was partial) keeps the rates of that group.
 * Consumes `RowFlag.Restarted`. Nothing is allocated per row.
 * @param groups - Mask of stat group bits whose samples may be new.
 * @see docs/spec/rates.md
 */
export function deriveDomains(
  table: DomainTable,
  rows: Int32Array,
  count: number,
  groups: number,
  context: DeriveContext,
  out: DerivedDomains,
): void {
  const { maxGapMs } = context
  const has = (group: StatGroup) => (groups & groupBit(group)) !== 0
  out.scratch.growRows(count)
  settleRows(table, rows, count, out)
  if (has(StatGroup.Cpu)) deriveCpu(table, rows, count, maxGapMs[StatGroup.Cpu]!, context.hostCpus, out)
  if (has(StatGroup.Vcpu)) deriveVcpu(table, rows, count, maxGapMs[StatGroup.Vcpu]!, out)
  if (has(StatGroup.State)) forgetPaused(table, rows, count, out)
  if (has(StatGroup.Cpu) || has(StatGroup.Vcpu)) {
    deriveOneThread(table, rows, count, out)
    deriveOverhead(table, rows, count, out)
    deriveCpuCap(rows, count, out)
  }
  if (has(StatGroup.Balloon)) {
    deriveMemory(table, rows, count, out)
    deriveGuest(table, rows, count, maxGapMs[StatGroup.Balloon]!, context.now, out)
  }
  if (has(StatGroup.Interface)) deriveNet(table, rows, count, maxGapMs[StatGroup.Interface]!, out)
  if (has(StatGroup.Block)) deriveBlock(table, rows, count, maxGapMs[StatGroup.Block]!, out)
}

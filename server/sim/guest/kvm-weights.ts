import { KVM_LEAVES } from '../procedures/stat-templates.ts'

/** How fast a counter grows: per second of CPU time used, and per second passed. */
export interface KvmWeight {
  readonly busy: number
  readonly elapsed: number
}

const WEIGHTS: Readonly<Record<string, readonly [busy: number, elapsed: number]>> = {
  'exits.sum': [9_000, 60],
  'halt_exits.sum': [300, 40],
  'halt_wakeup.sum': [250, 35],
  'io_exits.sum': [120, 1],
  'mmio_exits.sum': [400, 0.5],
  'irq_exits.sum': [800, 4],
  'irq_window_exits.sum': [60, 0],
  'irq_injections.sum': [900, 45],
  'signal_exits.sum': [2, 0.1],
  'req_event.sum': [2_000, 60],
  'fpu_reload.sum': [1_500, 30],
  'host_state_reload.sum': [1_200, 30],
  'tlb_flush.sum': [90, 0.2],
  'pf_taken.sum': [35, 0.1],
  'pf_fixed.sum': [30, 0.1],
  'pf_fast.sum': [4, 0],
  'pf_spurious.sum': [1, 0],
  'insn_emulation.sum': [500, 0.5],
  'hypercalls.sum': [80, 1],
  'preemption_reported.sum': [40, 0.5],
  'preemption_other.sum': [15, 0.2],
  'halt_attempted_poll.sum': [200, 30],
  'halt_successful_poll.sum': [90, 8],
  'halt_poll_success_ns.sum': [12_000_000, 60_000],
  'halt_poll_fail_ns.sum': [4_000_000, 40_000],
  'l1d_flush.sum': [0.1, 0],
  // A vCPU that is not running waits: less by what it used, never less than before because usage stays below one CPU.
  'halt_wait_ns.sum': [-1_000_000_000, 1_000_000_000],
}

/** Weights by place in `KVM_LEAVES`; null for the booleans, which are not counters. */
export const KVM_WEIGHTS: readonly (KvmWeight | null)[] = KVM_LEAVES.map((leaf) => {
  if (leaf.endsWith('.cur')) return null
  const [busy, elapsed] = WEIGHTS[leaf] ?? [0, 0]
  return { busy, elapsed }
})

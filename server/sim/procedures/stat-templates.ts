import { ParamType } from '../../../lib/libvirt/constants.ts'
import { XdrWriter } from '../../../lib/xdr/xdr-writer.ts'
import { toWords } from '../wire/reply-words.ts'

/** Typed parameters with names, types and zero values ready, and the places of the values. */
export interface StatTemplate {
  readonly words: Uint32Array
  /** For each parameter that is written later: word index of its value. */
  readonly slots: readonly number[]
  /** Parameters in it. */
  readonly params: number
}

type Leaf = readonly [name: string, type: ParamType, fixed?: number]

const { Int, Uint, Llong, Ullong, Boolean: Bool } = ParamType

/** vCPU counters of KVM in the order in which libvirt 9.0.0 with QEMU 7.2 sends them. */
export const KVM_LEAVES: readonly string[] = [
  'irq_exits.sum',
  'pf_spurious.sum',
  'halt_wakeup.sum',
  'pf_guest.sum',
  'insn_emulation_fail.sum',
  'halt_exits.sum',
  'io_exits.sum',
  'host_state_reload.sum',
  'irq_window_exits.sum',
  'signal_exits.sum',
  'pf_emulate.sum',
  'halt_poll_invalid.sum',
  'pf_taken.sum',
  'irq_injections.sum',
  'fpu_reload.sum',
  'preemption_reported.sum',
  'req_event.sum',
  'tlb_flush.sum',
  'pf_fast.sum',
  'blocking.cur',
  'preemption_other.sum',
  'directed_yield_attempted.sum',
  'notify_window_exits.sum',
  'pf_mmio_spte_created.sum',
  'halt_attempted_poll.sum',
  'halt_wait_ns.sum',
  'insn_emulation.sum',
  'exits.sum',
  'halt_poll_fail_ns.sum',
  'hypercalls.sum',
  'halt_poll_success_ns.sum',
  'l1d_flush.sum',
  'guest_mode.cur',
  'pf_fixed.sum',
  'halt_successful_poll.sum',
  'nmi_injections.sum',
  'directed_yield_successful.sum',
  'request_irq_exits.sum',
  'mmio_exits.sum',
  'nmi_window_exits.sum',
  'nested_run.sum',
  'invlpg.sum',
]

/** A parameter with a fixed value has no slot. */
function template(leaves: readonly Leaf[]): StatTemplate {
  const writer = new XdrWriter()
  const slots: number[] = []
  for (const [name, type, fixed] of leaves) {
    writer.string(name).u32(type)
    if (fixed === undefined) slots.push(writer.length / 4)
    if (type === Ullong || type === Llong) writer.u64(BigInt(fixed ?? 0))
    else writer.u32(fixed ?? 0)
  }
  return { words: toWords(writer.finish()), slots, params: leaves.length }
}

/** Name and type of a string parameter; the string follows. */
function stringHead(name: string): Uint32Array {
  return toWords(new XdrWriter().string(name).u32(ParamType.String).finish())
}

const numbered = <T>(make: (index: number) => T): ((index: number) => T) => {
  const made: T[] = []
  return (index) => {
    made[index] ??= make(index)
    return made[index] as T
  }
}

const ulongs = (prefix: string, names: readonly string[]): Leaf[] => names.map((name) => [`${prefix}${name}`, Ullong])

export const STATE = template([
  ['state.state', Int],
  ['state.reason', Int],
])

const CPU_LEAVES = ulongs('cpu.', ['time', 'user', 'system'])
/** An inactive domain: libvirt then reports the daemon's own times. */
export const CPU_INACTIVE = template(CPU_LEAVES)
/** A running domain whose monitor cannot be asked. */
export const CPU_PARTIAL = template([...CPU_LEAVES, ['cpu.cache.monitor.count', Uint, 0]])
export const CPU = template([
  ...CPU_LEAVES,
  ['cpu.cache.monitor.count', Uint, 0],
  ...ulongs('cpu.', ['haltpoll.success.time', 'haltpoll.fail.time']),
])

const BALLOON_LEAVES = ulongs('balloon.', ['current', 'maximum'])
export const BALLOON_BASE = template(BALLOON_LEAVES)
export const BALLOON_SILENT = template([
  ...BALLOON_LEAVES,
  ['balloon.last-update', Ullong, 0],
  ...ulongs('balloon.', ['rss']),
])
export const BALLOON = template([
  ...BALLOON_LEAVES,
  ...ulongs('balloon.', ['swap_in', 'swap_out', 'major_fault', 'minor_fault', 'unused', 'available', 'usable']),
  ...ulongs('balloon.', ['last-update', 'disk_caches', 'hugetlb_pgalloc', 'hugetlb_pgfail', 'rss']),
])

export const VCPU_HEAD = template([
  ['vcpu.current', Uint],
  ['vcpu.maximum', Uint],
])
/** Slots: time, delay. `wait` is 0 on current kernels. */
export const vcpuTemplate = numbered((id) =>
  template([
    [`vcpu.${id}.state`, Int, 1],
    [`vcpu.${id}.time`, Ullong],
    [`vcpu.${id}.wait`, Ullong, 0],
    [`vcpu.${id}.delay`, Ullong],
  ]),
)
export const kvmTemplate = numbered((id) =>
  template(KVM_LEAVES.map((leaf) => [`vcpu.${id}.${leaf}`, leaf.endsWith('.cur') ? Bool : Ullong])),
)

export const NET_HEAD = template([['net.count', Uint]])
export const nicNameHead = numbered((index) => stringHead(`net.${index}.name`))
export const nicTemplate = numbered((index) =>
  template(
    ulongs(
      `net.${index}.`,
      ['rx', 'tx'].flatMap((way) => ['bytes', 'pkts', 'errs', 'drop'].map((leaf) => `${way}.${leaf}`)),
    ),
  ),
)

export const BLOCK_HEAD = template([['block.count', Uint]])
export const diskNameHead = numbered((index) => stringHead(`block.${index}.name`))
export const diskPathHead = numbered((index) => stringHead(`block.${index}.path`))
export const diskIndexTemplate = numbered((index) => template([[`block.${index}.backingIndex`, Uint]]))
export const diskTemplate = numbered((index) => {
  const counters = ['rd.reqs', 'rd.bytes', 'rd.times', 'wr.reqs', 'wr.bytes', 'wr.times', 'fl.reqs', 'fl.times']
  return template(ulongs(`block.${index}.`, [...counters, 'allocation', 'capacity', 'physical']))
})
/** A disk of a domain that is off: sizes only. */
export const diskOffTemplate = numbered((index) =>
  template(ulongs(`block.${index}.`, ['allocation', 'capacity', 'physical'])),
)

export const IOTHREAD = template([
  ['iothread.count', Uint, 1],
  ['iothread.1.poll-max-ns', Ullong, 32_768],
  ['iothread.1.poll-grow', Uint, 0],
  ['iothread.1.poll-shrink', Uint, 0],
])
export const DIRTYRATE = template([
  ['dirtyrate.calc_status', Int, 0],
  ['dirtyrate.calc_start_time', Llong, 0],
  ['dirtyrate.calc_period', Int, 0],
])
export const DIRTYRATE_MODE_HEAD = stringHead('dirtyrate.calc_mode')

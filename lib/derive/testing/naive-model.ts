import { StatGroup } from '../../metrics/types.ts'
import type { DerivedDomainId } from '../derived-domains.ts'
import type { OwnLimits } from '../row-caps.ts'
import { naiveCpuCap, naiveDiskCap } from './naive-caps.ts'
import type { ChildDelta, Interval } from './naive-deltas.ts'
import { childDeltas, counterDelta, everyChild, greatest, isBack, onlineVcpus, partsOf, sum } from './naive-deltas.ts'
import { NaiveGuest } from './naive-guest.ts'
import { DISK_QUOTIENTS, DISK_RATES, GAUGES, GUEST, NET, RATES } from './naive-metrics.ts'
import { NaiveSamples } from './naive-samples.ts'
import { NaiveStall } from './naive-stall.ts'
import type { Outcome } from './outcome.ts'
import { known, quotient, RESET, UNKNOWN } from './outcome.ts'
import type { GroupRecord } from './records.ts'

export interface NaiveContext {
  readonly now: number
  readonly hostCpus: number
  readonly maxGapMs: (group: StatGroup) => number
}

const { Cpu, Balloon, Vcpu, Interface, Block } = StatGroup
const NS = 1e9

/**
 * The rules of docs/spec/rates.md in objects and big integers, as plainly as they can be put: what the fast code is
 * checked against. It shares nothing with it but the names of the metrics.
 */
export class NaiveDomain {
  id = -1
  private changed = false
  private wasActive = false
  private gauges = new Map<string, number>()
  private samples = new Map<StatGroup, NaiveSamples>()
  private awaitsFirst = new Set<StatGroup>()
  private readonly results = new Map<string, Outcome>()
  private guest = new NaiveGuest()
  private overhead = NO_OVERHEAD
  private stall = new NaiveStall()
  /** From the XML: outlives the process. */
  limits: OwnLimits | null = null
  waitingCores: Outcome = UNKNOWN
  memoryIncludesCache = false
  /** Groups that ended an interval in the last commit, fit for rates or not. */
  ended: readonly StatGroup[] = []
  /** The interval that each group ended last. */
  readonly intervals = new Map<StatGroup, Interval>()

  process(id: number): void {
    this.id = id
    this.changed = true
    this.gauges = new Map()
    this.samples = new Map()
  }

  get active(): boolean {
    return this.id >= 0 && this.gauges.get('state.state') !== 5
  }

  /** One reply: the records that this domain got in it, and the groups that were asked for. */
  commit(records: readonly GroupRecord[], groups: readonly StatGroup[], context: NaiveContext): void {
    for (const record of records) this.takeGauges(record)
    this.settle()
    const ended = new Map<StatGroup, Interval>()
    for (const record of records) {
      const interval = record.complete ? this.takeSample(record, context) : null
      if (interval !== null) ended.set(record.group, interval)
    }
    this.ended = [...ended.keys()]
    for (const [group, interval] of ended) this.intervals.set(group, interval)
    const cpu = ended.get(Cpu)
    const vcpu = ended.get(Vcpu)
    if (cpu !== undefined) this.cpu(cpu, context)
    if (vcpu !== undefined) this.vcpu(vcpu)
    if (cpu !== undefined || vcpu !== undefined) this.overheadCores(cpu, vcpu)
    if (vcpu !== undefined) this.overhead = { ...this.overhead, online: onlineVcpus(vcpu.after).length }
    if (groups.includes(Cpu) || groups.includes(Vcpu)) {
      const results = [this.value('cpuBusiestVcpuPercent'), this.value('coresUsed')] as const
      this.set('cpuCapPercent', naiveCpuCap(this.limits, ...results))
    }
    if (groups.includes(StatGroup.State) && !this.running) this.stopWatching()
    const net = ended.get(Interface)
    if (net !== undefined) this.net(net)
    const block = ended.get(Block)
    if (block !== undefined) this.block(block)
    const balloon = ended.get(Balloon)
    if (balloon !== undefined && this.active) this.takeGuest(balloon, context)
    this.gaugeMetrics(groups)
    if (groups.includes(Balloon)) this.set('balloonAgeSeconds', this.guest.age(context.now))
  }

  private get running(): boolean {
    return [undefined, 1, 2].includes(this.gauges.get('state.state'))
  }

  private stopWatching(): void {
    this.stall = new NaiveStall()
    this.set('ioStoppedSeconds', UNKNOWN)
  }

  /** Whether the last block interval was the first after a stall. */
  get stallJustEnded(): boolean {
    return this.stall.justEnded
  }

  value(metric: DerivedDomainId): Outcome {
    return this.results.get(metric) ?? UNKNOWN
  }

  private set(metric: DerivedDomainId, outcome: Outcome): void {
    this.results.set(metric, outcome)
  }

  private takeGauges(record: GroupRecord): void {
    const prefix = ['state', 'cpu', 'balloon', 'vcpu', 'net', 'block'][record.group]!
    if (record.complete)
      for (const path of this.gauges.keys()) if (path.startsWith(`${prefix}.`)) this.gauges.delete(path)
    for (const [path, value] of Object.entries(record.gauges)) this.gauges.set(path, value)
  }

  private settle(): void {
    if (this.changed || (this.wasActive && !this.active)) {
      this.results.clear()
      this.guest = new NaiveGuest()
      this.overhead = NO_OVERHEAD
      for (const samples of this.samples.values()) samples.interrupt()
      this.stall = new NaiveStall()
      this.memoryIncludesCache = false
      this.waitingCores = UNKNOWN
      this.intervals.clear()
      if (this.active) for (const metric of RATES) this.set(metric, RESET)
    }
    if (this.changed) this.awaitsFirst = new Set([Cpu, Balloon, Vcpu, Interface, Block])
    this.changed = false
    this.wasActive = this.active
  }

  private takeSample(record: GroupRecord, context: NaiveContext): Interval | null {
    const { group } = record
    const samples = this.samples.get(group) ?? new NaiveSamples()
    this.samples.set(group, samples)
    const ended = samples.take(record, this.active, context.maxGapMs(group))
    if (ended === null) return null
    if (ended.ms !== null) this.awaitsFirst.delete(group)
    return { ...ended, reset: this.active && ended.ms === null && this.awaitsFirst.has(group) }
  }

  private cpu(interval: Interval, context: NaiveContext): void {
    const time = counterDelta(interval, 'cpu.time')
    this.set('coresUsed', ratePerNs(interval, time, 1))
    const share = context.hostCpus === 0 && time !== null && time >= 0n ? null : time
    this.set('hostSharePercent', ratePerNs(interval, share, 100 / context.hostCpus))
    const success = counterDelta(interval, 'cpu.haltpoll.success.time')
    const fail = counterDelta(interval, 'cpu.haltpoll.fail.time')
    const wentBack = (success !== null && success < 0n) || (fail !== null && fail < 0n)
    const sum = success === null || fail === null ? null : success + fail
    this.set('haltPollCores', ratePerNs(interval, wentBack ? -1n : sum, 1))
  }

  private vcpu(interval: Interval): void {
    const seconds = (interval.ms ?? 0) / 1000
    const children = childDeltas(interval, onlineVcpus)
    const times = partsOf(children, ['vcpu.*.time'])
    const delays = partsOf(children, ['vcpu.*.delay'])
    const give = (value: Outcome) => this.outcome(interval, children, value)
    this.set('cpuPercent', give(quotient(sum(times), seconds * times.length * NS, 100)))
    this.set('cpuBusiestVcpuPercent', give(quotient(greatest(times), seconds * NS, 100)))
    this.set('stealWorstPercent', give(quotient(greatest(delays), seconds * NS, 100)))
    this.set('stealMeanPercent', give(quotient(sum(delays), seconds * delays.length * NS, 100)))
    this.waitingCores = give(quotient(sum(delays), seconds * NS, 1))
    const wishes = partsOf(children, ['vcpu.*.time', 'vcpu.*.delay'])
    const denied = sum(partsOf(children, ['vcpu.*.delay'], ['vcpu.*.time']))
    const wish = sum(wishes)
    const enough = wish !== null && interval.ms !== null && wish * 100n >= BigInt(interval.ms) * 1_000_000n
    this.set('cpuDeniedPercent', give(enough ? quotient(denied, Number(wish), 100) : UNKNOWN))
    this.set('exitsPerSecond', give(quotient(sum(partsOf(children, ['vcpu.*.exits.sum'])), seconds, 1)))
  }

  private overheadCores(cpu: Interval | undefined, vcpu: Interval | undefined): void {
    const before = this.overhead
    const failure = this.overheadFailure(cpu, vcpu)
    if (failure !== null) this.overhead = { ...before, ns: 0n, ms: 0, value: failure, last: null }
    else {
      const vcpuTime = sum(partsOf(childDeltas(vcpu!, onlineVcpus), ['vcpu.*.time']))!
      const last = { begin: cpu!.before!, ns: counterDelta(cpu!, 'cpu.time')! - vcpuTime, ms: cpu!.ms! }
      // A better end of the last interval counts in its place.
      const out = before.last?.begin === last.begin ? before.last : { ns: 0n, ms: 0 }
      const ns = before.ns + last.ns - out.ns
      const ms = before.ms + last.ms - out.ms
      const waiting = before.value.kind === 'known' ? before.value : UNKNOWN
      if (ms < 5000) this.overhead = { ...before, ns, ms, last, value: waiting }
      else this.overhead = { ...before, ns: 0n, ms: 0, last, value: known(Number(ns) / (ms * 1e6)) }
    }
    this.set('overheadCores', this.overhead.value)
  }

  /** Why an interval does not count into the mean; null when it does. */
  private overheadFailure(cpu: Interval | undefined, vcpu: Interval | undefined): Outcome | null {
    if (cpu !== undefined && (cpu.reset || isBack(counterDelta(cpu, 'cpu.time')))) return RESET
    if (vcpu !== undefined && (vcpu.reset || childDeltas(vcpu, onlineVcpus).some((child) => child.back))) return RESET
    if (cpu === undefined || vcpu === undefined || cpu.ms === null || vcpu.ms === null) return UNKNOWN
    if (cpu.after.at !== vcpu.after.at || cpu.before!.at !== vcpu.before!.at) return UNKNOWN
    const online = onlineVcpus(vcpu.after).length
    const rated = partsOf(childDeltas(vcpu, onlineVcpus), ['vcpu.*.time']).length
    if (online === 0 || rated !== online || this.overhead.online !== online) return UNKNOWN
    return counterDelta(cpu, 'cpu.time') === null ? UNKNOWN : null
  }

  private net(interval: Interval): void {
    const children = childDeltas(interval, everyChild)
    for (const [metric, path] of NET) {
      const rate = quotient(sum(partsOf(children, [path])), (interval.ms ?? 0) / 1000, 1)
      this.set(metric, this.outcome(interval, children, rate))
    }
  }

  private block(interval: Interval): void {
    const children = childDeltas(interval, everyChild)
    const seconds = (interval.ms ?? 0) / 1000
    for (const [metric, paths, unit] of DISK_RATES) {
      this.set(metric, this.outcome(interval, children, quotient(sum(partsOf(children, paths)), seconds * unit, 1)))
    }
    for (const [metric, over, under] of DISK_QUOTIENTS) {
      const total = sum(partsOf(children, over, under))
      const requests = sum(partsOf(children, under, over))
      this.set(metric, this.outcome(interval, children, quotient(total, Number(requests ?? 0n), 1)))
    }
    const cap =
      this.limits === null ? UNKNOWN : this.outcome(interval, children, naiveDiskCap(this.limits, children, seconds))
    this.set('diskCapPercent', this.limits?.disks.length ? cap : UNKNOWN)
    this.watchStall(interval)
  }

  /** Differences count here also over a gap, in which no rate may be taken. */
  private watchStall(interval: Interval): void {
    const usable = interval.ms !== null
    const children = interval.before === null ? [] : childDeltas({ ...interval, ms: interval.ms ?? 0 }, everyChild)
    const finished = sum(partsOf(children, ['block.*.rd.reqs', 'block.*.wr.reqs']))
    const flushed = sum(partsOf(children, ['block.*.fl.reqs'], ['block.*.rd.reqs', 'block.*.wr.reqs'])) ?? 0n
    const doubtful =
      interval.reset || (usable && children.some((child) => child.back)) || this.lostDisk(interval, children)
    if (finished === null || doubtful || !this.active || !this.running) this.stopWatching()
    else
      this.set('ioStoppedSeconds', this.stall.sample(interval.before!, interval.after.at, finished + flushed, usable))
  }

  /** A disk with counters in the last sample has no difference now. */
  private lostDisk({ before }: Interval, children: readonly ChildDelta[]): boolean {
    const paths = ['block.*.rd.reqs', 'block.*.wr.reqs']
    const had = (before?.children ?? []).filter(({ counters }) => paths.every((path) => counters[path] !== undefined))
    return partsOf(children, ['block.*.rd.reqs'], ['block.*.wr.reqs']).length < had.length
  }

  /** A computed value, or why there is none. */
  private outcome(interval: Interval, children: readonly ChildDelta[], value: Outcome): Outcome {
    if (interval.ms === null) return interval.reset ? RESET : UNKNOWN
    return value.kind === 'known' ? value : children.some((child) => child.back) ? RESET : UNKNOWN
  }

  private takeGuest(interval: Interval, context: NaiveContext): void {
    const { before, after, jumped } = interval
    const gap = before !== null && !jumped && after.at - before.at > context.maxGapMs(Balloon)
    this.guest.receive(interval.after, gap)
    for (const [metric, path] of GUEST) {
      const held = this.guest.rate(path)
      const hidden = held.kind === 'reset' || interval.reset ? RESET : UNKNOWN
      this.set(metric, interval.ms === null ? hidden : held)
    }
  }

  private gaugeMetrics(groups: readonly StatGroup[]): void {
    for (const [metric, path, group] of GAUGES) {
      if (!groups.includes(group)) continue
      const value = this.gauges.get(path)
      this.set(metric, value === undefined ? UNKNOWN : known(value))
    }
    if (!groups.includes(Balloon)) return
    const available = this.gauges.get('balloon.available')
    const usable = this.gauges.get('balloon.usable')
    const free = usable ?? this.gauges.get('balloon.unused')
    const silent = available === undefined || free === undefined || this.gauges.get('balloon.last-update') === 0
    const used = silent || free > available ? null : available - free
    this.set('memoryUsedKiB', used === null ? UNKNOWN : known(used))
    const percent = used === null || available === 0 ? UNKNOWN : known((100 * used) / available!)
    this.set('memoryUsedPercent', percent)
    this.memoryIncludesCache = used !== null && usable === undefined
  }
}

interface NaiveOverhead {
  readonly ns: bigint
  readonly ms: number
  readonly value: Outcome
  readonly online: number
  /** The interval that was added last. */
  readonly last: { readonly begin: GroupRecord; readonly ns: bigint; readonly ms: number } | null
}
const NO_OVERHEAD: NaiveOverhead = { ns: 0n, ms: 0, value: UNKNOWN, online: 0, last: null }

function ratePerNs(interval: Interval, delta: bigint | null, factor: number): Outcome {
  if (interval.ms === null) return interval.reset ? RESET : UNKNOWN
  if (delta === null) return UNKNOWN
  return delta < 0n ? RESET : known((Number(delta) / (interval.ms * 1e6)) * factor)
}

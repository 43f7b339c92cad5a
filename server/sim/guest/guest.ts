import { decodeUtf8, encodeUtf8 } from '../../../lib/xdr/utf8.ts'
import { opaqueWords, toWords } from '../wire/reply-words.ts'
import type { GuestKind } from './guest-kinds.ts'
import type { HostLoad } from './host-load.ts'
import { burstIntegral, dayIntegral } from './signals.ts'

/** `state.state` of libvirt. */
export const DomainState = { Running: 1, Paused: 3, Shutoff: 5, Crashed: 6 } as const
export type DomainState = (typeof DomainState)[keyof typeof DomainState]

/** How a guest's memory is seen from outside. */
export type BalloonKind = 'reporting' | 'silent'

export interface Disk {
  readonly target: string
  /** Path of the image; null for a network disk. */
  readonly path: string | null
  /** The path as XDR, ready to be copied. */
  readonly pathWords: Uint32Array | null
  readonly backingIndex: number
  readonly capacity: number
  readonly allocation: number
  readonly readIops: number
  readonly writeIops: number
  readonly readBytes: number
  readonly writeBytes: number
  readonly latencyNs: number
  /** Mean requests that wait while storage is slow. */
  readonly stallDepth: number
  /** Signals at which the counters were 0. */
  ioOrigin: number
  stallOrigin: number
}

export interface Nic {
  /** Tap device; null for user-mode networking, which libvirt counts but cannot read. */
  readonly tap: string | null
  /** The tap's name as XDR, ready to be copied. */
  readonly tapWords: Uint32Array | null
  readonly mac: string
  readonly rxPps: number
  readonly txPps: number
  readonly rxBytes: number
  readonly txBytes: number
  /** Packets towards the guest of which one is dropped; 0 for none. */
  readonly dropEvery: number
  netOrigin: number
}

/** What a guest's signals read at one moment. Reused from guest to guest. */
export interface Moment {
  /** Seconds that the process has run, pauses left out. */
  tau: number
  /** Integral of the day curve. */
  day: number
  /** Integrals of disk and network activity, mean 1 each second. */
  io: number
  net: number
  /** Seconds of host trouble since the process started. */
  contention: number
  stall: number
}

export interface GuestShape {
  readonly uuid: Uint8Array
  readonly hash: number
  readonly kind: GuestKind
  readonly vcpuMaximum: number
  readonly vcpuIds: readonly number[]
  readonly memoryKiB: number
  readonly memoryMaximumKiB: number
  readonly balloon: BalloonKind
  /** Memory is short: the guest swaps. */
  readonly pressed: boolean
  readonly kvm: boolean
  /** Its memory comes out of the huge-page pool of its host. */
  readonly hugePages: boolean
  readonly disks: readonly Disk[]
  readonly nics: readonly Nic[]
  readonly title: string | null
  readonly project: string | null
  /** Worst share of time that its vCPUs wait while the host is contended. */
  readonly steal: number
  /** Share of each vCPU that it takes only while the host is contended. */
  readonly noise: number
  readonly persistent: boolean
  readonly autostart: boolean
}

const SECOND_NS = 1_000_000_000

/** One simulated domain. Changed only by `SimHost`, which also tells the clients. */
export class Guest {
  /** As text; bytes that are no UTF-8 are replaced. */
  name: string
  /** As it stands on the wire. */
  nameBytes: Uint8Array
  readonly shape: GuestShape
  state: DomainState = DomainState.Shutoff
  reason = 0
  id = -1
  /** Online vCPU ids in rising order; sparse after a hot-unplug. */
  vcpuIds: number[]
  memoryKiB: number
  disks: Disk[]
  nics: Nic[]
  persistent: boolean
  title: string | null
  /** Where it is on the wire: name, UUID, room for the id. Made anew on a rename. */
  head: Uint32Array
  /** Bursts come once in so many seconds, a multiple of 5. */
  readonly period: number
  /** Requests per second of the disks it was made with. */
  readonly #iops: number
  /** For each vCPU: ns per second of the day curve, ns of each burst. */
  readonly #cpu: Float64Array
  /** For each vCPU: time, delay and seconds of the process at which its counters were 0. */
  readonly #origins: Float64Array
  /** CPU time of vCPUs that were unplugged. */
  #retiredCpuNs = 0
  #phase = 0
  #startedAt = 0
  #pausedAt: number | null = null
  #contentionOrigin = 0
  #stallOrigin = 0
  /** Integral of disk activity at which storage froze; null while requests finish. And what was lost that way. */
  #frozenIo: number | null = null
  #lostIo = 0
  #frozenAt = 0

  constructor(name: string, shape: GuestShape, cpu: Float64Array, period: number) {
    this.name = name
    this.nameBytes = encodeUtf8(name)
    this.shape = shape
    this.#cpu = cpu
    this.period = period
    this.#origins = new Float64Array(shape.vcpuMaximum * 3)
    this.vcpuIds = [...shape.vcpuIds]
    this.memoryKiB = shape.memoryKiB
    this.disks = [...shape.disks]
    this.#iops = shape.disks.reduce((sum, disk) => sum + disk.readIops + disk.writeIops, 0)
    this.nics = [...shape.nics]
    this.persistent = shape.persistent
    this.title = shape.title
    this.head = domainWords(this.nameBytes, shape.uuid)
  }

  rename(name: string): void {
    this.renameBytes(encodeUtf8(name))
  }

  /** Gives it a name that need not be text. */
  renameBytes(bytes: Uint8Array): void {
    this.name = decodeUtf8(bytes)
    this.nameBytes = bytes
    this.head = domainWords(bytes, this.shape.uuid)
  }

  get active(): boolean {
    return this.id !== -1
  }

  get startedAt(): number {
    return this.#startedAt
  }

  /** Begins a process: all counters are 0 at `t`. */
  begin(id: number, t: number, load: HostLoad): void {
    this.id = id
    this.state = DomainState.Running
    this.reason = 1
    this.#startedAt = t
    this.#pausedAt = null
    this.#phase = (load.omega * t) % (2 * Math.PI)
    this.#contentionOrigin = load.contention(t)
    this.#stallOrigin = load.stall(t)
    this.#retiredCpuNs = 0
    this.#frozenIo = null
    this.#lostIo = 0
    this.#origins.fill(0)
    for (const disk of this.disks) [disk.ioOrigin, disk.stallOrigin] = [0, 0]
    for (const nic of this.nics) nic.netOrigin = 0
  }

  end(reason: number): void {
    this.id = -1
    this.state = DomainState.Shutoff
    this.reason = reason
    this.#pausedAt = null
  }

  pause(t: number): void {
    this.state = DomainState.Paused
    this.reason = 1
    this.#pausedAt = t
  }

  /** Goes on where it stopped: the time of the pause counts for nothing. */
  unpause(t: number, load: HostLoad): void {
    const pausedAt = this.#pausedAt ?? t
    this.#startedAt += t - pausedAt
    this.#contentionOrigin += load.contention(t) - load.contention(pausedAt)
    this.#stallOrigin += load.stall(t) - load.stall(pausedAt)
    this.#pausedAt = null
    this.state = DomainState.Running
    this.reason = 5
  }

  /** Reads the signals at `t` into `moment`. */
  read(t: number, load: HostLoad, moment: Moment): void {
    const { hash, kind } = this.shape
    const now = this.#pausedAt ?? t
    const tau = Math.max(0, now - this.#startedAt)
    moment.tau = tau
    moment.day = dayIntegral(tau, load.omega, kind.swing, this.#phase)
    const io = 0.6 * moment.day + burstIntegral(tau, this.period, 0.4 * this.period, hash ^ 0x10)
    moment.io = this.#frozenIo ?? io - this.#lostIo
    moment.net = 0.6 * moment.day + burstIntegral(tau, this.period, 0.4 * this.period, hash ^ 0x4e37)
    moment.contention = Math.max(0, load.contention(now) - this.#contentionOrigin)
    moment.stall = Math.max(0, load.stall(now) - this.#stallOrigin)
  }

  /** CPU time of one vCPU thread, ns, not yet rounded to the host's clock ticks. */
  vcpuTimeNs(id: number, moment: Moment): number {
    return this.#rawTimeNs(id, moment) - this.#origin(id * 3)
  }

  /** Time that a vCPU was ready to run and had no CPU, ns. */
  vcpuDelayNs(id: number, moment: Moment): number {
    return this.#rawDelayNs(id, moment) - this.#origin(id * 3 + 1)
  }

  /** Seconds that a vCPU has been counted. */
  vcpuSeconds(id: number, moment: Moment): number {
    return moment.tau - this.#origin(id * 3 + 2)
  }

  /** CPUs that its online vCPUs use on average, contention apart. */
  meanCores(): number {
    const ns = this.vcpuIds.reduce((sum, id) => {
      return sum + (this.#cpu[id * 2] as number) + (this.#cpu[id * 2 + 1] as number) / this.period
    }, 0)
    return ns / SECOND_NS
  }

  /** CPU time of the whole process, ns: vCPUs, unplugged vCPUs, emulator and I/O. */
  cpuTimeNs(moment: Moment): number {
    let sum = this.#retiredCpuNs + this.#emulatorNs(moment)
    for (const id of this.vcpuIds) sum += this.vcpuTimeNs(id, moment)
    return sum
  }

  plugVcpu(id: number, moment: Moment): void {
    this.#startCounting(id, moment)
    this.vcpuIds = [...this.vcpuIds, id].sort((a, b) => a - b)
  }

  unplugVcpu(id: number, moment: Moment): void {
    this.#retiredCpuNs += this.vcpuTimeNs(id, moment)
    this.vcpuIds = this.vcpuIds.filter((other) => other !== id)
  }

  get ioFrozen(): boolean {
    return this.#frozenIo !== null
  }

  /** Storage stops to answer: no request finishes until {@link thawIo}. */
  freezeIo(t: number, moment: Moment): void {
    this.#frozenIo ??= moment.io
    this.#frozenAt = t
  }

  /** What waited finishes now, and its waiting counts at once. */
  thawIo(t: number, load: HostLoad, moment: Moment): void {
    const frozen = this.#frozenIo
    if (frozen === null) return
    this.#frozenIo = null
    this.read(t, load, moment)
    this.#lostIo += moment.io - frozen
    for (const disk of this.disks) disk.stallOrigin -= t - this.#frozenAt
  }

  /** All counters start again at 0 in the same process, as when its control group is made anew. */
  resetCounters(moment: Moment): void {
    for (const id of this.vcpuIds) this.#startCounting(id, moment)
    this.#retiredCpuNs = -this.#emulatorNs(moment)
    for (const disk of this.disks) [disk.ioOrigin, disk.stallOrigin] = [moment.io, moment.stall]
    for (const nic of this.nics) nic.netOrigin = moment.net
  }

  /** CPU time outside the vCPU threads: a little all the time, more with the disks. */
  #emulatorNs(moment: Moment): number {
    return 500_000 * moment.tau + 20_000 * this.#iops * moment.io
  }

  #startCounting(id: number, moment: Moment): void {
    this.#origins[id * 3] = this.#rawTimeNs(id, moment)
    this.#origins[id * 3 + 1] = this.#rawDelayNs(id, moment)
    this.#origins[id * 3 + 2] = moment.tau
  }

  #origin(at: number): number {
    return this.#origins[at] as number
  }

  #rawTimeNs(id: number, moment: Moment): number {
    const base = this.#cpu[id * 2] as number
    const work = this.#cpu[id * 2 + 1] as number
    const bursts = burstIntegral(moment.tau, this.period, work, this.shape.hash + id)
    return base * moment.day + bursts + this.shape.noise * SECOND_NS * moment.contention
  }

  #rawDelayNs(id: number, moment: Moment): number {
    // The first vCPUs suffer most: interrupts and single-threaded work land there.
    const share = this.shape.steal / (1 + 0.3 * (id & 7))
    return 1_000_000 * moment.tau + share * SECOND_NS * moment.contention
  }
}

/** A domain as XDR: name, UUID and a word for the id. */
function domainWords(name: Uint8Array, uuid: Uint8Array): Uint32Array {
  const text = opaqueWords(name)
  const words = new Uint32Array(text.length + 5)
  words.set(text)
  words.set(toWords(uuid), text.length)
  return words
}

/** A moment to read into. */
export function emptyMoment(): Moment {
  return { tau: 0, day: 0, io: 0, net: 0, contention: 0, stall: 0 }
}

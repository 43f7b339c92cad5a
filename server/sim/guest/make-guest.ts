import { stringWords } from '../wire/reply-words.ts'
import type { BalloonKind, Disk, GuestShape, Nic } from './guest.ts'
import { Guest } from './guest.ts'
import type { GuestKind } from './guest-kinds.ts'
import { mix, Seeded } from './seeded.ts'
import { MAX_BURST_HEIGHT } from './signals.ts'

const GIB_KIB = 1_048_576
const GIB = 1_073_741_824
const SECOND_NS = 1_000_000_000
/** A vCPU never uses more of a CPU than this: what is above is steal and clock ticks. */
const MOST_OF_A_CPU = 0.97

/** What is decided about a guest before its dice are rolled. */
export interface GuestPlan {
  readonly name: string
  readonly kind: GuestKind
  /** Seed of everything about this guest. */
  readonly hash: number
  readonly kvm: boolean
  /** Factor on its load: small for the idle crowd. */
  readonly activity: number
  readonly maxVcpus: number
  /** Whether its host has episodes of contention. */
  readonly contended: boolean
  /** Share of each vCPU that it takes only while the host is contended. */
  readonly noise: number
  /** Whether its host reserves huge pages for some of its guests. */
  readonly hugePages: boolean
}

/** Rolls one guest: equal plans give equal guests. It is shut off until somebody starts it. */
export function makeGuest(plan: GuestPlan): Guest {
  const random = new Seeded(plan.hash)
  const uuid = makeUuid(random)
  const vcpus = vcpuPlan(plan, random)
  const steal = plan.contended && plan.noise === 0 ? random.range(0.05, 0.55) ** 1.2 : 0
  const memoryMaximumKiB = random.pick(plan.kind.memoryGiB) * GIB_KIB
  const balloon: BalloonKind = random.chance(0.12) ? 'silent' : 'reporting'
  const openStack = plan.kind.word === 'instance'
  const period = 5 * random.int(6, 60)
  const shape: GuestShape = {
    uuid,
    hash: plan.hash,
    kind: plan.kind,
    vcpuMaximum: vcpus.maximum,
    vcpuIds: vcpus.ids,
    memoryKiB: random.chance(0.1) ? memoryMaximumKiB * 0.75 : memoryMaximumKiB,
    memoryMaximumKiB,
    balloon,
    pressed: balloon === 'reporting' && random.chance(0.03),
    kvm: plan.kvm,
    hugePages: plan.hugePages && plan.hash % 4 === 0,
    disks: makeDisks(plan, random),
    nics: makeNics(plan, random),
    title: openStack ? `${random.pick(['shop', 'billing', 'search', 'intranet'])} ${plan.hash % 100}` : null,
    project: openStack ? random.pick(['retail', 'finance', 'research', 'платформа']) : null,
    steal,
    noise: plan.noise,
    persistent: !random.chance(0.03),
    autostart: random.chance(0.6),
  }
  return new Guest(plan.name, shape, cpuPlan(plan, shape, period, random), period)
}

/** Mean cores that a guest of this kind uses, before any scaling: for fitting guests onto a host. */
export function meanCores(kind: GuestKind, maxVcpus: number): number {
  const vcpus = kind.vcpus.reduce((sum, count) => sum + Math.min(count, maxVcpus), 0) / kind.vcpus.length
  return vcpus * kind.cpu
}

function makeUuid(random: Seeded): Uint8Array {
  const uuid = new Uint8Array(16)
  const view = new DataView(uuid.buffer)
  for (let at = 0; at < 16; at += 4) view.setUint32(at, random.bits())
  uuid[6] = ((uuid[6] as number) & 0x0f) | 0x40
  uuid[8] = ((uuid[8] as number) & 0x3f) | 0x80
  return uuid
}

function vcpuPlan(plan: GuestPlan, random: Seeded): { maximum: number; ids: number[] } {
  const online = Math.max(1, Math.min(plan.maxVcpus, random.pick(plan.kind.vcpus)))
  const growable = random.chance(0.15) ? Math.min(plan.maxVcpus, online * 2) : online
  const ids = Array.from({ length: online }, (_, index) => index)
  // A few guests lost a vCPU in the middle: 0 2 instead of 0 1.
  if (growable > online && online > 1 && random.chance(0.3)) ids[online - 1] = online
  return { maximum: growable, ids }
}

/** Splits each vCPU's load into a day curve and bursts, so that the sum never passes one CPU. */
function cpuPlan(plan: GuestPlan, shape: GuestShape, period: number, random: Seeded): Float64Array {
  const { kind } = plan
  const peak = (1 - kind.bursty) * (1 + kind.swing) + kind.bursty * MAX_BURST_HEIGHT
  const most = Math.max(0.01, (MOST_OF_A_CPU - shape.steal - shape.noise) / peak)
  const busy = random.range(0.4, 1.6)
  const cpu = new Float64Array(shape.vcpuMaximum * 2)
  for (let id = 0; id < shape.vcpuMaximum; id++) {
    // The first vCPU is the busiest: many programs have one hot thread.
    const lean = id === 0 ? 1.3 : 0.5 + random.next()
    const mean = Math.min(most, kind.cpu * plan.activity * busy * lean)
    cpu[id * 2] = mean * (1 - kind.bursty) * SECOND_NS
    cpu[id * 2 + 1] = Math.round(mean * kind.bursty * period * SECOND_NS)
  }
  return cpu
}

function makeDisks(plan: GuestPlan, random: Seeded): Disk[] {
  const count = random.chance(0.02) ? 0 : random.pick(plan.kind.disks)
  return Array.from({ length: count }, (_, index) => makeDisk(plan, `vd${String.fromCharCode(97 + index)}`, random))
}

/** A disk; counters 0 at the origins given later. */
export function makeDisk(
  plan: { name: string; kind: GuestKind; activity: number },
  target: string,
  random: Seeded,
): Disk {
  const network = random.chance(0.06)
  const capacity = random.pick([20, 40, 40, 80, 200]) * GIB
  const iops = plan.kind.iops * Math.max(plan.activity, 0.05) * random.range(0.3, 1.7) * (target === 'vda' ? 1 : 0.6)
  const slow = random.chance(0.15)
  const path = network ? null : `/var/lib/libvirt/images/${fileName(plan.name)}-${target}.qcow2`
  return {
    target,
    path,
    pathWords: path === null ? null : stringWords(path),
    backingIndex: 1 + (target.charCodeAt(2) - 97),
    capacity,
    allocation: Math.floor((capacity * random.range(0.1, 0.8)) / 65536) * 65536,
    readIops: iops * 0.45,
    writeIops: iops * 0.55,
    readBytes: random.pick([4096, 8192, 16384, 65536]),
    writeBytes: random.pick([4096, 4096, 8192, 32768]),
    latencyNs: Math.round(slow ? random.range(3e6, 9e6) : random.range(1.2e5, 1.4e6)),
    stallDepth: Math.min(32, iops * random.range(0.01, 0.08)),
    ioOrigin: 0,
    stallOrigin: 0,
  }
}

function makeNics(plan: GuestPlan, random: Seeded): Nic[] {
  const count = random.chance(0.03) ? 0 : random.chance(0.08) ? 2 : 1
  return Array.from({ length: count }, (_, index) => makeNic(plan, index, random))
}

/** A NIC; `index` only makes its tap name different from the other taps of its host. */
export function makeNic(plan: { kind: GuestKind; hash: number; activity: number }, index: number, random: Seeded): Nic {
  const pps = plan.kind.pps * Math.max(plan.activity, 0.05) * random.range(0.3, 1.7)
  const mac = mix(plan.hash, 0x6d61 + index)
  const octets = [mac >>> 16, mac >>> 8, mac].map((part) => (part & 0xff).toString(16).padStart(2, '0'))
  const tap = random.chance(0.03) ? null : `vnet${random.int(0, 9_999)}`
  return {
    tap,
    tapWords: tap === null ? null : stringWords(tap),
    mac: `52:54:00:${octets.join(':')}`,
    rxPps: pps,
    txPps: pps * random.range(0.5, 1.1),
    rxBytes: random.int(120, 900),
    txBytes: random.int(200, 1_400),
    dropEvery: random.chance(0.05) ? random.int(200, 5_000) : 0,
    netOrigin: 0,
  }
}

/** Image files of hostile names get a tame name: a path is not a place for a slash or a quote. */
function fileName(name: string): string {
  return name.replace(/[^\p{L}\p{N}._-]+/gu, '_').slice(0, 80)
}

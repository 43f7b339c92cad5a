import type { SimHostSpec } from '../sim-uri.ts'
import { hugeGuestHost } from '../sim-uri.ts'
import type { Guest } from './guest.ts'
import type { GuestKind } from './guest-kinds.ts'
import { GUEST_KINDS, HOSTILE_NAMES, HUGE_KIND, LARGE_KIND, NOISY_KIND, WIDE_KIND } from './guest-kinds.ts'
import { HOST_UPTIME, HostLoad } from './host-load.ts'
import { HOSTILE_NAME_BYTES } from './hostile-names.ts'
import { makeGuest, meanCores } from './make-guest.ts'
import { mix, Seeded, unit } from './seeded.ts'

const GIB_KIB = 1_048_576
/** Share of a host's CPUs that its guests may use on average. */
const GUEST_BUDGET = 0.45
/** Share of its load that a guest of the idle crowd keeps, at most. */
const IDLE_ACTIVITY = 0.03
/** A host is chosen so that it carries this share of what its guests would use; the others are idle. */
const LIVELY_SHARE = 0.5
/** How far all guests together rise above their mean. */
const PEAK_TO_MEAN = 1.45
/** CPUs that a host may have: usual sizes first, then the largest that are sold. */
const HOST_SIZES = [32, 48, 64, 96, 128, 256, 512] as const
/** Guests needed on a host before it gets the noisy, the large and the oddly named ones. */
const ENOUGH_FOR_GUESTS_OF_NOTE = 12
/** Where the guest with more vCPUs than the usual largest one stands, behind the others of note, and its companion. */
const HUGE_PLACE = 6
const WIDE_PLACE = 7

/** The hardware of a host. */
export interface NodeShape {
  readonly hostname: string
  readonly uuid: string
  readonly cpus: number
  readonly sockets: number
  readonly cores: number
  readonly threads: number
  readonly mhz: number
  readonly memoryKiB: number
  /** Memory reserved as pages of 2 MiB; 0 on most hosts. */
  readonly hugePagesKiB: number
}

/** A host as it is when the simulation starts. */
export interface HostWorld {
  readonly spec: SimHostSpec
  readonly node: NodeShape
  readonly load: HostLoad
  readonly guests: Guest[]
  /** First id for the next domain that starts. */
  readonly nextId: number
  readonly seed: number
}

/** Builds a host from its spec: equal specs give equal hosts. */
export function makeHost(spec: SimHostSpec): HostWorld {
  const seed = mix(spec.options.seed, spec.index + 1)
  const random = new Seeded(seed)
  const contended = spec.index % 3 === 1 || spec.options.hosts === 1
  const kinds = Array.from({ length: spec.domains }, (_, place) => {
    const rolled = random.weighted(GUEST_KINDS)
    return noteworthy(spec, place, contended)?.kind ?? rolled
  })
  const demand = kinds.reduce((sum, kind) => sum + meanCores(kind, spec.options.vcpus), 0)
  const least = kinds.includes(HUGE_KIND) ? mostVcpus(HUGE_KIND, spec.options.vcpus) : 0
  const planned =
    HOST_SIZES.find((count) => count * GUEST_BUDGET >= demand * LIVELY_SHARE && count >= least) ?? HOST_SIZES[6]
  const load = new HostLoad(seed, { contended, speed: spec.options.speed })
  // What does not fit joins the idle crowd: a host has only so many CPUs.
  const room = (planned * GUEST_BUDGET) / Math.max(demand, 1e-6)
  const idle = Math.min(IDLE_ACTIVITY, room * 0.3)
  const awake = Math.min(1, (room - idle) / (1 - idle))
  const guests = makeGuests(spec, kinds, { seed, awake, idle, contended, cpus: planned })
  const cpus = largeEnough(planned, guests)
  const nextId = startGuests(guests, spec, load, seed)
  return { spec, node: makeNode(spec, cpus, guests, random), load, guests, nextId, seed }
}

function mostVcpus({ vcpus }: GuestKind, limit: number): number {
  return Math.min(limit, Math.max(...vcpus))
}

/** The size planned, or the next one that carries the guests as they turned out, at their busiest hour. */
function largeEnough(planned: number, guests: readonly Guest[]): number {
  const noise = guests.reduce((sum, guest) => sum + guest.shape.noise * guest.vcpuIds.length, 0)
  const peak = guests.reduce((sum, guest) => sum + guest.meanCores(), 0) * PEAK_TO_MEAN + noise
  return HOST_SIZES.find((count) => count >= planned && count * 0.95 >= peak) ?? HOST_SIZES[6]
}

function makeGuests(
  spec: SimHostSpec,
  kinds: readonly GuestKind[],
  world: { seed: number; awake: number; idle: number; contended: boolean; cpus: number },
): Guest[] {
  const counts = new Map<string, number>()
  const { options } = spec
  return kinds.map((kind, place) => {
    const hash = mix(world.seed, 0x1000 + place)
    const number = (counts.get(kind.word) ?? 0) + 1
    counts.set(kind.word, number)
    const guest = makeGuest({
      name: noteworthy(spec, place, world.contended)?.name ?? guestName(kind, spec.index, number),
      kind,
      hash,
      kvm: unit(mix(hash, 2)) * 100 < options.kvm || (kind === HUGE_KIND && options.kvm > 0),
      activity: unit(mix(hash, 3)) < world.awake || ALWAYS_AWAKE.includes(kind) ? 1 : world.idle,
      maxVcpus: options.vcpus,
      contended: world.contended,
      noise: kind === NOISY_KIND ? Math.min(0.85, (0.3 * world.cpus) / (2 * 16)) : 0,
      hugePages: reservesHugePages(spec),
    })
    // Only the name: paths and taps that are made of one stay usual.
    const bytes = options.names === 'hostile' && spec.index === 0 ? HOSTILE_NAME_BYTES[place] : undefined
    if (bytes !== undefined) guest.renameBytes(bytes)
    return guest
  })
}

/** Others may be of the idle crowd. */
const ALWAYS_AWAKE: readonly GuestKind[] = [NOISY_KIND, HUGE_KIND, WIDE_KIND]

/** The first guests of a host are the ones that a demonstration and a test want to find. */
function noteworthy(
  spec: SimHostSpec,
  place: number,
  contended: boolean,
): { kind: GuestKind | null; name: string | null } | null {
  const huge = hugeGuest(spec, place)
  if (huge !== null) return { kind: huge, name: null }
  if (spec.domains < ENOUGH_FOR_GUESTS_OF_NOTE) return null
  if (contended && place < 2) return { kind: NOISY_KIND, name: null }
  if (spec.index !== 0) return null
  if (place === 2) return { kind: LARGE_KIND, name: null }
  const name = HOSTILE_NAMES[place - 3]
  return name === undefined ? null : { kind: null, name }
}

/** Where more vCPUs are asked for than the usual largest guest has, one guest has them, however small the estate is. */
function hugeGuest({ options, index, domains }: SimHostSpec, place: number): GuestKind | null {
  if (options.vcpus <= mostVcpus(LARGE_KIND, options.vcpus) || index !== hugeGuestHost(options)) return null
  if (place === Math.min(HUGE_PLACE, domains - 1)) return HUGE_KIND
  return place === WIDE_PLACE ? WIDE_KIND : null
}

/** `web-frontend-103`: the third of host 1. Guests of OpenStack carry a number that says nothing. */
function guestName(kind: GuestKind, hostIndex: number, number: number): string {
  if (kind.word === 'instance')
    return `instance-${((hostIndex + 1) * 0x10000 + number * 7).toString(16).padStart(8, '0')}`
  return `${kind.word}-${hostIndex + 1}${String(number).padStart(2, '0')}`
}

/** Starts most of the guests, each at a time before the simulation began. Gives the next free id. */
function startGuests(guests: readonly Guest[], spec: SimHostSpec, load: HostLoad, seed: number): number {
  let id = 1
  for (const guest of guests) {
    const isForShow = ALWAYS_AWAKE.includes(guest.shape.kind)
    const off = unit(mix(guest.shape.hash, 4)) * 100 < spec.options.inactive && !isForShow
    if (off) {
      guest.persistent = true
      guest.end(1)
      continue
    }
    const age = unit(mix(seed, guest.shape.hash)) ** 2
    guest.begin(id++, -age * (HOST_UPTIME - 3_600) - 60, load)
    if (unit(mix(guest.shape.hash, 5)) < 0.01 && !isForShow) guest.pause(-30)
  }
  return id
}

/** Every fifth host does, the second first. */
function reservesHugePages(spec: SimHostSpec): boolean {
  return spec.index % 5 === 1
}

/** As much as the guests on huge pages may take, and some more, but never more than half of the memory. */
function hugePagesFor(spec: SimHostSpec, guests: readonly Guest[], memoryKiB: number): number {
  if (!reservesHugePages(spec)) return 0
  const wanted = guests.reduce((sum, guest) => sum + (guest.shape.hugePages ? guest.shape.memoryMaximumKiB : 0), 0)
  return Math.min(Math.ceil(wanted / GIB_KIB) + 4, Math.floor(memoryKiB / GIB_KIB / 2)) * GIB_KIB
}

function makeNode(spec: SimHostSpec, cpus: number, guests: readonly Guest[], random: Seeded): NodeShape {
  const promised = guests.reduce((sum, guest) => sum + guest.shape.memoryKiB, 0)
  const gib = [128, 256, 512, 1024, 2048].find((size) => size * GIB_KIB * 0.9 >= promised)
  const memoryKiB = (gib ?? Math.ceil(promised / 0.9 / (512 * GIB_KIB)) * 512) * GIB_KIB
  const hex = (bytes: number) =>
    Array.from({ length: bytes }, () => (random.bits() & 0xff).toString(16).padStart(2, '0')).join('')
  return {
    hostname: spec.name,
    uuid: `${hex(4)}-${hex(2)}-4${hex(2).slice(1)}-a${hex(2).slice(1)}-${hex(6)}`,
    cpus,
    sockets: 2,
    cores: cpus / 4,
    threads: 2,
    mhz: 2_650,
    memoryKiB: memoryKiB - 524_288,
    hugePagesKiB: hugePagesFor(spec, guests, memoryKiB),
  }
}

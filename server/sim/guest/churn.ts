import type { Clock } from '../../clock.ts'
import type { Guest } from './guest.ts'
import { DomainState } from './guest.ts'
import { GUEST_KINDS } from './guest-kinds.ts'
import { makeDisk, makeNic } from './make-guest.ts'
import { mix, Seeded } from './seeded.ts'
import type { SimHost } from './sim-host.ts'

/** Seconds between two changes of one domain, on average. */
const DOMAIN_INTERVAL_SECONDS = 2_400
/** No host changes more often than this, however many domains it has. */
const LEAST_INTERVAL_MS = 400
/** Tries to find a domain that fits before a change is given up. */
const TRIES = 12

interface Change {
  readonly weight: number
  /** Picks domains for it. */
  readonly fits: (guest: Guest) => boolean
  readonly apply: (guest: Guest, churn: ChurnTools) => void
}

interface ChurnTools {
  readonly host: SimHost
  readonly random: Seeded
  /** Does something later, unless the churn was stopped. */
  later(minSeconds: number, maxSeconds: number, action: () => void): void
}

/** Guests that are there for a purpose are left alone. */
const isOrdinary = (guest: Guest) => guest.shape.noise === 0 && guest.shape.vcpuMaximum < 64
const isRunning = (guest: Guest) => guest.state === DomainState.Running && isOrdinary(guest)
const isOff = (guest: Guest) => !guest.active && isOrdinary(guest)

const CHANGES: readonly Change[] = [
  { weight: 6, fits: isRunning, apply: (guest, tools) => stopForAWhile(guest, 'shutdown', tools) },
  { weight: 3, fits: isRunning, apply: (guest, tools) => stopForAWhile(guest, 'crash', tools) },
  { weight: 3, fits: isOff, apply: (guest, { host }) => host.start(guest) },
  { weight: 4, fits: isRunning, apply: suspendForAWhile },
  { weight: 3, fits: isOff, apply: (guest, { host }) => host.rename(guest, renamed(guest.name)) },
  { weight: 5, fits: (guest) => isRunning(guest) && guest.shape.vcpuMaximum > 1, apply: plugVcpu },
  { weight: 4, fits: (guest) => isRunning(guest) && guest.disks.length < 8, apply: plugDisk },
  { weight: 2, fits: (guest) => isRunning(guest) && guest.nics.length < 4, apply: plugNic },
  { weight: 3, fits: isRunning, apply: balloon },
  { weight: 3, fits: isRunning, apply: (guest, { host }) => host.resetCounters(guest) },
  { weight: 4, fits: isRunning, apply: (_, tools) => runTransient(tools) },
]

/** Lets things happen on a host by themselves, in an order that its seed decides. Returns the undo. */
export function startChurn(host: SimHost, clock: Clock): () => void {
  const random = new Seeded(mix(host.world.seed, 0xc0ffee))
  const undo = new Set<() => void>()
  const after = (ms: number, action: () => void) => {
    const cancel = clock.after(ms, () => {
      undo.delete(cancel)
      action()
    })
    undo.add(cancel)
  }
  const tools: ChurnTools = {
    host,
    random,
    later: (min, max, action) => after(random.range(min, max) * 1000, action),
  }
  const mean = Math.max(LEAST_INTERVAL_MS, (DOMAIN_INTERVAL_SECONDS * 1000) / Math.max(1, host.guests.length))
  const next = () =>
    after(mean * random.range(0.3, 1.7), () => {
      changeSomething(tools)
      next()
    })
  next()
  return () => {
    for (const cancel of undo) cancel()
    undo.clear()
  }
}

function changeSomething(tools: ChurnTools): void {
  const { random, host } = tools
  const change = random.weighted(CHANGES)
  for (let tries = 0; tries < TRIES && host.guests.length > 0; tries++) {
    const guest = random.pick(host.guests)
    if (!change.fits(guest)) continue
    change.apply(guest, tools)
    return
  }
}

function stopForAWhile(guest: Guest, how: 'shutdown' | 'crash', { host, later }: ChurnTools): void {
  host.stop(guest, how)
  later(15, 90, () => {
    if (isOff(guest) && host.byUuid(guest.shape.uuid) === guest) host.start(guest)
  })
}

function suspendForAWhile(guest: Guest, { host, later }: ChurnTools): void {
  host.suspend(guest)
  later(10, 60, () => {
    if (guest.state === DomainState.Paused) host.resume(guest)
  })
}

function plugVcpu(guest: Guest, { host, random }: ChurnTools): void {
  const free = Array.from({ length: guest.shape.vcpuMaximum }, (_, id) => id).filter(
    (id) => !guest.vcpuIds.includes(id),
  )
  const unplug = free.length === 0 || (guest.vcpuIds.length > 1 && random.chance(0.4))
  // vCPU 0 cannot be unplugged.
  const ids = unplug
    ? without(guest.vcpuIds, random.pick(guest.vcpuIds.slice(1)))
    : [...guest.vcpuIds, random.pick(free)]
  host.setVcpus(guest, ids)
}

function plugDisk(guest: Guest, { host, random, later }: ChurnTools): void {
  const used = new Set(guest.disks.map((disk) => disk.target))
  const letter = [...'bcdefghijk'].find((candidate) => !used.has(`vd${candidate}`))
  if (letter === undefined) return
  const disk = makeDisk({ name: guest.name, kind: guest.shape.kind, activity: 1 }, `vd${letter}`, random)
  // Sometimes in front: the positions of the others move.
  host.attachDisk(guest, disk, random.chance(0.3) ? 0 : guest.disks.length)
  later(60, 300, () => {
    if (guest.active && guest.disks.includes(disk)) host.detachDisk(guest, disk.target)
  })
}

function plugNic(guest: Guest, { host, random, later }: ChurnTools): void {
  const nic = makeNic({ kind: guest.shape.kind, hash: random.bits(), activity: 1 }, guest.nics.length, random)
  host.attachNic(guest, nic)
  later(60, 300, () => {
    const index = guest.nics.indexOf(nic)
    if (guest.active && index !== -1) host.detachNic(guest, index)
  })
}

function balloon(guest: Guest, { host, random }: ChurnTools): void {
  host.setMemory(guest, Math.floor(guest.shape.memoryMaximumKiB * random.range(0.5, 1)))
}

/** A guest that exists only while it runs, as a build job does. */
function runTransient({ host, random, later }: ChurnTools): void {
  const kind = GUEST_KINDS.find(({ word }) => word === 'ci-runner') ?? random.pick(GUEST_KINDS)
  const hash = random.bits()
  const name = `ci-job-${hash.toString(16).padStart(8, '0')}`
  if (host.byName(name) !== null) return
  const maxVcpus = host.world.spec.options.vcpus
  const guest = host.define(
    { name, kind, hash, kvm: false, activity: 1, maxVcpus, contended: false, noise: 0, hugePages: false },
    false,
  )
  host.start(guest)
  later(40, 400, () => {
    if (guest.active) host.stop(guest, 'shutdown')
  })
}

/** `web-03` becomes `web-03-v2`, and that becomes `web-03` again. */
function renamed(name: string): string {
  return name.endsWith('-v2') ? name.slice(0, -3) : `${name}-v2`
}

function without(ids: readonly number[], id: number): number[] {
  return ids.filter((other) => other !== id)
}

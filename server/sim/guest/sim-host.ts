import { DomscopeError } from '../../../lib/errors/domscope-error.ts'
import type { Clock } from '../../clock.ts'
import type { Disk, Guest, Moment, Nic } from './guest.ts'
import { DomainState, emptyMoment } from './guest.ts'
import type { JobKind } from './jobs.ts'
import { Jobs } from './jobs.ts'
import { makeGuest } from './make-guest.ts'
import type { HostWorld } from './make-host.ts'
import { Monitors } from './monitors.ts'
import type { SimEvent } from './sim-event.ts'
import {
  balloonEvent,
  blockJobEvent,
  deviceEvent,
  jobCompletedEvent,
  Lifecycle,
  lifecycleEvent,
  titleEvent,
} from './sim-event.ts'

export type StopKind = 'shutdown' | 'destroy' | 'crash'

const STOPS = {
  shutdown: { events: [Lifecycle.ShutdownByGuest], last: Lifecycle.StoppedByGuest, reason: 1 },
  destroy: { events: [Lifecycle.ShutdownByHost], last: Lifecycle.Destroyed, reason: 2 },
  crash: { events: [], last: Lifecycle.Failed, reason: 6 },
} as const

/** A running host: its domains, what can be done to them, and the events that follow. */
export class SimHost {
  readonly world: HostWorld
  readonly monitors = new Monitors()
  readonly jobs = new Jobs()
  /** Order in which the daemon visits its domains; nobody may rely on it. */
  readonly guests: Guest[]
  /** CPU time of processes that ended, ns: the host's own counters keep it. */
  retiredCpuNs = 0
  /** Unix time at second 0. */
  readonly epochSeconds: number
  readonly #clock: Clock
  readonly #startMs: number
  readonly #byUuid = new Map<string, Guest>()
  readonly #byName = new Map<string, Guest>()
  readonly #listeners = new Set<(event: SimEvent) => void>()
  readonly #moment: Moment = emptyMoment()
  #nextId: number

  constructor(world: HostWorld, clock: Clock) {
    this.world = world
    this.guests = [...world.guests]
    this.#nextId = world.nextId
    this.#clock = clock
    this.#startMs = clock.now()
    this.epochSeconds = clock.wall() / 1000
    for (const guest of this.guests) this.#index(guest)
  }

  /** Seconds since the start of the simulation. */
  now(): number {
    return (this.#clock.now() - this.#startMs) / 1000
  }

  onEvent(listener: (event: SimEvent) => void): () => void {
    this.#listeners.add(listener)
    return () => this.#listeners.delete(listener)
  }

  byUuid(uuid: Uint8Array): Guest | null {
    return this.#byUuid.get(uuidKey(uuid)) ?? null
  }

  byName(name: string): Guest | null {
    return this.#byName.get(name) ?? null
  }

  byId(id: number): Guest | null {
    return this.guests.find((guest) => guest.id === id && guest.active) ?? null
  }

  /** By name, or by UUID with or without dashes. */
  find(nameOrUuid: string): Guest {
    const guest = this.byName(nameOrUuid) ?? this.#byUuid.get(nameOrUuid.replaceAll('-', '').toLowerCase())
    if (guest === undefined) throw refused('NO_DOMAIN', `no domain "${nameOrUuid}" on ${this.world.spec.name}`)
    return guest
  }

  start(guest: Guest): void {
    if (guest.active) throw refused('OPERATION_INVALID', `${guest.name} is running`)
    guest.begin(this.#nextId++, this.now(), this.world.load)
    this.emit(lifecycleEvent(guest, Lifecycle.Unpaused))
    this.emit(lifecycleEvent(guest, Lifecycle.Booted))
  }

  stop(guest: Guest, kind: StopKind): void {
    this.#mustRun(guest)
    const { events, last, reason } = STOPS[kind]
    for (const event of events) this.emit(lifecycleEvent(guest, event))
    this.retiredCpuNs += guest.cpuTimeNs(this.moment(guest))
    guest.end(reason)
    this.jobs.forget(guest)
    this.emit(lifecycleEvent(guest, last))
    this.monitors.thaw(guest)
    if (!guest.persistent) this.#remove(guest)
  }

  suspend(guest: Guest): void {
    this.#mustRun(guest)
    if (guest.state === DomainState.Paused) throw refused('OPERATION_INVALID', `${guest.name} is paused`)
    guest.pause(this.now())
    this.emit(lifecycleEvent(guest, Lifecycle.Suspended))
  }

  resume(guest: Guest): void {
    if (guest.state !== DomainState.Paused) throw refused('OPERATION_INVALID', `${guest.name} is not paused`)
    guest.unpause(this.now(), this.world.load)
    this.emit(lifecycleEvent(guest, Lifecycle.Unpaused))
  }

  /** Only while off, as libvirt does it. */
  rename(guest: Guest, name: string): void {
    if (guest.active) throw refused('OPERATION_INVALID', `${guest.name} is running: rename it while it is off`)
    this.#mustBeFree(name)
    this.emit(lifecycleEvent(guest, Lifecycle.RemovedByRename))
    this.#byName.delete(guest.name)
    guest.rename(name)
    this.#byName.set(name, guest)
    this.emit(lifecycleEvent(guest, Lifecycle.Renamed))
  }

  define(plan: Parameters<typeof makeGuest>[0], persistent: boolean): Guest {
    this.#mustBeFree(plan.name)
    const guest = makeGuest(plan)
    guest.persistent = persistent
    this.guests.push(guest)
    this.#index(guest)
    if (persistent) this.emit(lifecycleEvent(guest, Lifecycle.Added))
    return guest
  }

  /** A running domain becomes transient: it goes when it stops. */
  undefine(guest: Guest): void {
    if (!guest.persistent) throw refused('OPERATION_INVALID', `${guest.name} is transient`)
    guest.persistent = false
    this.emit(lifecycleEvent(guest, Lifecycle.Removed))
    if (!guest.active) this.#remove(guest)
  }

  setVcpus(guest: Guest, ids: readonly number[]): void {
    this.#mustRun(guest)
    const wanted = [...new Set(ids)].sort((a, b) => a - b)
    if (wanted.length === 0 || wanted.some((id) => !(id >= 0 && id < guest.shape.vcpuMaximum))) {
      throw refused('INVALID_ARG', `vCPUs of ${guest.name} are 0 to ${guest.shape.vcpuMaximum - 1}`)
    }
    const moment = this.moment(guest)
    for (const id of guest.vcpuIds) if (!wanted.includes(id)) guest.unplugVcpu(id, moment)
    for (const id of wanted) if (!guest.vcpuIds.includes(id)) guest.plugVcpu(id, moment)
  }

  setMemory(guest: Guest, memoryKiB: number): void {
    this.#mustRun(guest)
    guest.memoryKiB = Math.max(65_536, Math.min(memoryKiB, guest.shape.memoryMaximumKiB))
    this.emit(balloonEvent(guest))
  }

  /** Puts a disk at `index`; those behind it move up by one. */
  attachDisk(guest: Guest, disk: Disk, index = guest.disks.length): void {
    if (guest.disks.some((other) => other.target === disk.target)) {
      throw refused('OPERATION_INVALID', `${guest.name} has a disk ${disk.target}`)
    }
    const moment = this.moment(guest)
    disk.ioOrigin = moment.io
    disk.stallOrigin = moment.stall
    guest.disks = guest.disks.toSpliced(index, 0, disk)
    if (guest.active) this.emit(deviceEvent(guest, true, diskAlias(disk)))
  }

  detachDisk(guest: Guest, target: string): void {
    const disk = guest.disks.find((other) => other.target === target)
    if (disk === undefined) throw refused('INVALID_ARG', `${guest.name} has no disk ${target}`)
    guest.disks = guest.disks.filter((other) => other !== disk)
    if (guest.active) this.emit(deviceEvent(guest, false, diskAlias(disk)))
  }

  attachNic(guest: Guest, nic: Nic): void {
    nic.netOrigin = this.moment(guest).net
    guest.nics = [...guest.nics, nic]
    if (guest.active) this.emit(deviceEvent(guest, true, `net${guest.nics.length - 1}`))
  }

  detachNic(guest: Guest, index: number): void {
    if (guest.nics[index] === undefined) throw refused('INVALID_ARG', `${guest.name} has no NIC ${index}`)
    guest.nics = guest.nics.toSpliced(index, 1)
    if (guest.active) this.emit(deviceEvent(guest, false, `net${index}`))
  }

  setTitle(guest: Guest, title: string): void {
    guest.title = title === '' ? null : title
    this.emit(titleEvent(guest))
  }

  /** Storage of a guest stops to answer, or answers again. */
  freezeIo(guest: Guest, on: boolean): void {
    this.#mustRun(guest)
    const now = this.now()
    if (on) guest.freezeIo(now, this.moment(guest))
    else guest.thawIo(now, this.world.load, this.#moment)
  }

  /** A job that ends by itself after `seconds`, with the events that libvirt sends; a copy is *ready* first. */
  startJob(guest: Guest, kind: JobKind, seconds: number): void {
    this.#mustRun(guest)
    const disk = kind === 'copy' ? guest.disks[0]?.target : null
    if (disk === undefined) throw refused('INVALID_ARG', `${guest.name} has no disk to copy`)
    if (this.jobs.of(guest) !== null) throw refused('OPERATION_INVALID', `${guest.name} has a job`)
    const job = { kind, disk, startedAt: this.now(), seconds }
    this.jobs.start(guest, job)
    this.#clock.after(seconds * 1000, () => {
      if (!this.jobs.end(guest, job)) return
      this.emit(disk === null ? jobCompletedEvent(guest, seconds) : blockJobEvent(guest, disk, 'completed'))
    })
    if (disk === null) return
    this.#clock.after(seconds * 500, () => {
      if (this.jobs.of(guest) === job) this.emit(blockJobEvent(guest, disk, 'ready'))
    })
  }

  resetCounters(guest: Guest): void {
    this.#mustRun(guest)
    const moment = this.moment(guest)
    this.retiredCpuNs += guest.cpuTimeNs(moment)
    guest.resetCounters(moment)
  }

  /** The signals of a guest now. Valid until the next call. */
  moment(guest: Guest): Moment {
    guest.read(this.now(), this.world.load, this.#moment)
    return this.#moment
  }

  emit(event: SimEvent): void {
    for (const listener of this.#listeners) listener(event)
  }

  #mustRun(guest: Guest): void {
    if (!guest.active) throw refused('OPERATION_INVALID', `${guest.name} is not running`)
  }

  #mustBeFree(name: string): void {
    if (this.#byName.has(name)) throw refused('OPERATION_FAILED', `a domain "${name}" exists`)
  }

  #index(guest: Guest): void {
    // Names that are no text may look the same as text: the first one keeps it.
    if (!this.#byName.has(guest.name)) this.#byName.set(guest.name, guest)
    this.#byUuid.set(uuidKey(guest.shape.uuid), guest)
  }

  /** The last guest takes the free place: the order of records changes, as it does in a real daemon. */
  #remove(guest: Guest): void {
    const place = this.guests.indexOf(guest)
    const last = this.guests.pop()
    if (last !== undefined && last !== guest) this.guests[place] = last
    if (this.#byName.get(guest.name) === guest) this.#byName.delete(guest.name)
    this.#byUuid.delete(uuidKey(guest.shape.uuid))
  }
}

export function uuidKey(uuid: Uint8Array): string {
  return Buffer.from(uuid.buffer, uuid.byteOffset, uuid.byteLength).toString('hex')
}

function diskAlias(disk: Disk): string {
  return `virtio-disk${disk.target.charCodeAt(2) - 97}`
}

function refused(code: string, message: string): DomscopeError {
  return new DomscopeError(`SIM_${code}`, message, { radius: 'client' })
}

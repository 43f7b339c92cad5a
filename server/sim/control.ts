import { assertNever } from '../../lib/errors/domscope-error.ts'
import { Procedure } from '../../lib/libvirt/constants.ts'
import { formatUuid } from '../../lib/libvirt/domain-ref.ts'
import type { ControlCommand, DomainOp } from './control-command.ts'
import type { SimCounters } from './counters.ts'
import type { Faults } from './faults.ts'
import type { Guest } from './guest/guest.ts'
import { GUEST_KINDS } from './guest/guest-kinds.ts'
import { makeDisk, makeNic } from './guest/make-guest.ts'
import { mix, Seeded } from './guest/seeded.ts'
import type { SimHost } from './guest/sim-host.ts'

/** What commands act on. */
export interface Controlled {
  readonly host: SimHost
  readonly faults: Faults
  readonly counters: SimCounters
  setChurn(on: boolean): void
  modeChanged(): void
  dropConnections(): void
  restart(downMs: number): Promise<void>
}

/** A domain as the control channel shows it. */
export interface ListedDomain {
  readonly name: string
  readonly uuid: string
  readonly id: number
  readonly state: number
  readonly vcpus: readonly number[]
  readonly disks: readonly string[]
  readonly nics: number
}

type DomainCommand = Extract<ControlCommand, { readonly domain: string }>

/** Does what a command says. Resolves with what it answers, undefined for most. */
export async function runCommand(command: ControlCommand, daemon: Controlled): Promise<unknown> {
  if ('domain' in command) return runDomainCommand(command, daemon)
  const { faults, host } = daemon
  switch (command.op) {
    case 'define':
      return listed(define(command, host))
    case 'list':
      return host.guests.map(listed)
    case 'counters':
      return daemon.counters.report()
    case 'dropConnections':
      return daemon.dropConnections()
    case 'restart':
      return daemon.restart(command.downMs ?? 0)
    case 'churn':
      return daemon.setChurn(command.on)
    case 'mode':
      faults.mode = command.mode
      return daemon.modeChanged()
    default:
      return setFault(command, faults)
  }
}

type FaultCommand = Extract<
  ControlCommand,
  { readonly op: 'partialPercent' | 'slow' | 'slowMonitor' | 'delay' | 'fail' | 'lose' | 'trickle' | 'cut' | 'reorder' }
>

function setFault(command: FaultCommand, faults: Faults): void {
  switch (command.op) {
    case 'partialPercent':
      faults.partialPercent = command.percent
      return
    case 'slow':
      faults.slowMs = command.ms
      return
    case 'slowMonitor':
      faults.monitorMs = command.ms
      return
    case 'delay':
      faults.delayMs = command.ms
      return
    case 'fail':
      faults.failNext(command.procedure ?? Procedure.GetAllDomainStats, command.code, command.times ?? 1)
      return
    case 'lose':
      faults.loseNext(command.procedure ?? null, command.times)
      return
    case 'trickle':
      faults.trickle = command.bytes === 0 ? null : { bytes: command.bytes, everyMs: command.everyMs }
      return
    case 'cut':
      faults.cutAfter = command.bytes
      return
    case 'reorder':
      faults.reorder = command.on
      return
    default:
      assertNever(command, 'fault')
  }
}

function runDomainCommand(command: DomainCommand, daemon: Controlled): unknown {
  const { host, faults } = daemon
  const guest = host.find(command.domain)
  switch (command.op) {
    case 'stop':
      return host.stop(guest, command.how ?? 'destroy')
    case 'setTitle':
      return host.setTitle(guest, command.title)
    case 'startJob':
      return host.startJob(guest, command.job, command.seconds)
    case 'rename':
      return host.rename(guest, command.to)
    case 'setVcpus':
      return host.setVcpus(guest, command.ids)
    case 'setMemory':
      return host.setMemory(guest, command.memoryKiB)
    case 'attachDisk':
      return host.attachDisk(guest, newDisk(guest, command.target), command.index)
    case 'detachDisk':
      return host.detachDisk(guest, command.target)
    case 'detachNic':
      return host.detachNic(guest, command.index)
    case 'partial':
      return command.on ? void faults.partial.add(guest) : void faults.partial.delete(guest)
    default:
      return SIMPLE[command.op](host, guest)
  }
}

const SIMPLE: Readonly<Record<DomainOp, (host: SimHost, guest: Guest) => void>> = {
  freeze: (host, guest) => host.monitors.freeze(guest),
  thaw: (host, guest) => host.monitors.thaw(guest),
  start: (host, guest) => host.start(guest),
  crash: (host, guest) => host.stop(guest, 'crash'),
  suspend: (host, guest) => host.suspend(guest),
  resume: (host, guest) => host.resume(guest),
  undefine: (host, guest) => host.undefine(guest),
  attachNic: (host, guest) => host.attachNic(guest, newNic(guest)),
  resetCounters: (host, guest) => host.resetCounters(guest),
  freezeIo: (host, guest) => host.freezeIo(guest, true),
  thawIo: (host, guest) => host.freezeIo(guest, false),
}

function define(command: Extract<ControlCommand, { readonly op: 'define' }>, host: SimHost): Guest {
  const kind = { ...(GUEST_KINDS[0] as (typeof GUEST_KINDS)[number]), vcpus: [command.vcpus ?? 2] }
  const hash = mix(
    host.world.seed,
    [...command.name].reduce((sum, letter) => mix(sum, letter.codePointAt(0) ?? 0), 7),
  )
  const maxVcpus = Math.max(command.vcpus ?? 2, host.world.spec.options.vcpus)
  const guest = host.define(
    { name: command.name, kind, hash, kvm: false, activity: 1, maxVcpus, contended: false, noise: 0, hugePages: false },
    command.persistent ?? true,
  )
  if (command.running === true) host.start(guest)
  return guest
}

function newDisk(guest: Guest, target: string) {
  const random = new Seeded(mix(guest.shape.hash, target.charCodeAt(2)))
  return makeDisk({ name: guest.name, kind: guest.shape.kind, activity: 1 }, target, random)
}

function newNic(guest: Guest) {
  const index = guest.nics.length
  const random = new Seeded(mix(guest.shape.hash, 0x4e1c + index))
  return makeNic({ kind: guest.shape.kind, hash: random.bits(), activity: 1 }, index, random)
}

function listed(guest: Guest): ListedDomain {
  return {
    name: guest.name,
    uuid: formatUuid(guest.shape.uuid),
    id: guest.id,
    state: guest.state,
    vcpus: guest.vcpuIds,
    disks: guest.disks.map((disk) => disk.target),
    nics: guest.nics.length,
  }
}

import type { BootSample } from '../../../lib/derive/same-boot.ts'
import type { HostStatus } from '../fleet-reader.ts'
import type { HostRecord } from './host-record.ts'
import { MachinePairs, type ShareGuests } from './machine-pairs.ts'

/** Changes since the groups were made last. */
const STALE = null

/**
 * Hosts that are one machine: two drivers of it, or one daemon by two URIs. They tell one UUID, and are found to be of
 * one boot, or to run the same domains (`MachinePairs`).
 *
 * @remarks One of them stands for all: the first of those in reach, in the order of the configuration. Figures of the
 * machine are told of that one alone, with the domains of all of them.
 */
export class SameMachine {
  private readonly byUuid = new Map<string, HostRecord[]>()
  private readonly uuids = new Map<HostRecord, string>()
  private readonly pairs: MachinePairs
  private groups: ReadonlyMap<HostRecord, readonly HostRecord[]> | typeof STALE = new Map()

  constructor(shareGuests: ShareGuests) {
    this.pairs = new MachinePairs(shareGuests)
  }

  /** A host's session opened. Returns another host that seems to be the same machine, or null. */
  connected(host: HostRecord): HostRecord | null {
    const before = this.uuids.get(host)
    const uuid = host.facts?.hostUuid ?? null
    this.pairs.forget(host)
    this.changed()
    if (before !== uuid) {
      if (before !== undefined)
        this.byUuid.set(
          before,
          this.on(before).filter((each) => each !== host),
        )
      if (uuid === null) this.uuids.delete(host)
      else {
        this.uuids.set(host, uuid)
        this.byUuid.set(
          uuid,
          [...this.on(uuid), host].toSorted((a, b) => a.row - b.row),
        )
      }
    }
    return this.members(host).find((each) => each !== host) ?? null
  }

  /** The state of a host changed: groups are made anew when they are asked for. */
  changed(): void {
    this.groups = STALE
  }

  /** The domains of a host were read. */
  listed(host: HostRecord): void {
    if (this.namesakes(host).length > 0) this.changed()
  }

  /** The CPU time of a host was read. */
  sampled(host: HostRecord, sample: BootSample): void {
    const others = this.namesakes(host)
    if (others.length === 0) return
    this.pairs.sampled(host, sample, others)
    this.changed()
  }

  /** The hosts of a host's machine, itself among them; the one that stands for all is the first. */
  members(host: HostRecord): readonly HostRecord[] {
    this.groups ??= this.group()
    return this.groups.get(host) ?? [host]
  }

  /** The host that counts in place of this one, or null when this one counts. */
  countedAs(host: HostRecord): HostRecord | null {
    const [counted] = this.members(host)
    return counted === undefined || counted === host ? null : counted
  }

  /** Every machine with more than one host. */
  shared(): readonly (readonly HostRecord[])[] {
    this.groups ??= this.group()
    return [...new Set(this.groups.values())]
  }

  /** Another text whenever other hosts are one machine, or another one of them counts. */
  get grouping(): string {
    return this.shared()
      .map((hosts) => hosts.map(({ row }) => row).join(' '))
      .join('; ')
  }

  /** Says in a host's status where it is counted. */
  tell(host: HostRecord, status: HostStatus): HostStatus {
    const counted = this.countedAs(host)
    if (counted === null) return status
    const missing = [...status.missing, sameMachineAs(counted.name)]
    return { ...status, countedAs: counted.name, missing }
  }

  private group(): Map<HostRecord, readonly HostRecord[]> {
    const groups = new Map<HostRecord, readonly HostRecord[]>()
    for (const hosts of this.byUuid.values()) {
      if (hosts.length < 2) continue
      for (const members of this.machines(hosts)) {
        if (members.length > 1) for (const host of members) groups.set(host, members)
      }
    }
    return groups
  }

  /** Hosts of one UUID, by machine. */
  private machines(hosts: readonly HostRecord[]): HostRecord[][] {
    const machines: HostRecord[][] = []
    for (const host of hosts) {
      const known = machines.find((members) => members.some((member) => this.pairs.isSame(member, host)))
      if (known === undefined) machines.push([host])
      else known.push(host)
    }
    return machines.map((members) => members.toSorted((a, b) => Number(isOut(a)) - Number(isOut(b)) || a.row - b.row))
  }

  private namesakes(host: HostRecord): readonly HostRecord[] {
    const uuid = this.uuids.get(host)
    return uuid === undefined ? [] : this.on(uuid).filter((each) => each !== host)
  }

  private on(uuid: string): readonly HostRecord[] {
    return this.byUuid.get(uuid) ?? []
  }
}

/** What a host that is counted as another says among what is missing. */
export function sameMachineAs(host: string): string {
  return `the same machine as ${host}: counted once`
}

function isOut({ state }: HostRecord): boolean {
  return state !== 'up' && state !== 'busy'
}

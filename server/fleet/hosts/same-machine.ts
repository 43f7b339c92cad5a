import type { HostStatus } from '../fleet-reader.ts'
import type { HostRecord } from './host-record.ts'

/**
 * Hosts that are one machine, by the UUID in its capabilities: two drivers of it, or one daemon by two URIs.
 *
 * @remarks The first of them in the order of the configuration that is within reach counts; the figures of the others
 * would be added to the totals a second time, so they stay unknown. Domains are not touched.
 */
export class SameMachine {
  private readonly hosts = new Map<string, HostRecord[]>()
  private readonly uuids = new Map<HostRecord, string>()

  /** A host's session opened. Returns another host on the same machine, or null. */
  connected(host: HostRecord): HostRecord | null {
    const before = this.uuids.get(host)
    const uuid = host.facts?.hostUuid ?? null
    if (before !== uuid) {
      if (before !== undefined)
        this.hosts.set(
          before,
          this.on(before).filter((each) => each !== host),
        )
      if (uuid === null) this.uuids.delete(host)
      else {
        this.uuids.set(host, uuid)
        this.hosts.set(
          uuid,
          [...this.on(uuid), host].toSorted((a, b) => a.row - b.row),
        )
      }
    }
    return uuid === null ? null : (this.on(uuid).find((each) => each !== host) ?? null)
  }

  /** The host that counts in place of this one, or null when this one counts. */
  countedAs(host: HostRecord): HostRecord | null {
    const uuid = this.uuids.get(host)
    if (uuid === undefined) return null
    const counted = this.on(uuid).find(({ state }) => state === 'up' || state === 'busy')
    return counted === undefined || counted.row >= host.row ? null : counted
  }

  /** Says in a host's status where it is counted. */
  tell(host: HostRecord, status: HostStatus): HostStatus {
    const counted = this.countedAs(host)
    if (counted === null) return status
    return { ...status, missing: [...status.missing, `the same machine as ${counted.name}: counted once`] }
  }

  private on(uuid: string): HostRecord[] {
    return this.hosts.get(uuid) ?? []
  }
}

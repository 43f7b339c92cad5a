import { buildReply, monitorParams } from '../../lib/ingest/testing/record-builder.ts'
import { Fleet } from '../fleet/fleet.ts'
import type { HostStatus } from '../fleet/fleet-reader.ts'
import { Lane } from '../fleet/fleet-writer.ts'
import type { HostFacts } from '../libvirt/host-session.ts'
import { ManualClock } from './manual-clock.ts'

const CPUS = 2
const NS_PER_MS = 1_000_000n
const UP_MS = 1_000_000

/** Connections that may lead to one machine. Unless told otherwise they do, by one driver, and it runs two domains. */
export class SharedMachine {
  readonly clock = new ManualClock()
  readonly fleet = new Fleet({ clock: this.clock, simulated: false })
  /** By connection: how much later its machine was switched on, in ms. */
  boots: readonly number[] = [0, 0]
  /** By connection: last bytes of the UUIDs of its domains. */
  guests: readonly (readonly number[])[] = [
    [1, 2],
    [1, 2],
  ]
  tellsCpu = true
  standsStill = false
  private readonly names: readonly string[]
  private readonly hostUuid: string | null

  constructor(names: readonly string[], hostUuid: string | null) {
    this.names = names
    this.hostUuid = hostUuid
    for (const name of names) this.fleet.addHost(name, `qemu+ssh://${name}/system`)
  }

  connectAll(): this {
    for (const host of this.names.keys()) this.connect(host)
    return this
  }

  /** Returns what the fleet says of it. */
  connect(host: number, over: Partial<HostFacts> = {}): string | null {
    return this.fleet.hostUp(host, { ...FACTS, hostUuid: this.hostUuid, ...over })
  }

  /** So many seconds of polling, and the commit after them. */
  poll(seconds: number): void {
    for (let second = 0; second < seconds; second++) {
      this.clock.advance(800)
      for (const host of this.names.keys()) this.pollHost(host)
      this.clock.advance(200)
    }
  }

  status(host: number): HostStatus {
    return this.fleet.hostStatuses()[host]!
  }

  /** By host: whether figures of a machine are told of it. */
  counted(): boolean[] {
    return this.fleet.hostStatuses().map(({ metrics }) => Object.values(metrics).some((value) => value !== null))
  }

  countedAs(): (string | null)[] {
    return this.fleet.hostStatuses().map((status) => status.countedAs)
  }

  /** By host: the domains that count in its rows. */
  domainsCounted(): string[][] {
    return this.names.map((name) => {
      const rows = this.rowsOf(name).filter((row) => this.fleet.countedOn(row) === null)
      return rows.map((row) => this.fleet.identity(row).name).sort()
    })
  }

  /** By host: what the grid is told of each row. */
  countedOn(): (string | null)[][] {
    const column = this.fleet.domains.column('countedOn')!
    const words = this.fleet.domains.dictionaries.get(column.number)!
    return this.names.map((name) => this.rowsOf(name).map((row) => words.word(column.codes[row]!)))
  }

  private rowsOf(host: string): number[] {
    const rows = Array.from({ length: this.fleet.domains.rowLimit }, (_, row) => row)
    return rows.filter((row) => this.fleet.domains.isAlive(row) && this.fleet.identity(row).host === host)
  }

  private pollHost(host: number): void {
    if (this.status(host).state === 'unreachable' || this.status(host).state === 'connecting') return
    const now = this.clock.now()
    if (this.tellsCpu) this.fleet.nodeCpu(host, now, this.cpu(host, now), 1)
    this.fleet.nodeMemory(host, MEMORY)
    const timing = { sentAt: now, firstByteAt: now, endAt: now, suspect: false }
    const params = monitorParams({ tick: Math.round(now) })
    const records = this.guests[host]!.map((uuid) => ({ name: `vm-${uuid}`, uuid, id: uuid + 6, params }))
    this.fleet.ingest(host, Lane.Monitor, buildReply(records), timing, true)
    const states = records.map((record) => ({ ...record, params: [['state.state', 1, 1] as const] }))
    this.fleet.ingest(host, Lane.Roster, buildReply(states), timing, true)
  }

  private cpu(host: number, now: number): ReadonlyMap<string, bigint> {
    const upMs = this.standsStill ? UP_MS : UP_MS + now - this.boots[host]!
    const all = BigInt(CPUS * Math.round(upMs)) * NS_PER_MS
    return new Map([
      ['user', all / 10n],
      ['kernel', all / 10n],
      ['idle', all - all / 5n],
    ])
  }
}

const MEMORY = new Map([
  ['total', 1000n],
  ['available', 400n],
])

const FACTS: HostFacts = {
  hostname: 'kvm',
  type: 'QEMU',
  libvirtVersion: 9_000_000,
  hypervisorVersion: 7_002_000,
  node: { model: 'x', memoryKiB: 1024, cpus: CPUS, mhz: 1, numaNodes: 1, sockets: 1, cores: 2, threads: 1 },
  hostUuid: null,
  events: [0],
  stats: 'bulk',
  missing: [],
}

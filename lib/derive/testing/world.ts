import { StatGroup } from '../../metrics/types.ts'
import { WIRE_FIELDS } from '../../metrics/wire-fields.ts'
import type { ChildRecord, GroupRecord } from './records.ts'

/** Numbers from 0 to 1 that depend on the seed alone (mulberry32). */
export function seeded(seed: number): () => number {
  let state = seed >>> 0
  return () => {
    state = (state + 0x6d2b79f5) >>> 0
    let t = Math.imul(state ^ (state >>> 15), state | 1)
    t ^= t + Math.imul(t ^ (t >>> 7), t | 61)
    return ((t ^ (t >>> 14)) >>> 0) / 4294967296
  }
}

type ChildEntity = 'vcpu' | 'disk' | 'nic'
const ENTITY_OF = { [StatGroup.Vcpu]: 'vcpu', [StatGroup.Interface]: 'nic', [StatGroup.Block]: 'disk' } as const
const MAX_U64 = (1n << 64n) - 1n
/** A field is left out of this share of the records, without making them partial: drivers differ. */
const MISSING = 0.04

interface WorldChild {
  readonly identity: string
  counters: Map<string, bigint>
}

/** One made-up guest: counters that grow, restart and vanish, children that come, go and change places. */
export class GuestWorld {
  state = 1
  stamp = 0
  /** Storage is frozen: counters of disks stand still. */
  frozen = false
  private readonly random: () => number
  private counters = new Map<string, bigint>()
  private children: Record<ChildEntity, WorldChild[]> = { vcpu: [], disk: [], nic: [] }

  constructor(seed: number) {
    this.random = seeded(seed)
    this.restart()
  }

  /** A new process: counters start at random places, some of them near the ends of 64 bits. */
  restart(): void {
    this.counters = this.freshCounters('domain')
    this.children = { vcpu: [], disk: [], nic: [] }
    for (const entity of ['vcpu', 'disk', 'nic'] as const) {
      const count = Math.floor(this.random() * 4)
      for (let i = 0; i < count; i++) this.plug(entity)
    }
    this.stamp = this.random() < 0.2 ? 0 : 1_700_000_000 + Math.floor(this.random() * 1000)
  }

  plug(entity: ChildEntity): void {
    const taken = new Set(this.children[entity].map((child) => child.identity))
    const free = ['0', '1', '2', '5', '9', '12'].find((identity) => !taken.has(identity))
    if (free !== undefined) this.children[entity].push({ identity: free, counters: this.freshCounters(entity) })
  }

  unplug(entity: ChildEntity): void {
    const list = this.children[entity]
    if (list.length > 0) list.splice(Math.floor(this.random() * list.length), 1)
  }

  /** Counters of one child start anew under the same identity, between two polls. */
  replug(entity: ChildEntity): void {
    const list = this.children[entity]
    const child = list[Math.floor(this.random() * list.length)]
    if (child !== undefined) child.counters = this.freshCounters(entity, 1000)
  }

  shuffle(entity: ChildEntity): void {
    const places = new Map(this.children[entity].map((child) => [child, this.random()]))
    this.children[entity].sort((a, b) => places.get(a)! - places.get(b)!)
  }

  /** One counter of the domain itself goes back to nearly nothing. */
  resetDomainCounter(): void {
    const paths = [...this.counters.keys()]
    this.counters.set(paths[Math.floor(this.random() * paths.length)]!, BigInt(Math.floor(this.random() * 100)))
  }

  /** Lets everything grow as in `ms`; some counters stand still. */
  advance(ms: number): void {
    const lists = [
      this.counters,
      ...Object.entries(this.children).flatMap(([entity, list]) =>
        this.frozen && entity === 'disk' ? [] : list.map((child) => child.counters),
      ),
    ]
    for (const counters of lists) {
      for (const [path, value] of counters) {
        if (isGuests(path) || this.random() < 0.3) continue
        const next = value + BigInt(Math.floor(this.random() * ms * (this.random() < 0.5 ? 10 : 2e6)))
        // Past the end of 64 bits a counter starts at 0 again, which reads as going back.
        counters.set(path, next & MAX_U64)
      }
    }
  }

  /** The guest renews its own statistics. */
  renew(stepSeconds: number): void {
    this.stamp = Math.max(0, this.stamp + stepSeconds)
    for (const path of this.counters.keys()) {
      if (!isGuests(path)) continue
      const grown = this.counters.get(path)! + BigInt(Math.floor(this.random() * 5000))
      this.counters.set(path, this.random() < 0.05 ? 3n : grown & MAX_U64)
    }
  }

  record(group: StatGroup, time: Pick<GroupRecord, 'at' | 'doubtMs' | 'jumped'>, complete: boolean): GroupRecord {
    const keep = complete ? 1 - MISSING : 0.4
    const entity = entityOf(group)
    const children = entity === null ? [] : this.children[entity].map((child, i) => this.child(entity, child, i, keep))
    return {
      ...time,
      group,
      complete,
      gauges: this.domainGauges(group, keep),
      counters: this.pick(this.counters, group, keep),
      children: complete ? children : children.filter(() => this.random() < keep),
    }
  }

  private child(entity: ChildEntity, child: WorldChild, place: number, keep: number): ChildRecord {
    const gauges = entity === 'vcpu' ? { 'vcpu.*.state': this.random() < 0.1 ? 0 : 1 } : {}
    const ordinal = entity === 'vcpu' ? Number(child.identity) : place
    return { identity: child.identity, ordinal, gauges, counters: this.pick(child.counters, null, keep) }
  }

  private domainGauges(group: StatGroup, keep: number): Record<string, number> {
    const gauges: Record<string, number> = {}
    for (const field of WIRE_FIELDS) {
      if (field.entity !== 'domain' || field.group !== group || field.shape !== 'gauge') continue
      if (field.path === 'state.state') gauges[field.path] = this.state
      else if (this.random() < keep) gauges[field.path] = this.gaugeValue(field.path)
    }
    return gauges
  }

  private gaugeValue(path: string): number {
    if (path === 'balloon.last-update') return this.stamp
    if (path === 'vcpu.current') return this.children.vcpu.length
    return this.random() < 0.05 ? 0 : Math.floor(this.random() * 2 ** 40)
  }

  private pick(from: Map<string, bigint>, group: StatGroup | null, keep: number): Record<string, bigint> {
    const entries = [...from].filter(([path]) => group === null || groupOf(path) === group)
    return Object.fromEntries(entries.filter(() => this.random() < keep))
  }

  private freshCounters(entity: ChildEntity | 'domain', below = 0): Map<string, bigint> {
    const fields = WIRE_FIELDS.filter((field) => field.entity === entity && field.shape === 'counter')
    return new Map(fields.map((field) => [field.path, below > 0 ? this.small(below) : this.anyStart()]))
  }

  private anyStart(): bigint {
    const dice = this.random()
    if (dice < 0.4) return this.small(1e6)
    if (dice < 0.6) return (1n << 53n) - 1n - this.small(1e9)
    if (dice < 0.8) return (1n << 32n) - 1n - this.small(1e6)
    if (dice < 0.95) return (1n << 63n) + this.small(1e15)
    return MAX_U64 - this.small(1e10)
  }

  private small(below: number): bigint {
    return BigInt(Math.floor(this.random() * below))
  }
}

function isGuests(path: string): boolean {
  return path.startsWith('balloon.')
}

function entityOf(group: StatGroup): ChildEntity | null {
  return group in ENTITY_OF ? ENTITY_OF[group as keyof typeof ENTITY_OF] : null
}

function groupOf(path: string): StatGroup | undefined {
  return WIRE_FIELDS.find((field) => field.path === path)?.group
}

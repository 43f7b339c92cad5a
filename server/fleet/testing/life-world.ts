import {
  buildReply,
  type Param,
  type RecordSpec,
  text,
  uint,
  ullong,
} from '../../../lib/ingest/testing/record-builder.ts'
import { findMetric } from '../../../lib/metrics/catalogue.ts'
import type { HostFacts } from '../../libvirt/host-session.ts'
import { ManualClock } from '../../testing/manual-clock.ts'
import { Fleet } from '../fleet.ts'
import { Lane } from '../fleet-writer.ts'
import { ALL_LANES, type Phase, type Step, type Story } from './life-story.ts'

const UUID = '5a5a5a5a-5a5a-5a5a-5a5a-5a5a5a5a5a01'
const UUID_BYTES = Uint8Array.from({ length: 16 }, (_, i) => (i === 15 ? 1 : 0x5a))
const FACTS: HostFacts = {
  hostname: 'kvm-01.example',
  type: 'QEMU',
  libvirtVersion: 9_000_000,
  hypervisorVersion: 7_002_000,
  node: { model: '', memoryKiB: 1, cpus: 1, mhz: 1, numaNodes: 1, sockets: 1, cores: 1, threads: 1 },
  hostUuid: null,
  events: [0],
  stats: 'bulk',
  missing: [],
}
/** Counters of process 0 begin here, of process 1 at twice that, and so on. */
const STEP = 1_000_000_000_000
const DAEMONS_OWN = 900 * STEP

/** What a reply about active domains holds of one that stopped while it was made. */
export type Stopped =
  /** No record. */
  | 'absent'
  /** Before libvirt 12: the daemon's own CPU time, and what the next process will have. */
  | 'with cpu'
  /** From libvirt 12 on: what the next process will have. */
  | 'without cpu'

/** What a row shows. Values are told as the process that they are of; null is unknown, NaN nobody's. */
export interface Shown {
  readonly id: number
  readonly state: string
  readonly processes: readonly (number | null)[]
  readonly vcpuOnline: number | null
}

/** A fleet with one domain, and a daemon that goes through a story, again and again. */
export class LifeWorld {
  readonly clock = new ManualClock()
  readonly fleet = new Fleet({ clock: this.clock, simulated: false })
  readonly host = this.fleet.addHost('kvm-01', 'qemu:///system')
  /** Phase of the story, and events told. */
  phase = 0
  told = 0
  private tick = 0
  private readonly sentAt = new Map<Lane, number>()
  private readonly story: Story
  private stopped: Stopped = 'absent'

  constructor(story: Story) {
    this.story = story
    this.fleet.hostUp(this.host, FACTS)
  }

  /** The story begins: the domain of the last time ends, and one in the first phase is seen. */
  begin(stopped: Stopped): void {
    this.take({ kind: 'send', lane: Lane.Roster })
    this.answer(Lane.Roster, [])
    this.clock.advance(100)
    this.phase = 0
    this.told = 0
    this.stopped = stopped
    this.pollAll()
  }

  phaseAt(index: number): Phase {
    return index === 0 ? this.story.first : this.story.changes[index - 1]!.after
  }

  take(step: Step): void {
    this.clock.advance(1)
    if (step.kind === 'change') this.phase++
    else if (step.kind === 'event') this.tell()
    else if (step.kind === 'send') this.sentAt.set(step.lane, this.clock.now())
    else this.deliver(step.lane, this.phaseAt(step.phase))
  }

  private tell(): void {
    const { event, detail, id } = this.story.changes[this.told++]!.told
    this.fleet.event(this.host, { kind: 'lifecycle', domain: { name: 'web', uuid: UUID_BYTES, id }, event, detail })
  }

  /** One call of each lane after the other. */
  pollAll(): void {
    for (const lane of ALL_LANES) {
      this.take({ kind: 'send', lane })
      this.take({ kind: 'deliver', lane, phase: this.phase })
    }
  }

  private deliver(lane: Lane, phase: Phase): void {
    this.tick++
    const params = lane === Lane.Roster ? this.rosterParams(phase) : this.activeParams(lane, phase)
    this.answer(lane, params === null ? [] : [{ name: 'web', uuid: 1, id: phase.id, params }])
  }

  private answer(lane: Lane, records: readonly RecordSpec[]): void {
    const sentAt = this.sentAt.get(lane)!
    const timing = { sentAt, firstByteAt: this.clock.now(), endAt: this.clock.now(), suspect: false }
    const { error } = this.fleet.ingest(this.host, lane, buildReply(records), timing, true)
    if (error !== null) throw error
  }

  private rosterParams(phase: Phase): Param[] | null {
    return phase.gone === true ? null : stateParams(phase)
  }

  private activeParams(lane: Lane, phase: Phase): Param[] | null {
    const { process } = phase
    if (process !== null) return lane === Lane.Fast ? this.fast(process, phase) : this.monitor(process)
    if (this.stopped === 'absent') return null
    if (lane === Lane.Fast) return stateParams(phase)
    const cpu = this.stopped === 'with cpu' ? [ullong('cpu.time', DAEMONS_OWN)] : []
    return [
      ...cpu,
      uint('vcpu.current', 99),
      uint('vcpu.maximum', 99),
      ullong('balloon.current', 99),
      uint('block.count', 0),
    ]
  }

  private fast(process: number, phase: Phase): Param[] {
    const nic = [uint('net.count', 1), text('net.0.name', `tap${process}`)]
    return [...stateParams(phase), ...nic, ullong('net.0.rx.bytes', (process + 1) * STEP + this.tick)]
  }

  private monitor(process: number): Param[] {
    const vcpus = process + 1
    const base = (process + 1) * STEP + this.tick
    return [
      ...[ullong('cpu.time', base), uint('vcpu.current', vcpus), uint('vcpu.maximum', 8)],
      ...Array.from({ length: vcpus }, (_, i) => ullong(`vcpu.${i}.time`, base)),
      ...[ullong('balloon.current', vcpus * 1024), ullong('balloon.rss', vcpus * 1000)],
      ...[uint('block.count', 1), text('block.0.name', 'vda'), ullong('block.0.rd.reqs', base)],
    ]
  }

  /** What the row shows; null without a row. */
  shown(): Shown | null {
    const { fleet } = this
    const row = fleet.rowsOf(UUID)[0]
    if (row === undefined) return null
    const { id, state } = fleet.identity(row)
    const value = (metric: string) => fleet.value(row, findMetric(metric)!)
    const counter = (name: string) => processOf(Number(fleet.stat(row, name)?.value ?? Number.NaN) / STEP - 1)
    const gauge = (metric: string, unit: number) => processOf((value(metric) ?? Number.NaN) / unit - 1)
    const counters = ['cpu.time', 'vcpu.0.time', 'block.0.rd.reqs', 'net.0.rx.bytes'].map(counter)
    const gauges = [gauge('vcpuOnline', 1), gauge('memoryAllocatedKiB', 1024), gauge('rssKiB', 1000)]
    return { id, state, processes: [...counters, ...gauges], vcpuOnline: value('vcpuOnline') }
  }

  /** vCPUs of the host's domains, as its overcommit counts them on its one CPU. */
  vcpusOfHost(): number | null {
    this.clock.advance(100)
    return this.fleet.hostStatuses()[0]!.metrics.hostVcpuOvercommit ?? null
  }
}

/** Which process a value is of, as a multiple of what all its values begin with. */
function processOf(value: number): number | null {
  if (Number.isNaN(value)) return null
  const process = Math.floor(value)
  return process > 8 ? Number.NaN : process
}

function stateParams({ state }: Phase): Param[] {
  return [
    ['state.state', 1, state],
    ['state.reason', 1, 1],
  ]
}

import { STATS_NOWAIT } from '../../../lib/libvirt/constants.ts'
import { HEADER_BYTES, MAX_DOMAINS, MAX_MESSAGE_BYTES } from '../../../lib/libvirt/limits.ts'
import type { Clock } from '../../clock.ts'
import type { Guest } from '../guest/guest.ts'
import { emptyMoment } from '../guest/guest.ts'
import { emptyReport } from '../guest/guest-memory.ts'
import { mix, unit } from '../guest/seeded.ts'
import type { SimHost } from '../guest/sim-host.ts'
import { ReplyPool } from '../wire/reply-pool.ts'
import type { ReplyWords } from '../wire/reply-words.ts'
import { ErrorCode, ErrorDomain, RpcRefusal } from '../wire/rpc-refusal.ts'
import { filterDomains, STATS_FILTER_BITS } from './domain-filter.ts'
import type { GroupWriter, RecordContext } from './stat-groups.ts'
import * as G from './stat-groups.ts'

export interface BulkQuery {
  /** UUIDs asked for; null for all domains. */
  readonly uuids: readonly Uint8Array[] | null
  readonly stats: number
  readonly flags: number
}

/** What a test made wrong with this host's monitors. */
export interface BulkFaults {
  /** Milliseconds that the call takes; samples spread over them. */
  readonly slowMs: number
  /** Milliseconds that it takes besides when it is about monitor groups. */
  readonly monitorMs: number
  /** Percent of domains whose monitor is taken, another choice each minute. */
  readonly partialPercent: number
  /** Domains whose monitor is taken. */
  readonly partial: ReadonlySet<Guest>
}

/** Groups in the order of their bits, which is the order in a record. */
const GROUPS: readonly (readonly [bit: number, write: GroupWriter])[] = [
  [1, G.writeState],
  [2, G.writeCpu],
  [4, G.writeBalloon],
  [8, G.writeVcpu],
  [16, G.writeInterface],
  [32, G.writeBlock],
  [128, G.writeIothread],
  [512, G.writeDirtyRate],
]
const SUPPORTED = GROUPS.reduce((bits, [bit]) => bits | bit, 0)
/** Groups for which the daemon talks to QEMU. */
const MONITOR_GROUPS = 2 | 4 | 8 | 32 | 128 | 512
const BACKING = 2 ** 30
const ENFORCE = 2 ** 31
const KNOWN_FLAGS = STATS_FILTER_BITS + STATS_NOWAIT + BACKING + ENFORCE
/** How long the daemon waits for a monitor that another call holds. */
const JOB_WAIT_MS = 30_000
const HEADER_WORDS = HEADER_BYTES / 4
/** A daemon that has been up for a while has used some CPU. */
const DAEMON_CPU_NS = 27_290_000_000

/** Writes bulk-stats replies for one host. Buffers are reused: give each back with {@link release}. */
export class BulkStats {
  readonly #host: SimHost
  readonly #clock: Clock
  readonly #faults: () => BulkFaults
  readonly #pool: ReplyPool

  constructor(host: SimHost, clock: Clock, faults: () => BulkFaults, pool = new ReplyPool()) {
    this.#host = host
    this.#clock = clock
    this.#faults = faults
    this.#pool = pool
  }

  /**
   * Answers one call. The reply's first 28 bytes are free for the header.
   *
   * @throws RpcRefusal as the daemon refuses: unknown flags, unsupported groups under ENFORCE, too many domains, a reply
   * above 32 MiB.
   */
  async answer(query: BulkQuery): Promise<ReplyWords> {
    const groups = groupsOf(query)
    const guests = filterDomains(this.#select(query.uuids), query.flags)
    if (guests.length > MAX_DOMAINS) {
      const detail = `Number of domain stats records is ${guests.length}, which exceeds max limit: ${MAX_DOMAINS}`
      throw new RpcRefusal(ErrorCode.Internal, ErrorDomain.Rpc, detail)
    }
    const call = new BulkCall(this.#host, this.#clock, this.#faults(), this.#pool.take())
    await call.write([...guests], groups, (query.flags & STATS_NOWAIT) !== 0)
    if (call.out.byteLength <= MAX_MESSAGE_BYTES) return call.out
    this.release(call.out)
    throw new RpcRefusal(ErrorCode.Rpc, ErrorDomain.Rpc, 'Unable to encode message payload')
  }

  /** Takes a reply's buffer back after it was sent. */
  release(reply: ReplyWords): void {
    this.#pool.release(reply)
  }

  #select(uuids: readonly Uint8Array[] | null): readonly Guest[] {
    if (uuids === null) return this.#host.guests
    return uuids.map((uuid) => this.#host.byUuid(uuid)).filter((guest) => guest !== null)
  }
}

function groupsOf({ stats, flags }: BulkQuery): number {
  if ((flags & ~KNOWN_FLAGS) >>> 0 !== 0) {
    const bits = ((flags & ~KNOWN_FLAGS) >>> 0).toString(16)
    const detail = `unsupported flags (0x${bits}) in function qemuConnectGetAllDomainStats`
    throw new RpcRefusal(ErrorCode.InvalidArg, ErrorDomain.Qemu, detail)
  }
  if ((flags & ENFORCE) !== 0 && (stats & ~SUPPORTED) !== 0) {
    const detail = `Stats types bits 0x${((stats & ~SUPPORTED) >>> 0).toString(16)} are not supported by this daemon`
    throw new RpcRefusal(ErrorCode.ArgumentUnsupported, ErrorDomain.Qemu, detail)
  }
  return stats === 0 ? SUPPORTED : stats & SUPPORTED
}

/** One call in progress: it may be stuck in a monitor for as long as QEMU likes. */
class BulkCall {
  readonly out: ReplyWords
  readonly #host: SimHost
  readonly #clock: Clock
  readonly #faults: BulkFaults
  readonly #context: RecordContext
  #records = 0

  constructor(host: SimHost, clock: Clock, faults: BulkFaults, out: ReplyWords) {
    this.#host = host
    this.#clock = clock
    this.#faults = faults
    this.out = out
    this.#context = {
      out,
      moment: emptyMoment(),
      report: emptyReport(),
      daemonCpuNs: DAEMON_CPU_NS + Math.floor(host.now() * 3) * 10_000_000,
      epochSeconds: host.epochSeconds,
      partial: false,
    }
  }

  async write(guests: readonly Guest[], groups: number, nowait: boolean): Promise<void> {
    this.out.length = HEADER_WORDS
    this.out.reserve(1)
    this.out.push(0)
    const monitor = (groups & MONITOR_GROUPS) !== 0
    const slowMs = this.#faults.slowMs + (monitor ? this.#faults.monitorMs : 0)
    const step = slowMs / 1000 / Math.max(1, guests.length)
    let from = this.#host.now()
    for (let place = 0; place < guests.length; place++) {
      const guest = guests[place]!
      this.#context.partial = monitor && this.#isBusy(guest, from)
      if (monitor && guest.active && this.#host.monitors.isFrozen(guest)) {
        this.#context.partial = await this.#meetFrozen(guest, nowait)
        from = this.#host.now() - step * place
      }
      this.#writeRecord(guest, groups, from + step * place)
    }
    this.out.setInt(HEADER_WORDS, this.#records)
    if (slowMs > 0) await this.#sleep(slowMs)
  }

  #writeRecord(guest: Guest, groups: number, t: number): void {
    const { out } = this
    out.reserve(mostWords(guest))
    const at = out.copy(guest.head)
    out.setInt(out.length - 1, guest.id)
    const countAt = at + guest.head.length
    out.push(0)
    if (guest.active) guest.read(t, this.#host.world.load, this.#context.moment)
    let params = 0
    for (const [bit, write] of GROUPS) if ((groups & bit) !== 0) params += write(guest, this.#context)
    out.setInt(countAt, params)
    this.#records++
  }

  #isBusy(guest: Guest, now: number): boolean {
    const { partial, partialPercent } = this.#faults
    if (partial.has(guest) || this.#host.jobs.holdsMonitor(guest)) return true
    return partialPercent > 0 && unit(mix(guest.shape.hash, Math.floor(now / 60))) * 100 < partialPercent
  }

  /** Gives whether the record is partial. */
  async #meetFrozen(guest: Guest, nowait: boolean): Promise<boolean> {
    const { monitors } = this.#host
    if (monitors.occupiedSince(guest) === null) {
      monitors.enter(guest, this.#host.now())
      await monitors.thawed(guest)
      return false
    }
    if (nowait) return true
    return this.#waitForJob(guest)
  }

  /** Waits for the monitor, at most 30 s. Gives whether that was in vain. */
  #waitForJob(guest: Guest): Promise<boolean> {
    return new Promise((resolve) => {
      const undo = this.#clock.after(JOB_WAIT_MS, () => resolve(true))
      void this.#host.monitors.thawed(guest).then(() => {
        undo()
        resolve(false)
      })
    })
  }

  #sleep(ms: number): Promise<void> {
    return new Promise((resolve) => void this.#clock.after(ms, resolve))
  }
}

/** Upper bound of a record's words: one check in place of one for each parameter. */
function mostWords(guest: Guest): number {
  const vcpu = guest.shape.kvm ? 520 : 40
  let words = 300 + guest.head.length + guest.vcpuIds.length * vcpu + guest.nics.length * 130
  for (const disk of guest.disks) words += 170 + (disk.pathWords?.length ?? 0)
  return words
}

import type { Disk, Guest, Moment, Nic } from '../guest/guest.ts'
import type { MemoryReport } from '../guest/guest-memory.ts'
import { reportMemory, rssKiB } from '../guest/guest-memory.ts'
import { KVM_WEIGHTS } from '../guest/kvm-weights.ts'
import type { ReplyWords } from '../wire/reply-words.ts'
import { stringWords } from '../wire/reply-words.ts'
import type { StatTemplate } from './stat-templates.ts'
import * as T from './stat-templates.ts'

/** What the writers of the groups share while one record is written. Reused from record to record. */
export interface RecordContext {
  readonly out: ReplyWords
  readonly moment: Moment
  readonly report: MemoryReport
  /** CPU time of the daemon, ns: what libvirt reports for inactive domains. */
  daemonCpuNs: number
  /** Unix time at second 0 of the simulation. */
  epochSeconds: number
  /** The monitor cannot be asked: what needs it is left out. */
  partial: boolean
}

/** QEMU counts a vCPU's time in the host's clock ticks. */
const TICK_NS = 10_000_000

/** Each writes one group and returns how many parameters that made. */
export type GroupWriter = (guest: Guest, context: RecordContext) => number

export const writeState: GroupWriter = (guest, { out }) => {
  const at = out.copy(T.STATE.words)
  out.setInt(at + T.STATE.slots[0]!, guest.state)
  out.setInt(at + T.STATE.slots[1]!, guest.reason)
  return T.STATE.params
}

export const writeCpu: GroupWriter = (guest, context) => {
  const { out, moment } = context
  const time = guest.active ? Math.floor(guest.cpuTimeNs(moment)) : context.daemonCpuNs
  const system = Math.floor(time * 0.22)
  if (!guest.active) return ulongs(out, T.CPU_INACTIVE, time, time - system, system)
  if (context.partial) return ulongs(out, T.CPU_PARTIAL, time, time - system, system)
  const polled = Math.floor(time * 0.02 + moment.tau * 100_000)
  return ulongs(out, T.CPU, time, time - system, system, polled, Math.floor(polled / 4))
}

export const writeBalloon: GroupWriter = (guest, context) => {
  const { out, moment, report } = context
  const { memoryKiB } = guest
  const { memoryMaximumKiB, balloon } = guest.shape
  if (!guest.active || context.partial) return ulongs(out, T.BALLOON_BASE, memoryKiB, memoryMaximumKiB)
  const rss = rssKiB(guest, moment)
  reportMemory(guest, moment, report)
  if (balloon === 'silent' || report.tick === 0) {
    return ulongs(out, T.BALLOON_SILENT, memoryKiB, memoryMaximumKiB, rss)
  }
  const { slots, words, params } = T.BALLOON
  const at = out.copy(words)
  out.setUlong(at + slots[0]!, memoryKiB)
  out.setUlong(at + slots[1]!, memoryMaximumKiB)
  out.setUlong(at + slots[2]!, report.swapIn)
  out.setUlong(at + slots[3]!, report.swapOut)
  out.setUlong(at + slots[4]!, report.majorFaults)
  out.setUlong(at + slots[5]!, report.minorFaults)
  out.setUlong(at + slots[6]!, report.unused)
  out.setUlong(at + slots[7]!, report.available)
  out.setUlong(at + slots[8]!, report.usable)
  out.setUlong(at + slots[9]!, Math.floor(context.epochSeconds + guest.startedAt + report.tick))
  out.setUlong(at + slots[10]!, report.caches)
  out.setUlong(at + slots[13]!, rss)
  return params
}

export const writeVcpu: GroupWriter = (guest, context) => {
  const { out, moment } = context
  const ids = guest.vcpuIds
  const at = out.copy(T.VCPU_HEAD.words)
  out.setInt(at + T.VCPU_HEAD.slots[0]!, ids.length)
  out.setInt(at + T.VCPU_HEAD.slots[1]!, guest.shape.vcpuMaximum)
  if (!guest.active) return T.VCPU_HEAD.params
  let params = T.VCPU_HEAD.params
  for (const id of ids) {
    const part = T.vcpuTemplate(id)
    const start = out.copy(part.words)
    const time = guest.vcpuTimeNs(id, moment)
    out.setUlong(start + part.slots[0]!, Math.floor(time / TICK_NS) * TICK_NS)
    out.setUlong(start + part.slots[1]!, Math.floor(guest.vcpuDelayNs(id, moment)))
    params += part.params
    if (guest.shape.kvm && !context.partial) params += writeKvm(guest, id, time, context)
  }
  return params
}

function writeKvm(guest: Guest, id: number, time: number, { out, moment }: RecordContext): number {
  const part = T.kvmTemplate(id)
  const at = out.copy(part.words)
  const seconds = guest.vcpuSeconds(id, moment)
  const busy = time / 1e9
  for (let leaf = 0; leaf < KVM_WEIGHTS.length; leaf++) {
    const weight = KVM_WEIGHTS[leaf]!
    const slot = at + part.slots[leaf]!
    if (weight === null) out.setInt(slot, Math.floor(busy * 100) & 1)
    else out.setUlong(slot, Math.floor(weight.busy * busy + weight.elapsed * seconds))
  }
  return part.params
}

export const writeInterface: GroupWriter = (guest, { out, moment }) => {
  if (!guest.active) return 0
  const at = out.copy(T.NET_HEAD.words)
  out.setInt(at + T.NET_HEAD.slots[0]!, guest.nics.length)
  let params = 1
  for (let index = 0; index < guest.nics.length; index++) {
    const nic = guest.nics[index]!
    if (nic.tapWords === null) continue
    out.copy(T.nicNameHead(index))
    out.copy(nic.tapWords)
    params += 1 + writeNic(nic, T.nicTemplate(index), out, moment)
  }
  return params
}

function writeNic(nic: Nic, part: StatTemplate, out: ReplyWords, moment: Moment): number {
  const at = out.copy(part.words)
  const { slots } = part
  const seconds = moment.net - nic.netOrigin
  const received = Math.floor(nic.rxPps * seconds)
  const sent = Math.floor(nic.txPps * seconds)
  out.setUlong(at + slots[0]!, received * nic.rxBytes)
  out.setUlong(at + slots[1]!, received)
  out.setUlong(at + slots[3]!, nic.dropEvery === 0 ? 0 : Math.floor(received / nic.dropEvery))
  out.setUlong(at + slots[4]!, sent * nic.txBytes)
  out.setUlong(at + slots[5]!, sent)
  return part.params
}

export const writeBlock: GroupWriter = (guest, context) => {
  const { out } = context
  const at = out.copy(T.BLOCK_HEAD.words)
  out.setInt(at + T.BLOCK_HEAD.slots[0]!, guest.disks.length)
  let params = 1
  for (let index = 0; index < guest.disks.length; index++) {
    const disk = guest.disks[index]!
    params += writeDiskNames(disk, index, guest.active, out)
    if (!guest.active) params += writeSizes(disk, T.diskOffTemplate(index), 0, disk.allocation, disk.allocation, out)
    else if (!context.partial) params += writeDisk(disk, T.diskTemplate(index), out, context.moment)
  }
  return params
}

function writeDiskNames(disk: Disk, index: number, active: boolean, out: ReplyWords): number {
  out.copy(T.diskNameHead(index))
  out.copy(targetWords(disk.target))
  let params = 1
  if (disk.pathWords !== null) {
    out.copy(T.diskPathHead(index))
    out.copy(disk.pathWords)
    params++
  }
  if (!active) return params
  const part = T.diskIndexTemplate(index)
  out.setInt(out.copy(part.words) + part.slots[0]!, disk.backingIndex)
  return params + 1
}

function writeDisk(disk: Disk, part: StatTemplate, out: ReplyWords, moment: Moment): number {
  const start = out.length
  const { slots } = part
  const seconds = moment.io - disk.ioOrigin
  const waited = (moment.stall - disk.stallOrigin) * disk.stallDepth * 1e9
  const reads = Math.floor(disk.readIops * seconds)
  const writes = Math.floor(disk.writeIops * seconds)
  const flushes = Math.floor(writes / 8)
  const filled = Math.min(disk.capacity, disk.allocation + writes * 64)
  // As real ones do: the highest offset written since the guest started, whatever the image holds.
  const highest = Math.min(filled, writes * disk.writeBytes)
  const params = writeSizes(disk, part, 8, highest, filled, out)
  out.setUlong(start + slots[0]!, reads)
  out.setUlong(start + slots[1]!, reads * disk.readBytes)
  out.setUlong(start + slots[2]!, Math.floor(reads * disk.latencyNs + waited * 0.4))
  out.setUlong(start + slots[3]!, writes)
  out.setUlong(start + slots[4]!, writes * disk.writeBytes)
  out.setUlong(start + slots[5]!, Math.floor(writes * disk.latencyNs * 1.6 + waited * 0.6))
  out.setUlong(start + slots[6]!, flushes)
  out.setUlong(start + slots[7]!, flushes * disk.latencyNs * 3)
  return params
}

function writeSizes(
  disk: Disk,
  part: StatTemplate,
  first: number,
  allocation: number,
  filled: number,
  out: ReplyWords,
): number {
  const at = out.copy(part.words)
  out.setUlong(at + part.slots[first]!, clusters(allocation))
  out.setUlong(at + part.slots[first + 1]!, disk.capacity)
  out.setUlong(at + part.slots[first + 2]!, clusters(filled) + 262_144)
  return part.params
}

/** Whole clusters of an image, in bytes. */
function clusters(bytes: number): number {
  return Math.floor(bytes / 65_536) * 65_536
}

/** What a call for all groups adds. */
export const writeIothread: GroupWriter = (guest, { out, partial }) => {
  if (!guest.active || partial || guest.disks.length < 2) return 0
  out.copy(T.IOTHREAD.words)
  return T.IOTHREAD.params
}

const PAGE_SAMPLING = stringWords('page-sampling')

export const writeDirtyRate: GroupWriter = (guest, { out, partial }) => {
  if (!guest.active || partial) return 0
  out.copy(T.DIRTYRATE.words)
  out.copy(T.DIRTYRATE_MODE_HEAD)
  out.copy(PAGE_SAMPLING)
  return T.DIRTYRATE.params + 1
}

function ulongs(out: ReplyWords, part: StatTemplate, ...values: number[]): number {
  const at = out.copy(part.words)
  for (let slot = 0; slot < values.length; slot++) out.setUlong(at + part.slots[slot]!, values[slot]!)
  return part.params
}

const targets = new Map<string, Uint32Array>()

function targetWords(target: string): Uint32Array {
  let words = targets.get(target)
  if (words === undefined) {
    words = stringWords(target)
    targets.set(target, words)
  }
  return words
}

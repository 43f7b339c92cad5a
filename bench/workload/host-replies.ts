import { ByteBuilder } from '../../lib/xdr/testing/byte-builder.ts'
import { seededRandom } from '../timing.ts'
import type { FieldSpec } from './recorded-fields.ts'

/** What a host's domains do. */
export interface HostOptions {
  readonly domains: number
  /** Tells hosts apart: part of UUIDs and names. */
  readonly host: number
  /** Share of the domains that do anything; the counters of the others stand still. */
  readonly busyShare: number
  readonly seed: number
}

/** A value in the record that moves: its word in the record, and how fast. */
interface Slot {
  readonly at: number
  readonly words: 1 | 2
  readonly start: number
  /** Greatest step per reply; 0 stands still. */
  readonly step: number
}

const UUID_BYTES = 16
const TWO_POW_32 = 4_294_967_296

/** Greatest steps per second by the end of a field's name. What is not here stands still. */
const STEPS: readonly (readonly [end: string, step: number])[] = [
  ['cpu.time', 900_000_000],
  ['cpu.user', 100_000_000],
  ['cpu.system', 100_000_000],
  ['haltpoll.success.time', 1_000_000],
  ['haltpoll.fail.time', 1_000_000],
  ['swap_in', 10],
  ['swap_out', 10],
  ['major_fault', 20],
  ['minor_fault', 5_000],
  ['last-update', 2],
  ['usable', 1_500],
  ['disk_caches', 500],
  ['rss', 600],
  ['.delay', 20_000_000],
  ['.time', 200_000_000],
  ['.bytes', 4_000_000],
  ['.pkts', 5_000],
  ['.reqs', 400],
  ['.times', 40_000_000],
]

/**
 * Bulk-stats replies of one made-up host, one after another: every reply moves the counters on.
 *
 * @remarks The bytes are what libvirt sends. `words` is written anew by each {@link next}; take a copy to keep one.
 */
export class HostReplies {
  /** Body of the reply as native words over the wire's bytes. */
  readonly words: Uint32Array<ArrayBuffer>
  /** The same bytes. */
  readonly bytes: Buffer<ArrayBuffer>
  readonly options: HostOptions
  private readonly slots: readonly Slot[]
  /** Bytes of a record at which the domain's number stands. */
  private readonly marks: readonly number[]
  private readonly recordWords: number
  private readonly values: Float64Array
  private readonly random: () => number
  private readonly view: DataView

  constructor(fields: readonly FieldSpec[], options: HostOptions) {
    const { template, slots } = layOutRecord(fields)
    this.options = options
    this.slots = slots
    this.recordWords = template.length
    this.random = seededRandom(options.seed)
    this.words = new Uint32Array(1 + options.domains * template.length)
    this.bytes = Buffer.from(this.words.buffer)
    this.view = new DataView(this.words.buffer)
    this.marks = marksIn(template)
    this.view.setUint32(0, options.domains)
    for (let domain = 0; domain < options.domains; domain++) {
      this.words.set(template, 1 + domain * template.length)
      this.writeIdentity(domain)
    }
    this.values = new Float64Array(options.domains * slots.length)
    this.values.forEach((_, i) => {
      this.values[i] = this.slots[i % slots.length]!.start
    })
    this.next()
  }

  /** What this workload keeps in memory itself. */
  get memoryBytes(): number {
    return this.words.byteLength + this.values.byteLength
  }

  /** The 32 hexadecimal digits of a domain's UUID. */
  uuidOf(domain: number): string {
    return uuidWords(this.options.host, domain)
      .map((word) => word.toString(16).padStart(8, '0'))
      .join('')
  }

  /** Moves the busy domains on by a second and writes the reply. */
  next(): Uint32Array<ArrayBuffer> {
    const { slots, values, view } = this
    const { domains, busyShare } = this.options
    for (let domain = 0; domain < domains; domain++) {
      const busy = (Math.imul(domain + 1, 0x9e3779b1) >>> 0) / TWO_POW_32 < busyShare
      const record = 1 + domain * this.recordWords
      for (let i = 0; i < slots.length; i++) {
        const slot = slots[i]!
        const place = domain * slots.length + i
        if (busy && slot.step > 0) values[place] = values[place]! + Math.floor(slot.step * (0.5 + this.random() / 2))
        const at = (record + slot.at) * 4
        const high = Math.floor(values[place]! / TWO_POW_32)
        if (slot.words === 2) view.setUint32(at, high)
        view.setUint32(slot.words === 2 ? at + 4 : at, values[place]! - high * TWO_POW_32)
      }
    }
    return this.words
  }

  private writeIdentity(domain: number): void {
    const at = (1 + domain * this.recordWords) * 4
    const digits = String(this.options.host * 1_000_000 + domain).padStart(NUMBER_MARK.length, '0')
    for (const mark of this.marks) this.bytes.write(digits, at + mark, 'latin1')
    const uuidAt = at + 4 + NAME.length
    uuidWords(this.options.host, domain).forEach((word, i) => {
      this.view.setUint32(uuidAt + i * 4, word)
    })
    this.view.setUint32(uuidAt + UUID_BYTES, domain + 1)
  }
}

/** Stands for the number of a domain: one length, so that all records of a host have one layout. */
const NUMBER_MARK = '########'
/** A domain's name; its length is a multiple of four, so that no padding is needed. */
const NAME = `guest-${NUMBER_MARK}-a`

function uuidWords(host: number, domain: number): number[] {
  const mixed = Math.imul(host * 65_537 + domain + 1, 0x85ebca6b) >>> 0
  return [mixed, 0x4000_0000 | (host & 0xffff), (0x8000_0000 | (domain & 0xffff)) >>> 0, (mixed ^ 0x5bd1e995) >>> 0]
}

/** One record with marks where the domain's number goes, and the places of its values. */
function layOutRecord(fields: readonly FieldSpec[]): { template: Uint32Array; slots: Slot[] } {
  const builder = new ByteBuilder().string(NAME).raw(new Uint8Array(UUID_BYTES)).u32(0).u32(fields.length)
  const slots: Slot[] = []
  for (const { name, type, text } of fields) {
    builder.string(name).u32(type)
    if (type === 7) {
      builder.string(numbered(text))
      continue
    }
    const wide = type >= 3 && type <= 5
    const step = STEPS.find(([end]) => name.endsWith(end))?.[1] ?? 0
    slots.push({ at: builder.length / 4, words: wide ? 2 : 1, start: Number(text), step })
    if (wide) builder.u64(0n)
    else builder.u32(0)
  }
  return { template: new Uint32Array(builder.build().buffer), slots }
}

/** Paths and taps differ from guest to guest, as in life. */
function numbered(text: string): string {
  return text.replace('db-replica', `guest-${NUMBER_MARK}`).replace(/^vnet\d+$/, `vnet${NUMBER_MARK}`)
}

function marksIn(template: Uint32Array): number[] {
  const bytes = Buffer.from(template.buffer)
  const marks: number[] = []
  for (let at = bytes.indexOf(NUMBER_MARK); at >= 0; at = bytes.indexOf(NUMBER_MARK, at + 1)) marks.push(at)
  return marks
}

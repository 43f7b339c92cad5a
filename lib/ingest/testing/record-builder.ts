import { encodeUtf8 } from '../../xdr/utf8.ts'

/** A typed parameter to put on the wire: `[name, type number, value]`. */
export type Param = readonly [name: string, type: number, value: number | bigint | string]

export interface RecordSpec {
  readonly name: string
  /** Last byte of the UUID; the rest is fixed. */
  readonly uuid: number
  readonly id: number
  readonly params: readonly Param[]
}

const UUID_BYTES = 16

/** Bytes of a bulk reply's body, written without any of our own encoders. */
export function buildReply(records: readonly RecordSpec[]): Uint32Array {
  const bytes: number[] = []
  const u32 = (value: number): void =>
    void bytes.push((value >>> 24) & 255, (value >>> 16) & 255, (value >>> 8) & 255, value & 255)
  const text = (value: string): void => {
    const encoded = encodeUtf8(value)
    u32(encoded.length)
    bytes.push(...encoded, ...new Array<number>((4 - (encoded.length % 4)) % 4).fill(0))
  }
  const wide = (value: bigint): void => {
    const bits = BigInt.asUintN(64, value)
    u32(Number(bits >> 32n))
    u32(Number(bits & 0xffffffffn))
  }
  u32(records.length)
  for (const record of records) {
    text(record.name)
    bytes.push(...new Array<number>(UUID_BYTES - 1).fill(0x5a), record.uuid)
    u32(record.id)
    u32(record.params.length)
    for (const [name, type, value] of record.params) {
      text(name)
      u32(type)
      if (type === 7) text(String(value))
      else if (type === 3 || type === 4) wide(BigInt(value))
      else u32(Number(value))
    }
  }
  return new Uint32Array(Uint8Array.from(bytes).buffer)
}

/** 32 hexadecimal digits of the UUID that {@link buildReply} gives a record. */
export function uuidOf(last: number): string {
  return '5a'.repeat(UUID_BYTES - 1) + last.toString(16).padStart(2, '0')
}

export const uint = (name: string, value: number): Param => [name, 2, value]
export const ullong = (name: string, value: number | bigint): Param => [name, 4, value]
export const text = (name: string, value: string): Param => [name, 7, value]

/** The monitor groups of a small guest, as a daemon sends them. `tick` moves every counter. */
export function monitorParams(options: {
  tick: number
  vcpus?: readonly number[]
  disks?: readonly string[]
  rss?: boolean
  vcpuEntries?: boolean
  diskCounters?: boolean
}): Param[] {
  const { tick, vcpus = [0, 1], disks = ['vda'], rss = true, vcpuEntries = true, diskCounters = true } = options
  const params: Param[] = [ullong('cpu.time', 1000 * tick), uint('vcpu.current', vcpus.length), uint('vcpu.maximum', 8)]
  params.push(ullong('balloon.current', 16_384), ...(rss ? [ullong('balloon.rss', 40_000 + tick)] : []))
  for (const id of vcpuEntries ? vcpus : []) {
    params.push(['vcpu.%.state'.replace('%', String(id)), 1, 1], ullong(`vcpu.${id}.time`, 100 * tick + id))
    params.push(ullong(`vcpu.${id}.delay`, 10 * tick + id))
  }
  params.push(uint('block.count', disks.length))
  disks.forEach((name, at) => {
    params.push(text(`block.${at}.name`, name), text(`block.${at}.path`, `/images/${name}.raw`))
    if (diskCounters) params.push(ullong(`block.${at}.rd.reqs`, 5 * tick + name.charCodeAt(2)))
  })
  return params
}

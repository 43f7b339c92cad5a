import { readFileSync } from 'node:fs'

/** A bulk reply of the recording, with the groups its call asked for. */
export interface CapturedReply {
  readonly groups: number
  /** Body as native words over the wire's bytes. */
  readonly words: Uint32Array
}

const HEADER_BYTES = 28
const BULK_STATS = 344

/** Recordings with bulk replies of real guests: libvirt 9.0, 11.3 and 12.8. */
export const RECORDINGS = ['qemu-lifecycle', 'newer-11.3', 'newer-12.8'] as const

/** The bulk replies of a recording of a real daemon, in order; unless told otherwise that of 9.0 with nine guests. */
export function capturedReplies(recording: (typeof RECORDINGS)[number] = 'qemu-lifecycle'): CapturedReply[] {
  const text = readFileSync(new URL(`../../libvirt/fixtures/${recording}.jsonl`, import.meta.url), 'utf8')
  const groupsBySerial = new Map<number, number>()
  const replies: CapturedReply[] = []
  for (const line of text.trim().split('\n')) {
    const message = Buffer.from((JSON.parse(line) as { hex: string }).hex, 'hex')
    if (message.readUInt32BE(12) !== BULK_STATS) continue
    const serial = message.readUInt32BE(20)
    if (message.readUInt32BE(16) === 0) groupsBySerial.set(serial, message.readUInt32BE(32))
    else if (message.readUInt32BE(24) === 0) {
      replies.push({ groups: groupsBySerial.get(serial)!, words: wordsOf(message.subarray(HEADER_BYTES)) })
    }
  }
  return replies
}

export function wordsOf(body: Uint8Array): Uint32Array {
  return new Uint32Array(Uint8Array.from(body).buffer)
}

export interface NaiveParam {
  readonly name: string
  readonly type: string
  readonly value: string
}

export interface NaiveRecord {
  readonly name: string
  readonly uuid: string
  readonly id: number
  readonly params: readonly NaiveParam[]
}

const TYPES = ['', 'int', 'uint', 'llong', 'ullong', 'double', 'boolean', 'string']

/** The obvious decoder, with objects, for comparison. */
export function naiveRecords(words: Uint32Array): NaiveRecord[] {
  const body = Buffer.from(words.buffer, words.byteOffset, words.byteLength)
  let at = 0
  const take = (bytes: number): number => {
    at += bytes
    return at - bytes
  }
  const int = (): number => body.readInt32BE(take(4))
  const long = (): bigint => body.readBigInt64BE(take(8))
  const text = (): string => {
    const length = int()
    const from = take((length + 3) & ~3)
    return body.toString('utf8', from, from + length)
  }
  const uuid = (): string => {
    const from = take(16)
    return body.toString('hex', from, from + 16)
  }
  const readers = [
    (): string => '',
    () => String(int()),
    () => String(int() >>> 0),
    () => String(long()),
    () => String(BigInt.asUintN(64, long())),
    () => String(body.readDoubleBE(take(8))),
    () => String(int()),
    text,
  ]
  const param = (): NaiveParam => {
    const name = text()
    const type = int()
    return { name, type: TYPES[type]!, value: readers[type]!() }
  }
  return Array.from({ length: int() }, () => ({
    name: text(),
    uuid: uuid(),
    id: int(),
    params: Array.from({ length: int() }, param),
  }))
}

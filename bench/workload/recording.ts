import { brotliCompressSync, brotliDecompressSync, constants } from 'node:zlib'
import type { Lane } from '../../server/fleet/fleet-writer.ts'

/** One reply of a real daemon, and when it came. */
export interface RecordedReply {
  readonly lane: Lane
  /** Monotonic ms. */
  readonly sentAt: number
  readonly firstByteAt: number
  /** Body of the reply as native words over the wire's bytes. */
  readonly words: Uint32Array<ArrayBuffer>
}

const HEAD_BYTES = 24
/** The window that the compressor looks back in, as a power of two: some hundred replies. */
const WINDOW_BITS = 24

/**
 * Replies as a small file.
 *
 * @remarks Each reply is combined bit by bit with the one before it in its lane, when both are as long: what is left are
 * the counters that moved.
 */
export function packReplies(replies: readonly RecordedReply[]): Buffer {
  const before = new Map<Lane, Uint8Array>()
  const parts = replies.flatMap(({ lane, sentAt, firstByteAt, words }) => {
    const body = Buffer.from(words.buffer, words.byteOffset, words.byteLength)
    const head = Buffer.alloc(HEAD_BYTES)
    head.writeUInt32LE(lane, 0)
    head.writeUInt32LE(body.length, 4)
    head.writeDoubleLE(sentAt, 8)
    head.writeDoubleLE(firstByteAt, 16)
    const changed = combine(body, before.get(lane))
    before.set(lane, body)
    return [head, changed]
  })
  const options = { params: { [constants.BROTLI_PARAM_LGWIN]: WINDOW_BITS } }
  return brotliCompressSync(Buffer.concat(parts), options)
}

/** Reads what {@link packReplies} wrote. */
export function unpackReplies(file: Uint8Array): RecordedReply[] {
  const bytes = brotliDecompressSync(file)
  const before = new Map<Lane, Uint8Array>()
  const replies: RecordedReply[] = []
  for (let at = 0; at < bytes.length; ) {
    // Written by packReplies, from a lane.
    const lane = bytes.readUInt32LE(at) as Lane
    const length = bytes.readUInt32LE(at + 4)
    const body = combine(bytes.subarray(at + HEAD_BYTES, at + HEAD_BYTES + length), before.get(lane))
    before.set(lane, body)
    const words = new Uint32Array(body.buffer, 0, length / 4)
    replies.push({ lane, sentAt: bytes.readDoubleLE(at + 8), firstByteAt: bytes.readDoubleLE(at + 16), words })
    at += HEAD_BYTES + length
  }
  return replies
}

function combine(body: Uint8Array, before: Uint8Array | undefined): Uint8Array<ArrayBuffer> {
  const combined = new Uint8Array(body.length)
  const same = before?.length === body.length ? before : null
  for (let i = 0; i < body.length; i++) combined[i] = body[i]! ^ (same?.[i] ?? 0)
  return combined
}

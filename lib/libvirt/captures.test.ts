import { describe, expect, test } from 'vitest'
import { DomscopeError } from '../errors/domscope-error.ts'
import { encodeCall } from './call.ts'
import { Procedure } from './constants.ts'
import { walkDomainStats } from './domain-stats.ts'
import type { Message } from './frame-splitter.ts'
import { bodyWordsOf, FrameSplitter } from './frame-splitter.ts'
import { decodeHeader } from './header.ts'
import { CAPTURES, hexOf, readCapture } from './testing/captures.ts'
import type { CollectedRecord } from './testing/collect-stats.ts'
import { CollectingSink } from './testing/collect-stats.ts'
import { callOf, decodeAny } from './testing/decode-any.ts'

const recordings = CAPTURES.map((name) => [name, readCapture(name)] as const)
const fromDaemon = recordings.flatMap(([, recorded]) => recorded.filter((message) => message.from === 'daemon'))

describe.each(recordings)('recording %s', (_name, recorded) => {
  test('every call is encoded as it was recorded', () => {
    for (const { bytes } of recorded.filter((message) => message.from === 'client')) {
      const header = decodeHeader(bytes)
      const call = callOf(bytes)
      if (call === null) expect(header.procedure).toBe(9999)
      else expect(hexOf(encodeCall(call, header.serial))).toBe(hexOf(bytes))
    }
  })

  test('every message of the daemon is decoded to its last byte', () => {
    const answers = recorded.filter((message) => message.from === 'daemon').map((message) => decodeAny(message.bytes))
    expect(answers.length).toBeGreaterThan(10)
    expect(answers).not.toContain(null)
  })

  test('comes out of the splitter as it went in, in any chunks', () => {
    const stream = Buffer.concat(recorded.filter((message) => message.from === 'daemon').map(({ bytes }) => bytes))
    for (const chunkBytes of [1, 3, 28, 1000, 65_536, stream.length]) {
      const out: Message[] = []
      const splitter = new FrameSplitter({ onMessage: (message) => out.push(message) })
      for (let at = 0; at < stream.length; at += chunkBytes) {
        const chunk = Uint8Array.from(stream.subarray(at, at + chunkBytes))
        splitter.push(chunk, at)
        chunk.fill(0xee)
      }
      expect(Buffer.concat(out.map(({ bytes }) => bytes)).equals(stream)).toBe(true)
      expect(splitter.pendingBytes).toBe(0)
    }
  })
})

test('the lifecycle recording holds what is known of its guests', () => {
  const replies = readCapture('qemu-lifecycle').filter(({ from, bytes }) => {
    return (
      from === 'daemon' &&
      decodeHeader(bytes).procedure === Procedure.GetAllDomainStats &&
      decodeHeader(bytes).status === 0
    )
  })
  const all = replies.map(({ bytes }) => decodeAny(bytes) as CollectedRecord[])
  const records = all.flat()
  const names = new Set(records.map(({ name }) => name))
  expect(names.has('web-02')).toBe(true)
  expect([...names].some((name) => /\p{Script=Cyrillic}/u.test(name))).toBe(true)
  const types = new Set(records.flatMap(({ params }) => params.map(([, type]) => type)))
  expect([...types].sort()).toEqual([1, 2, 3, 4, 6, 7])
  const exits = records.flatMap(({ params }) => params.filter(([name]) => name === 'vcpu.0.exits.sum'))
  expect(exits.some(([, , value]) => (value as bigint) > 0n)).toBe(true)
})

test('[V-10] a message cut at any offset throws a decode error and nothing else', () => {
  for (const { bytes } of fromDaemon) {
    // The longest replies hold thousands of offsets; a stride that is no multiple of four meets every kind of place.
    const stride = bytes.length > 4096 ? 37 : 1
    for (let cut = 28; cut < bytes.length; cut += stride) expectDecodeError(bytes.slice(0, cut))
  }
})

test('[V-10] a cut bulk reply reports whole records only, and those exactly', () => {
  const reply = fromDaemon.find(({ bytes }) => decodeHeader(bytes).procedure === 344 && bytes.length > 20_000)
  if (reply === undefined) throw new Error('no long bulk reply')
  const whole = decodeAny(reply.bytes) as CollectedRecord[]
  for (let cut = 32; cut < reply.bytes.length; cut += 41) {
    const body = reply.bytes.slice(28, cut)
    const sink = new CollectingSink(body)
    expect(() => walkDomainStats(body, sink)).toThrow(DomscopeError)
    expect(sink.ended).toBe(sink.records.length)
    expect(sink.records).toEqual(whole.slice(0, sink.records.length))
  }
})

test('nothing decoded changes when the input is overwritten afterwards', () => {
  for (const { bytes } of fromDaemon) {
    // A Buffer, because its `slice` shares memory where that of other arrays copies.
    const input = Buffer.from(bytes)
    const decoded = decodeAny(input)
    const before = structuredClone(decoded)
    input.fill(0xee)
    expect(decoded).toEqual(before)
  }
})

test('a body can be viewed as 32-bit words without a copy', () => {
  const [first] = fromDaemon
  if (first === undefined) throw new Error('empty recording')
  const out: Message[] = []
  new FrameSplitter({ onMessage: (message) => out.push(message) }).push(first.bytes, 5)
  const message = out[0] as Message
  const words = bodyWordsOf(message)
  expect(words.buffer).toBe(message.bytes.buffer)
  expect(words.length * 4 + 28).toBe(first.bytes.length)
  expect([message.firstByteAt, message.endAt]).toEqual([5, 5])
})

function expectDecodeError(message: Uint8Array): void {
  try {
    decodeAny(message)
  } catch (error) {
    if (error instanceof DomscopeError && error.code.startsWith('XDR_')) return
    throw error
  }
  throw new Error(`a message cut to ${message.length} bytes was accepted`)
}

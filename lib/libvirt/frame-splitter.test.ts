import { describe, expect, test } from 'vitest'
import { DomscopeError } from '../errors/domscope-error.ts'
import type { Message } from './frame-splitter.ts'
import { FrameSplitter } from './frame-splitter.ts'
import { encodeMessage } from './header.ts'
import { bytesOf, hexOf } from './testing/captures.ts'

const reply = (serial: number, body: Uint8Array = new Uint8Array(0)) =>
  encodeMessage({ program: 0x20008086, version: 1, procedure: 3, type: 1, serial, status: 0 }, body)

function codeOf(run: () => void): string {
  try {
    run()
  } catch (error) {
    if (error instanceof DomscopeError) return error.code
    throw error
  }
  return 'no error'
}

describe('FrameSplitter', () => {
  test('splits a header across three chunks and stamps the first and the last byte', () => {
    const out: Message[] = []
    const splitter = new FrameSplitter({ onMessage: (message) => out.push(message) })
    const bytes = reply(7, Uint8Array.of(1, 2, 3, 4))
    splitter.push(bytes.subarray(0, 3), 10)
    splitter.push(bytes.subarray(3, 20), 11)
    splitter.push(bytes.subarray(20), 12)
    expect(out).toHaveLength(1)
    expect(out[0]).toMatchObject({ firstByteAt: 10, endAt: 12, header: { serial: 7, length: 32 } })
    expect(hexOf(out[0]?.bytes as Uint8Array)).toBe(hexOf(bytes))
  })

  test('delivers several messages of one chunk, an empty body too', () => {
    const serials: number[] = []
    const splitter = new FrameSplitter({ onMessage: ({ header }) => serials.push(header.serial) })
    splitter.push(Buffer.concat([reply(1), reply(2, new Uint8Array(8)), reply(3)]), 0)
    expect(serials).toEqual([1, 2, 3])
  })

  test.each(['00000000', '0000001b', '0000001e', '80000000', 'ffffffff', '02000005'])(
    '[V-2] refuses the length word %s as soon as it is there, before anything is allocated',
    (word) => {
      const splitter = new FrameSplitter({
        onMessage: () => {},
        allocate: () => {
          throw new Error('allocated')
        },
      })
      expect(codeOf(() => splitter.push(bytesOf(word), 0))).toBe('FRAME_LENGTH')
      expect(codeOf(() => splitter.push(bytesOf('00'), 0))).toBe('FRAME_DEAD')
    },
  )

  test('[V-2] obeys a lower limit, and cannot be told a higher one', () => {
    const low = new FrameSplitter({ onMessage: () => {}, maxMessageBytes: 64 })
    expect(codeOf(() => low.push(reply(1, new Uint8Array(40)), 0))).toBe('FRAME_LENGTH')
    const high = new FrameSplitter({ onMessage: () => {}, maxMessageBytes: 2 ** 32 })
    expect(codeOf(() => high.push(bytesOf('02000008'), 0))).toBe('FRAME_LENGTH')
  })

  test('[V-2] asks whether to admit a message before it buffers the body', () => {
    const splitter = new FrameSplitter({
      onMessage: () => {},
      admit: ({ serial }) => {
        throw new DomscopeError('UNKNOWN_SERIAL', `serial ${serial}`, { radius: 'connection' })
      },
      allocate: () => {
        throw new Error('allocated')
      },
    })
    expect(codeOf(() => splitter.push(reply(9, new Uint8Array(400)), 0))).toBe('UNKNOWN_SERIAL')
  })

  test('knows how much of a message is there when the stream ends', () => {
    const splitter = new FrameSplitter({ onMessage: () => {} })
    splitter.push(reply(1, new Uint8Array(40)).subarray(0, 33), 0)
    expect(splitter.pendingBytes).toBe(33)
  })

  test('gives room in the message under way while much of it is missing, and nowhere else', () => {
    const out: Message[] = []
    const splitter = new FrameSplitter({ onMessage: (message) => out.push(message) })
    const bytes = reply(
      5,
      new Uint8Array(200_000).map((_, i) => i & 0xff),
    )
    expect(splitter.room()).toBeNull()
    splitter.push(bytes.subarray(0, 27), 1)
    expect(splitter.room()).toBeNull()
    splitter.push(bytes.subarray(27, 100), 2)
    const room = splitter.room()
    expect(room).toHaveLength(bytes.length - 100)
    room?.set(bytes.subarray(100, 150_000))
    splitter.filled(149_900, 3)
    // Less than a read is missing: the next read may bring the message after it too.
    expect(splitter.room()).toBeNull()
    splitter.push(Buffer.concat([bytes.subarray(150_000), reply(6)]), 4)
    expect(out.map(({ header, firstByteAt, endAt }) => [header.serial, firstByteAt, endAt])).toEqual([
      [5, 1, 4],
      [6, 4, 4],
    ])
    expect(Buffer.compare(out[0]!.bytes, bytes)).toBe(0)
    expect(() => splitter.filled(1, 5)).toThrow(RangeError)
  })

  test('delivers a message whose room is filled to its end', () => {
    const out: Message[] = []
    const splitter = new FrameSplitter({ onMessage: (message) => out.push(message) })
    const bytes = reply(5, new Uint8Array(100_000).fill(9))
    splitter.push(bytes.subarray(0, 28), 1)
    splitter.room()?.set(bytes.subarray(28))
    expect(() => splitter.filled(bytes.length, 2)).toThrow(RangeError)
    splitter.filled(bytes.length - 28, 2)
    expect(out[0]).toMatchObject({ firstByteAt: 1, endAt: 2 })
    expect(Buffer.compare(out[0]!.bytes, bytes)).toBe(0)
    expect(splitter.room()).toBeNull()
  })
})

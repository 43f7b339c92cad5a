import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { findDomscopeError } from '../errors/domscope-error.ts'
import type { ClientMessage } from './client-messages.ts'
import { decodeMessage, encodeMessage } from './client-messages.ts'
import { MessageType } from './protocol.ts'

const column = fc.record({ id: fc.stringMatching(/^[\x21-\x7e]{1,30}$/), held: fc.boolean() })
const columns = fc.record({ domains: fc.array(column, { maxLength: 8 }), hosts: fc.array(column, { maxLength: 4 }) })
const u32 = fc.nat({ max: 0xffffffff })
const resume = fc.option(fc.record({ epoch: fc.uint8Array({ minLength: 16, maxLength: 16 }), offset: u32 }))
const message: fc.Arbitrary<ClientMessage> = fc.oneof(
  fc.record({
    type: fc.constant(MessageType.Open),
    protocol: fc.constant(1),
    resume,
    cause: fc.constantFrom(0, 1, 2, 3),
    columns,
  }),
  fc.record({ type: fc.constant(MessageType.Subscribe), columns }),
  fc.record({ type: fc.constant(MessageType.Ack), frames: u32, offset: u32 }),
  fc.record({ type: fc.constantFrom(MessageType.Pause, MessageType.Resume) }),
)

describe('messages of a client', () => {
  it('[SY60] decode to what was encoded', () => {
    fc.assert(
      fc.property(message, (original) => {
        expect(decodeMessage(encodeMessage(original))).toEqual(original)
      }),
      { seed: 3, numRuns: 500 },
    )
  })

  it('[SY60] [S-9] are refused when cut anywhere or longer by a byte', () => {
    fc.assert(
      fc.property(message, (original) => {
        const bytes = encodeMessage(original)
        for (let length = 0; length < bytes.length; length++) {
          expect(() => decodeMessage(bytes.slice(0, length))).toThrow(/^bad message/)
        }
        expect(() => decodeMessage(Uint8Array.from([...bytes, 0]))).toThrow(/^bad message/)
      }),
      { seed: 4, numRuns: 200 },
    )
  })

  it.each([
    ['an unknown type', [9, 0, 0, 0]],
    ['a reserved type', [6, 0, 0, 0]],
    ['a reserved byte', [4, 0, 1, 0]],
    ['another protocol version', [1, 0, 2, 0, ...new Array<number>(24).fill(0)]],
    ['unknown flags', [1, 8, 1, 0, ...new Array<number>(24).fill(0)]],
    ['too many columns', [2, 0, 0, 0, 0xff, 0xff, 0, 0]],
    ['an empty id', [2, 0, 0, 0, 1, 0, 0, 0, 0]],
    ['an id that is not ASCII', [2, 0, 0, 0, 1, 0, 0, 0, 2, 0xc3, 0xbc]],
  ])('[S-9] are refused for %s', (_what, bytes) => {
    try {
      decodeMessage(Uint8Array.from(bytes))
      expect.unreachable()
    } catch (error) {
      expect(findDomscopeError(error)).toMatchObject({ code: 'SYNC_BAD_MESSAGE', radius: 'client' })
    }
  })

  it('[SY60] are not made when they would be too long', () => {
    const domains = Array.from({ length: 100 }, (_, i) => ({ id: `raw:${'x'.repeat(60)}${i}`, held: false }))
    expect(() => encodeMessage({ type: MessageType.Subscribe, columns: { domains, hosts: [] } })).toThrow(
      /too many columns/,
    )
    const long = [{ id: 'x'.repeat(128), held: false }]
    expect(() => encodeMessage({ type: MessageType.Subscribe, columns: { domains: long, hosts: [] } })).toThrow(
      /column id/,
    )
  })
})

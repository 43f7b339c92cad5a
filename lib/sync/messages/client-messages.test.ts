import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { findDomscopeError } from '../../errors/domscope-error.ts'
import {
  MAX_MESSAGE_BYTES,
  MAX_VIEW_FILTER_BYTES,
  MAX_VIEW_KEYS,
  MAX_VIEW_ROWS,
  MessageType,
} from '../wire/protocol.ts'
import type { ClientMessage } from './client-messages.ts'
import { decodeMessage, encodeMessage } from './client-messages.ts'
import { NO_VIEW, type ViewRequest } from './view-request.ts'

const column = fc.record({ id: fc.stringMatching(/^[\x21-\x7e]{1,30}$/), held: fc.boolean() })
const columns = fc.record({ domains: fc.array(column, { maxLength: 8 }), hosts: fc.array(column, { maxLength: 4 }) })
const u32 = fc.nat({ max: 0xffffffff })
const view = fc.record({
  rows: fc.nat({ max: MAX_VIEW_ROWS }),
  skip: u32,
  sort: fc.array(fc.record({ column: fc.stringMatching(/^[\x21-\x7e]{1,30}$/), descending: fc.boolean() }), {
    maxLength: MAX_VIEW_KEYS,
  }),
  filter: fc.string({ unit: 'grapheme', maxLength: 60 }),
})
const resume = fc.option(fc.record({ epoch: fc.uint8Array({ minLength: 16, maxLength: 16 }), offset: u32 }))
const message: fc.Arbitrary<ClientMessage> = fc.oneof(
  fc.record({
    type: fc.constant(MessageType.Open),
    protocol: fc.constant(1),
    resume,
    cause: fc.constantFrom(0, 1, 2, 3),
    columns,
    view,
  }),
  fc.record({ type: fc.constant(MessageType.Subscribe), columns, view }),
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
    ['no view', [2, 0, 0, 0, 0, 0, 0, 0]],
    ['a view of too many rows', [2, 0, 0, 0, 0, 0, 0, 0, 1, 2, 0, 0, 0, 0, 0, 0, 0]],
    ['a view with too many keys', [2, 0, 0, 0, 0, 0, 0, 0, 1, 0, 0, 0, 0, 0, 0, 0, 4]],
    [
      'a filter that is too long',
      [2, 0, 0, 0, 0, 0, 0, 0, 1, 0, 1, 4, 0, 0, 0, 0, 0, ...new Array<number>(1025).fill(97)],
    ],
    ['a filter that is not UTF-8', [2, 0, 0, 0, 0, 0, 0, 0, 1, 0, 1, 0, 0, 0, 0, 0, 0, 0xff]],
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
    expect(() =>
      encodeMessage({ type: MessageType.Subscribe, columns: { domains, hosts: [] }, view: NO_VIEW }),
    ).toThrow(/too many columns/)
    const long = [{ id: 'x'.repeat(128), held: false }]
    expect(() =>
      encodeMessage({ type: MessageType.Subscribe, columns: { domains: long, hosts: [] }, view: NO_VIEW }),
    ).toThrow(/column id/)
  })

  it('[SY60] [SY66] lose the filter, and then the view, rather than grow too long', () => {
    const told = (columnBytes: number, wanted: ViewRequest): ViewRequest => {
      const domains = Array.from({ length: columnBytes / 100 }, (_, i) => ({
        id: `${i}`.padStart(99, 'x'),
        held: false,
      }))
      const bytes = encodeMessage({ type: MessageType.Subscribe, columns: { domains, hosts: [] }, view: wanted })
      expect(bytes.length).toBeLessThanOrEqual(MAX_MESSAGE_BYTES)
      const decoded = decodeMessage(bytes)
      if (decoded.type !== MessageType.Subscribe) throw new Error('another message')
      expect(decoded.columns.domains).toEqual(domains)
      return decoded.view
    }
    const wanted = { rows: 40, skip: 7, sort: [{ column: 'name', descending: true }], filter: 'ü'.repeat(400) }
    expect(told(3000, wanted)).toEqual(wanted)
    expect(told(3400, wanted)).toEqual({ ...wanted, filter: '' })
    expect(told(4000, { ...wanted, sort: [{ column: 'y'.repeat(99), descending: true }] })).toEqual(NO_VIEW)
    const long = { ...wanted, filter: 'x'.repeat(MAX_VIEW_FILTER_BYTES + 1) }
    expect(told(0, long)).toEqual({ ...wanted, filter: '' })
    expect(told(0, { ...wanted, rows: 10_000 }).rows).toBe(MAX_VIEW_ROWS)
  })
})

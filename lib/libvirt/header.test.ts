import { describe, expect, test } from 'vitest'
import { DomscopeError } from '../errors/domscope-error.ts'
import { KeepaliveProcedure, PacketStatus, PacketType, Procedure, Program } from './constants.ts'
import { checkHeader, decodeHeader, encodeKeepalive, encodeMessage } from './header.ts'

const hex = (bytes: Uint8Array) => Buffer.from(bytes).toString('hex')
const header = { program: Program.Remote, version: 1, type: PacketType.Call, status: PacketStatus.Ok }

describe('header', () => {
  test('encodes the AUTH_LIST call byte for byte', () => {
    const message = encodeMessage({ ...header, procedure: Procedure.AuthList, serial: 0 })
    expect(hex(message)).toBe('0000001c200080860000000100000042000000000000000000000000')
  })

  test('encodes PING and PONG byte for byte', () => {
    const ping = '0000001c6b65657000000001000000010000000200000000' + '00000000'
    expect(hex(encodeKeepalive(KeepaliveProcedure.Ping))).toBe(ping)
    expect(hex(encodeKeepalive(KeepaliveProcedure.Pong))).toBe(ping.replace('0000000100000001', '0000000100000002'))
  })

  test('decodes what it encoded', () => {
    const message = encodeMessage({ ...header, procedure: 344, serial: 4_000_000_000 }, new Uint8Array(8))
    expect(decodeHeader(message)).toEqual({ ...header, length: 36, procedure: 344, serial: 4_000_000_000 })
  })

  test.each([0, 4, 27, 29, 33_554_440, 2 ** 31, 2 ** 32 - 1])('[V-2] refuses a length of %d', (length) => {
    const decoded = decodeHeader(encodeMessage({ ...header, procedure: 1, serial: 1 }))
    try {
      checkHeader({ ...decoded, length })
      expect.unreachable()
    } catch (error) {
      expect((error as DomscopeError).code).toBe('FRAME_LENGTH')
      expect((error as DomscopeError).radius).toBe('connection')
    }
  })

  test('[V-2] refuses a type and a status that do not exist, and a length over a lowered limit', () => {
    const decoded = decodeHeader(encodeMessage({ ...header, procedure: 1, serial: 1 }))
    expect(() => checkHeader({ ...decoded, type: 7 as PacketType })).toThrow(DomscopeError)
    expect(() => checkHeader({ ...decoded, status: 3 as PacketStatus })).toThrow(DomscopeError)
    expect(() => checkHeader({ ...decoded, length: 1028 }, 1024)).toThrow(DomscopeError)
    expect(() => checkHeader(decoded)).not.toThrow()
  })
})

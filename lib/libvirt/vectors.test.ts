import { describe, expect, test } from 'vitest'
import type { Call } from './call.ts'
import { decodeReply, encodeCall } from './call.ts'
import { decodeEvent } from './decode-event.ts'
import { formatUuid } from './domain-ref.ts'
import { walkDomainStats } from './domain-stats.ts'
import { encodeLifecycleEvent } from './encode-event.ts'
import { decodeHeader } from './header.ts'
import { getAllDomainStats } from './procedures/bulk-stats.ts'
import { authList, connectOpen, supportsFeature } from './procedures/connection.ts'
import { bytesOf, hexOf } from './testing/captures.ts'
import { collectStats } from './testing/collect-stats.ts'

const TEST_UUID = '6695eb01-f6a4-8304-79aa-97f2502e193f'

/** Header fields in their order: length, program, version, procedure, type, serial, status; then the body. */
const VECTORS = {
  authList: '0000001c 20008086 00000001 00000042 00000000 00000000 00000000',
  authListReply: '00000024 20008086 00000001 00000042 00000001 00000000 00000000 00000001 00000000',
  feature10: '00000020 20008086 00000001 0000003c 00000000 00000001 00000000 0000000a',
  open: `00000038 20008086 00000001 00000001 00000000 00000002 00000000
    00000001 0000000f 746573743a2f2f2f64656661756c7400 00000000`,
  openReply: '0000001c 20008086 00000001 00000001 00000001 00000002 00000000',
  stats: '00000028 20008086 00000001 00000158 00000000 00000006 00000000 00000000 00000000 00000000',
  statsReply: `00000070 20008086 00000001 00000158 00000001 00000006 00000000
    00000001 00000004 74657374 6695eb01f6a4830479aa97f2502e193f 00000001 00000002
    0000000b 73746174652e737461746500 00000001 00000001
    0000000c 73746174652e726561736f6e 00000001 00000000`,
  suspended: `00000044 20008086 00000001 0000013e 00000002 00000001 00000000
    00000000 00000004 74657374 6695eb01f6a4830479aa97f2502e193f 00000001 00000003 00000000`,
} as const

const body = (vector: string) => bytesOf(vector).subarray(28)

describe('test vectors of a stock client and daemon', () => {
  const calls: [keyof typeof VECTORS, Call<unknown>, number][] = [
    ['authList', authList, 0],
    ['feature10', supportsFeature(10), 1],
    ['open', connectOpen('test:///default', 0), 2],
    ['stats', getAllDomainStats({ groups: 0, flags: 0 }), 6],
  ]
  test.each(calls)('encodes %s byte for byte', (name, call, serial) => {
    expect(hexOf(encodeCall(call, serial))).toBe(hexOf(bytesOf(VECTORS[name])))
  })

  test('decodes the replies', () => {
    expect(decodeReply(authList, body(VECTORS.authListReply))).toEqual([0])
    expect(decodeReply(connectOpen('', 1), body(VECTORS.openReply))).toBeUndefined()
    expect(decodeHeader(bytesOf(VECTORS.statsReply))).toMatchObject({ length: 112, procedure: 344, type: 1, serial: 6 })
  })

  test('walks the stats reply of the test driver', () => {
    const [record] = collectStats(body(VECTORS.statsReply), walkDomainStats)
    expect(record).toEqual({
      name: 'test',
      uuid: TEST_UUID,
      id: 1,
      params: [
        ['state.state', 1, 1n],
        ['state.reason', 1, 0n],
      ],
    })
  })

  test('decodes and encodes the lifecycle event', () => {
    const event = decodeEvent(318, body(VECTORS.suspended))
    if (event?.kind !== 'lifecycle') throw new Error('no lifecycle event')
    expect(formatUuid(event.domain.uuid)).toBe(TEST_UUID)
    expect(event).toMatchObject({ domain: { name: 'test', id: 1 }, event: 3, detail: 0 })
    expect(hexOf(encodeLifecycleEvent(0, event.domain, 3, 0))).toBe(hexOf(bytesOf(VECTORS.suspended)))
  })
})

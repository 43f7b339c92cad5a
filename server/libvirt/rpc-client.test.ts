import { describe, expect, test } from 'vitest'
import { DomscopeError } from '../../lib/errors/domscope-error.ts'
import type { DomainEvent } from '../../lib/libvirt/events.ts'
import { getAllDomainStats } from '../../lib/libvirt/procedures/bulk-stats.ts'
import { getHostname, getType } from '../../lib/libvirt/procedures/connection.ts'
import { ByteBuilder } from '../../lib/xdr/testing/byte-builder.ts'
import { silentLog } from '../log.ts'
import { errorBody, KEEPALIVE, message, statsBody, testDomain } from '../testing/daemon-messages.ts'
import { MemoryTransport } from '../testing/memory-transport.ts'
import { ReplyBuffers } from './reply-buffers.ts'
import { RpcClient } from './rpc-client.ts'
import { settle, VirtualClock } from './testing/virtual-clock.ts'

const BULK = getAllDomainStats({ groups: 1, flags: 0 })
const text = (value: string) => new ByteBuilder().opaque(Buffer.from(value)).build()

function connect(maxMessageBytes?: number) {
  const clock = new VirtualClock()
  const transport = new MemoryTransport()
  const events: DomainEvent[] = []
  const busy: boolean[] = []
  const client = new RpcClient(transport, {
    clock,
    log: silentLog,
    buffers: new ReplyBuffers(clock),
    ...(maxMessageBytes === undefined ? {} : { maxMessageBytes }),
    onEvent: (event) => events.push(event),
    onBusy: (value) => busy.push(value),
  })
  return { clock, transport, client, events, busy }
}

/** The code a promise rejects with, looked at later. */
function codeOf(promise: Promise<unknown>): Promise<string> {
  return promise.then(
    () => 'resolved',
    (error: unknown) => (error instanceof DomscopeError ? error.code : String(error)),
  )
}

function lifecycle(domainNumber: number, serial = 1): Uint8Array {
  const { name, uuid, id } = testDomain(domainNumber)
  const body = new ByteBuilder().i32(0).opaque(Buffer.from(name)).raw(uuid).i32(id).i32(2).i32(0).build()
  return message({ procedure: 318, type: 2, serial }, body)
}

describe('calls', () => {
  test('match replies by serial, in any order and any pieces', async () => {
    const { transport, client } = connect()
    const answers = [client.call(getHostname, 1000), client.call(getType, 1000), client.call(getHostname, 1000)]
    const [first, second, third] = transport.calls
    transport.reply(third, text('c'))
    const bytes = message({ procedure: second?.procedure ?? 0, serial: second?.serial ?? 0 }, text('b'))
    for (const byte of bytes) transport.feed(Uint8Array.of(byte))
    transport.reply(first, text('a'))
    expect(await Promise.all(answers)).toEqual(['a', 'b', 'c'])
  })

  test('an event with the serial of a pending call is an event', async () => {
    const { transport, client, events } = connect()
    client.expectEvent(0)
    const answer = client.call(getHostname, 1000)
    transport.feed(lifecycle(4, transport.calls[0]?.serial))
    transport.reply(transport.calls[0], text('host'))
    expect(await answer).toBe('host')
    expect(events).toMatchObject([{ kind: 'lifecycle', domain: { name: 'dom-4' }, event: 2 }])
  })

  test('reject with what libvirt says, its code and domain in the detail', async () => {
    const { transport, client } = connect()
    const answer = client.call(getHostname, 1000)
    transport.reply(transport.calls[0], errorBody(88, 55, 'access denied'), 1)
    await expect(answer).rejects.toMatchObject({
      code: 'RPC_REMOTE',
      detail: { code: 88, domain: 55, name: 'ACCESS_DENIED' },
    })
  })

  test('a body that cannot be decoded fails its call alone', async () => {
    const { transport, client } = connect()
    const bad = codeOf(client.call(getHostname, 1000))
    const good = client.call(getType, 1000)
    transport.reply(transport.calls[0], [0, 0, 0, 9, 1, 2, 3, 4])
    transport.reply(transport.calls[1], text('QEMU'))
    expect([await bad, await good]).toEqual(['XDR_OUT_OF_BOUNDS', 'QEMU'])
  })

  test('hand over the bytes of a bulk reply on a 4-byte boundary, with stamps', async () => {
    const { clock, transport, client } = connect()
    const answer = client.callRaw(BULK, 5000)
    await clock.advance(30)
    const bytes = message({ procedure: 344, serial: transport.calls[0]?.serial ?? 0 }, statsBody([testDomain(1)]))
    transport.feed(bytes.subarray(0, 10))
    await clock.advance(12)
    transport.feed(bytes.subarray(10))
    const { message: got, sentAt } = await answer
    expect([sentAt, got.firstByteAt, got.endAt]).toEqual([0, 30, 42])
    expect(got.bytes.byteOffset % 4).toBe(0)
    expect(Buffer.isBuffer(got.bytes)).toBe(false)
  })

  test('[V-6] at most four are with the daemon; the fifth waits, and its deadline runs meanwhile', async () => {
    const { clock, transport, client } = connect()
    const codes = [1, 2, 3, 4].map(() => codeOf(client.call(getHostname, 60_000)))
    const fifth = client.call(getType, 1000)
    expect(transport.calls).toHaveLength(4)
    const sixth = codeOf(fifth)
    await clock.advance(1000)
    expect(await sixth).toBe('RPC_TIMEOUT')
    await expect(fifth).rejects.toMatchObject({ detail: { sent: false } })
    const seventh = client.call(getType, 1000)
    transport.reply(transport.calls[0], text('x'))
    transport.reply(transport.calls[4], text('QEMU'))
    expect([await codes[0], await seventh]).toEqual(['resolved', 'QEMU'])
  })
})

describe('deadlines', () => {
  test('[V-2] the serial of a call that timed out stays known, and its late reply goes to onLate', async () => {
    const { clock, transport, client } = connect()
    const late: number[] = []
    const code = codeOf(client.callRaw(BULK, 5000, ({ message: got }) => late.push(got.header.length)))
    await clock.advance(5000)
    expect([await code, client.orphans]).toEqual(['RPC_TIMEOUT', 1])
    transport.reply(transport.calls[0], statsBody([]))
    expect([late, client.orphans, transport.destroyed]).toEqual([[32], 0, false])
  })

  test('a late error frees its slot in silence', async () => {
    const { clock, transport, client } = connect()
    const code = codeOf(client.call(getHostname, 5000))
    await clock.advance(5000)
    transport.reply(transport.calls[0], errorBody(38, 10, 'gone'), 1)
    expect([await code, client.orphans]).toEqual(['RPC_TIMEOUT', 0])
  })

  test('Infinity is no deadline', async () => {
    const { clock, transport, client } = connect()
    const answer = client.call(getHostname, Number.POSITIVE_INFINITY)
    for (let i = 0; i < 20; i++) {
      await clock.advance(5000)
      transport.feed(message({ program: KEEPALIVE, procedure: 2, type: 2 }))
    }
    expect(client.orphans).toBe(0)
    transport.reply(transport.calls[0], text('patience'))
    expect(await answer).toBe('patience')
  })
})

describe('messages that have no place here close the connection', () => {
  test.each([
    ['a reply nobody waits for', message({ procedure: 59, serial: 77 })],
    ['a reply of another procedure', message({ procedure: 3, serial: 1 })],
    ['[V-15] file descriptors', message({ procedure: 59, serial: 1, type: 5 })],
    ['a stream', message({ procedure: 59, serial: 1, type: 3 })],
    ['a call', message({ procedure: 59, serial: 1, type: 0 })],
    ['a program nobody knows', message({ program: 0x12345678, type: 2 })],
    ['a keepalive with a body', message({ program: KEEPALIVE, procedure: 1, type: 2 }, [0, 0, 0, 0])],
  ])('%s', async (_what, bytes) => {
    const { transport, client } = connect()
    const code = codeOf(client.call(getHostname, 1000))
    transport.feed(bytes)
    expect((await client.closed)?.code).toBe('FRAME_UNEXPECTED')
    expect([await code, transport.destroyed]).toEqual(['CONNECTION_LOST', true])
  })

  test('[V-2] and so does a message over a lowered limit', async () => {
    const { transport, client } = connect(64)
    const code = codeOf(client.callRaw(BULK, 1000))
    transport.reply(transport.calls[0], new Uint8Array(100))
    expect([(await client.closed)?.code, await code]).toEqual(['FRAME_LENGTH', 'CONNECTION_LOST'])
  })

  test('HTTP on the line is told apart at its first four bytes, and heard until its line ends or a moment passed', async () => {
    const feed = (...chunks: string[]) => {
      const { transport, client, clock } = connect()
      for (const chunk of chunks) transport.feed(Buffer.from(chunk))
      return { transport, client, clock }
    }
    const whole = feed('HTTP', '/1.1 400 Bad', ' Request\r\n')
    expect((await whole.client.closed)?.code).toBe('FRAME_LENGTH')
    const half = feed('HTTP', '/1.1')
    expect(half.transport.destroyed).toBe(false)
    await half.clock.advance(300)
    expect((await half.client.closed)?.code).toBe('FRAME_LENGTH')
    expect([whole, half].map(({ client }) => client.firstWords?.quotation())).toEqual([
      '"HTTP/1.1 400 Bad Request"',
      '"HTTP/1.1"',
    ])
  })
})

describe('[V-15] unasked messages', () => {
  test('are ignored up to 1000 in a second', async () => {
    const { transport, client, events, clock } = connect()
    for (let second = 0; second < 3; second++) {
      for (let i = 0; i < 1000; i++) transport.feed(lifecycle(i))
      await clock.advance(1000)
    }
    expect([events.length, client.ignoredMessages, transport.destroyed]).toEqual([0, 3000, false])
  })

  test('close the connection beyond that', async () => {
    const { transport, client } = connect()
    for (let i = 0; i < 1001; i++) transport.feed(lifecycle(i))
    expect((await client.closed)?.code).toBe('EVENT_FLOOD')
  })

  test('events that were asked for may come in thousands', () => {
    const { transport, client, events } = connect()
    client.expectEvent(0)
    for (let i = 0; i < 5000; i++) transport.feed(lifecycle(i))
    expect([events.length, transport.destroyed]).toEqual([5000, false])
  })

  test('an event that cannot be decoded is counted, and the connection lives', () => {
    const { transport, client, events } = connect()
    client.expectEvent(0)
    transport.feed(message({ procedure: 318, type: 2, serial: 1 }, [0, 0, 0, 0]))
    expect([events.length, client.undecodable, transport.destroyed]).toEqual([0, 1, false])
  })
})

describe('[V-7] keepalive', () => {
  const pings = (transport: MemoryTransport) =>
    transport.written.filter((bytes) => bytes.length === 28 && bytes[4] === 0x6b)

  test('answers PING with PONG', () => {
    const { transport } = connect()
    transport.feed(message({ program: KEEPALIVE, procedure: 1, type: 2 }))
    expect(Buffer.from(transport.written[0] ?? []).toString('hex')).toBe(
      '0000001c6b65657000000001000000020000000200000000' + '00000000',
    )
  })

  test('PINGs every 5 s and is content with PONGs', async () => {
    const { clock, transport, busy } = connect()
    for (let i = 0; i < 10; i++) {
      await clock.advance(5000)
      transport.feed(message({ program: KEEPALIVE, procedure: 2, type: 2 }))
    }
    expect([pings(transport).length, busy, transport.destroyed]).toEqual([10, [], false])
  })

  test('silence without a call outstanding ends the connection after 15 s more than a PING', async () => {
    const { clock, client } = connect()
    await clock.advance(19_999)
    let closed = false
    void client.closed.then(() => {
      closed = true
    })
    await settle()
    expect(closed).toBe(false)
    await clock.advance(1)
    expect((await client.closed)?.code).toBe('CONNECTION_SILENT')
  })

  test('silence with a call outstanding is busy after 15 s, ok again when the daemon speaks', async () => {
    const { clock, transport, client, busy } = connect()
    const answer = client.call(getHostname, 600_000)
    await clock.advance(25_000)
    expect([busy, transport.destroyed]).toEqual([[true], false])
    transport.reply(transport.calls[0], text('awake'))
    expect([await answer, busy]).toEqual(['awake', [true, false]])
  })

  test('silence of more than a minute ends the connection also then', async () => {
    const { clock, client } = connect()
    const code = codeOf(client.call(getHostname, 600_000))
    await clock.advance(70_000)
    expect([(await client.closed)?.code, await code]).toEqual(['CONNECTION_SILENT', 'CONNECTION_LOST'])
  })
})

describe('the end', () => {
  test('tells every caller, and those who come later', async () => {
    const { transport, client, clock } = connect()
    const code = codeOf(client.call(getHostname, 1000))
    transport.feed(message({ procedure: 59, serial: 1 }, new Uint8Array(8)).subarray(0, 30))
    transport.end()
    const why = await client.closed
    expect([why?.code, why?.detail.pendingBytes]).toEqual(['CONNECTION_LOST', 30])
    expect([await code, await codeOf(client.call(getHostname, 1000))]).toEqual(['CONNECTION_LOST', 'CONNECTION_LOST'])
    expect(clock.pending).toBe(0)
  })

  test('is nobody’s fault when we close', async () => {
    const { client, clock, transport } = connect()
    client.close()
    expect([await client.closed, transport.destroyed, clock.pending]).toEqual([null, true, 0])
  })
})

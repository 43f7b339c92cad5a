import { once } from 'node:events'
import type { Socket } from 'node:net'
import { connect } from 'node:net'
import fc from 'fast-check'
import { afterEach, describe, expect, it } from 'vitest'
import { encodeMessage } from '../../lib/sync/messages/client-messages.ts'
import { CloseCode, MessageType, ResyncCause, SUBPROTOCOL } from '../../lib/sync/wire/protocol.ts'
import { ManualClock } from '../testing/manual-clock.ts'
import { tableView } from './testing/compare-tables.ts'
import { HubWorld } from './testing/hub-world.ts'
import { MemoryClient, MemoryHub } from './testing/memory-hub.ts'
import { TableFleet } from './testing/table-fleet.ts'

const SOAK = Number(process.env.DOMSCOPE_SOAK ?? 1)
const columns = { domains: [{ id: 'state', held: false }], hosts: [{ id: 'hostCpuPercent', held: true }] }
const view = { rows: 4, skip: 2, sort: [{ column: 'cpuPercent', descending: true }], filter: 'domain 1' }
const SEEDS = [
  encodeMessage({ type: MessageType.Open, protocol: 1, resume: null, cause: ResyncCause.None, columns, view }),
  encodeMessage({
    type: MessageType.Open,
    protocol: 1,
    resume: { epoch: new Uint8Array(16).fill(1), offset: 1 },
    cause: 0,
    columns,
    view,
  }),
  encodeMessage({ type: MessageType.Subscribe, columns, view }),
  encodeMessage({ type: MessageType.Ack, frames: 1, offset: 1 }),
  encodeMessage({ type: MessageType.Pause }),
  encodeMessage({ type: MessageType.Resume }),
]
const OPEN = SEEDS[0]!

const message = fc.oneof(
  fc.uint8Array({ maxLength: 64 }),
  fc.constantFrom(...SEEDS),
  fc
    .tuple(fc.constantFrom(...SEEDS), fc.array(fc.tuple(fc.nat(63), fc.nat(255)), { maxLength: 3 }), fc.nat(64))
    .map(([seed, changes, length]) => {
      const bytes = new Uint8Array(seed)
      for (const [at, value] of changes) bytes[at % bytes.length] = value
      return bytes.slice(0, length < 48 ? bytes.length : length)
    }),
)

describe('a server that is told anything', () => {
  it(`[T-F2] [S-9] closes with the right code and serves the others through ${3000 * SOAK} hostile clients`, {
    timeout: 600_000,
  }, () => {
    const clock = new ManualClock()
    const fleet = new TableFleet(clock, 1)
    fleet.addHost('a')
    for (let row = 0; row < 20; row++) fleet.bear(0, `domain ${row}`)
    const hub = new MemoryHub(fleet, clock)
    fleet.commit()
    const other = new MemoryClient(clock)
    other.replica.want(['state', 'cpuPercent'], [])
    other.connect(hub)
    other.flush()
    const codes = new Map<number | null, number>()
    fc.assert(
      fc.property(fc.array(message, { minLength: 1, maxLength: 6 }), fc.boolean(), (messages, opened) => {
        const hostile = new MemoryClient(clock)
        hostile.connect(hub)
        hostile.toServer.length = 0
        for (const bytes of opened ? [OPEN, ...messages] : messages) {
          hostile.send(bytes)
          hostile.deliver(1)
        }
        codes.set(hostile.closeCode, (codes.get(hostile.closeCode) ?? 0) + 1)
        fleet.set('cpuPercent', 3, fleet.offset & 0x7fff)
        fleet.commit()
        other.flush()
        expect(other.replica.offset).toBe(fleet.offset)
        hostile.disconnect()
      }),
      { numRuns: 3000 * SOAK, seed: 21 },
    )
    expect([...codes.keys()].sort()).toEqual([CloseCode.Resync, CloseCode.Protocol, null].sort())
    expect(codes.get(CloseCode.Protocol)).toBeGreaterThan(500)
    expect(hub.clients.size).toBe(1)
    expect(tableView(other.replica.domains, ['cpuPercent'], fleet.domains)).toEqual(
      tableView(fleet.domains, ['cpuPercent']),
    )
  })
})

describe('a server that is sent anything below the protocol', () => {
  let world: HubWorld | null = null
  afterEach(async () => {
    await world?.stop()
    world = null
  })

  async function upgraded(port: number): Promise<Socket> {
    const socket = connect(port, '127.0.0.1')
    socket.on('error', () => {})
    socket.write(
      `GET /api/v1/stream HTTP/1.1\r\nHost: x\r\nConnection: Upgrade\r\nUpgrade: websocket\r\nSec-WebSocket-Version: 13\r\nSec-WebSocket-Key: AAAAAAAAAAAAAAAAAAAAAA==\r\nSec-WebSocket-Protocol: ${SUBPROTOCOL}\r\n\r\n`,
    )
    await once(socket, 'data')
    return socket
  }

  /** The close code that the server sends before it hangs up; null if it hangs up without one. */
  async function closeCode(socket: Socket, bytes: Buffer): Promise<number | null> {
    const answer: Buffer[] = []
    socket.on('data', (chunk: Buffer) => answer.push(chunk))
    const closed = once(socket, 'close')
    socket.write(bytes)
    socket.end()
    await closed
    const all = Buffer.concat(answer)
    return all.length >= 4 && all[0] === 0x88 ? all.readUInt16BE(2) : null
  }

  const MASK = [1, 2, 3, 4]
  const HOSTILE: readonly [string, number[], number][] = [
    ['a reserved bit', [0xc2, 0x84, ...MASK, 0, 0, 0, 0], 1002],
    ['an unknown opcode', [0x83, 0x80, ...MASK], 1002],
    ['a frame without mask', [0x82, 0x04, 4, 0, 0, 0], 1002],
    ['a continuation of nothing', [0x80, 0x80, ...MASK], 1002],
    ['a control frame in pieces', [0x09, 0x80, ...MASK], 1002],
    ['a long control frame', [0x89, 0xfe, 0, 200, ...MASK], 1002],
    ['a length of 2^63', [0x82, 0xff, 0x80, 0, 0, 0, 0, 0, 0, 0, ...MASK], 1009],
    ['a length of 4097', [0x82, 0xfe, 0x10, 0x01, ...MASK], 1009],
    ['a text message', [0x81, 0x81, ...MASK, 0x61 ^ 1], CloseCode.Protocol],
    ['text that is not UTF-8', [0x81, 0x81, ...MASK, 0xff ^ 1], 1007],
    ['an empty message', [0x82, 0x80, ...MASK], CloseCode.Protocol],
  ]

  it.each(HOSTILE)(
    '[T-F2] answers %s with a close code, and no other client misses a commit',
    async (_name, bytes, code) => {
      world = await new HubWorld().start()
      const other = await world.follow(['cpuPercent'])
      expect(await closeCode(await upgraded(world.port), Buffer.from(bytes))).toBe(code)
      world.fleet.set('cpuPercent', 1, 77)
      world.fleet.commit()
      await other.until(() => other.replica.offset === 2)
      await other.settled()
      expect(world.hub.stats().clients).toBe(1)
    },
  )

  it(`[T-F2] survives ${300 * SOAK} streams of random bytes`, { timeout: 600_000 }, async () => {
    world = await new HubWorld({ socketsPerAddress: 1e6 }).start()
    const made = world
    const other = await made.follow(['cpuPercent'])
    await fc.assert(
      fc.asyncProperty(
        fc.array(fc.uint8Array({ minLength: 1, maxLength: 40 }), { minLength: 1, maxLength: 4 }),
        async (chunks) => {
          const socket = await upgraded(made.port)
          // Every second stream starts like a masked binary frame, to get deeper.
          const bytes = Buffer.concat(
            chunks.map((chunk) =>
              chunk[0]! & 1 ? Buffer.from([0x82, 0x80 | chunk.length, ...MASK, ...chunk]) : Buffer.from(chunk),
            ),
          )
          await closeCode(socket, bytes)
          made.fleet.commit()
          await other.until(() => other.replica.offset === made.fleet.offset)
        },
      ),
      { numRuns: 300 * SOAK, seed: 22 },
    )
    await other.settled()
    expect(made.hub.stats().clients).toBe(1)
  })
})

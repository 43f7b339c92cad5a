import { once } from 'node:events'
import { connect } from 'node:net'
import { afterEach, describe, expect, it, vi } from 'vitest'
import { Replica } from '../../lib/sync/grid/replica.ts'
import { encodeMessage } from '../../lib/sync/messages/client-messages.ts'
import { CloseCode, FrameType, MAX_PART_BYTES, MessageType, SUBPROTOCOL } from '../../lib/sync/wire/protocol.ts'
import type { HubLimits } from './limits.ts'
import { tableView } from './testing/compare-tables.ts'
import type { HubTestClient } from './testing/hub-world.ts'
import { HubWorld } from './testing/hub-world.ts'

const COLUMNS = ['state', 'cpuPercent']
const PAUSE = encodeMessage({ type: MessageType.Pause })
const worlds: HubWorld[] = []

async function world(limits: Partial<HubLimits> = {}, rows = 20): Promise<HubWorld> {
  const made = await new HubWorld(limits, rows).start()
  worlds.push(made)
  return made
}

afterEach(async () => {
  for (const made of worlds.splice(0)) await made.stop()
})

/** One commit that changes one cell, and the arrival of its frame. */
function tick({ fleet, clock }: HubWorld, code: number): void {
  clock.advance(100)
  fleet.set('cpuPercent', 0, code)
  fleet.commit()
}

function expectSame(client: HubTestClient, { fleet }: HubWorld): void {
  const { domains } = client.replica
  expect(tableView(domains, COLUMNS, fleet.domains)).toEqual(tableView(fleet.domains, COLUMNS))
}

describe('the hub', () => {
  it('[SY3] [SY11] [SY13] greets a client and gives it the fleet', async () => {
    const made = await world()
    const client = await made.follow(COLUMNS)
    expect(client.frames[0]).toMatchObject({ type: FrameType.Hello, offset: 1 })
    expect(client.snapshots).toHaveLength(1)
    expectSame(client, made)
    expect(made.hub.stats()).toMatchObject({ clients: 1, snapshots: { first: 1, audit: 0 } })
    expect(made.fleet.lookers).toBe(1)
  })

  it('[S-6] [SY1] refuses every extension that a client offers', async () => {
    const made = await world()
    const client = await made.connect()
    const response = await client.handshake
    expect(response.headers['sec-websocket-extensions']).toBeUndefined()
    expect(response.headers['sec-websocket-protocol']).toBe(SUBPROTOCOL)
    expect(client.socket.extensions).toBe('')
  })

  it('[SY1] answers 400 to an upgrade without our subprotocol, and 503 when full', async () => {
    const made = await world({ sockets: 1 })
    const ask = async (protocol: string) => {
      const socket = connect(made.port, '127.0.0.1')
      socket.write(
        `GET /api/v1/stream HTTP/1.1\r\nHost: x\r\nConnection: Upgrade\r\nUpgrade: websocket\r\nSec-WebSocket-Version: 13\r\nSec-WebSocket-Key: AAAAAAAAAAAAAAAAAAAAAA==\r\nSec-WebSocket-Protocol: ${protocol}\r\n\r\n`,
      )
      let text = ''
      socket.on('data', (bytes) => {
        text += bytes.toString()
      })
      await once(socket, 'end')
      return text
    }
    expect(await ask('chat, domscope.vX')).toMatch(/^HTTP\/1\.1 400 .*UPGRADE_REFUSED/s)
    await made.connect()
    expect(await ask(SUBPROTOCOL)).toMatch(/^HTTP\/1\.1 503 .*Retry-After: 2.*UNAVAILABLE/s)
    expect(made.hub.stats().refusedUpgrades).toBe(2)
  })

  it('[SY1] tells a page of another protocol version why it is closed', async () => {
    const made = await world()
    const client = await made.connect(new Replica(), 'domscope.v9')
    expect(await client.closed).toEqual({
      code: CloseCode.Protocol,
      reason: `this server speaks ${SUBPROTOCOL}: reload the page`,
    })
  })

  it('[SY12] [SY71] sends what changed, and a heartbeat of 16 bytes when nothing did', async () => {
    const made = await world()
    const client = await made.follow(COLUMNS)
    tick(made, 0x5000)
    await client.until(() => client.replica.offset === 2)
    expectSame(client, made)
    made.fleet.commit()
    await client.until(() => client.replica.offset === 3)
    expect(client.frames.at(-1)).toMatchObject({ type: FrameType.Heartbeat, bytes: 16, base: 2, offset: 3 })
  })

  it('[R-4] [SY70] merges for a client that does not acknowledge, and keeps telling it that it lives', async () => {
    const made = await world()
    const fast = await made.follow(COLUMNS)
    const slow = await made.follow(COLUMNS)
    slow.acknowledges = false
    for (let i = 1; i <= 50; i++) {
      tick(made, 0x5000 + i)
      await fast.until(() => fast.replica.offset === 1 + i)
      // The acknowledgement has arrived when the pong is back.
      await fast.settled()
    }
    await slow.settled()
    expect([fast.replica.offset, slow.replica.offset]).toEqual([51, 3])
    expect(slow.ticks).toHaveLength(2)
    expect(slow.frames.filter((frame) => frame.type === FrameType.Heartbeat).length).toBeGreaterThanOrEqual(4)
    expect(made.hub.stats().worstLag).toBe(50)
    slow.release()
    await slow.until(() => slow.replica.offset === 51)
    // Forty-eight commits came as one frame.
    expect(slow.ticks).toHaveLength(3)
    expect(slow.ticks.at(-1)).toMatchObject({ base: 3, offset: 51 })
    expectSame(slow, made)
  })

  it('[SY72] makes a frame once for all clients with the same columns', async () => {
    const made = await world()
    const clients: HubTestClient[] = []
    for (let i = 0; i < 5; i++) clients.push(await made.follow(COLUMNS))
    const before = made.hub.stats()
    tick(made, 0x5000)
    for (const client of clients) await client.until(() => client.replica.offset === 2)
    const after = made.hub.stats()
    expect(after.framesMade - before.framesMade).toBe(1)
    expect(after.framesShared - before.framesShared).toBe(4)
    expect(after.frames - before.frames).toBe(5)
  })

  it('[R-5] [SY62] goes on with a delta after a lost connection', async () => {
    const made = await world({}, 2000)
    const first = await made.follow(COLUMNS)
    first.socket.terminate()
    await first.closed
    tick(made, 0x5001)
    tick(made, 0x5002)
    const again = await made.connect(first.replica)
    again.open()
    await again.until(() => again.replica.offset === 3)
    expect(again.snapshots).toHaveLength(0)
    expect(again.ticks).toHaveLength(1)
    expect(again.ticks[0]!.bytes).toBeLessThan(200)
    expect(made.hub.stats().deltas).toBe(1)
    expectSame(again, made)
  })

  it('[SY62] sends a column whole that a resuming client does not hold', async () => {
    const made = await world()
    const first = await made.follow(COLUMNS)
    first.socket.terminate()
    await first.closed
    for (const row of [0, 5, 19]) made.fleet.set('diskIops', row, 0x6000 + row)
    made.fleet.commit()
    first.replica.want([...COLUMNS, 'diskIops'], ['hostCpuPercent'])
    const again = await made.connect(first.replica)
    again.open()
    await again.until(() => again.replica.ready && again.replica.offset === 2)
    expect(again.snapshots).toHaveLength(0)
    expect(tableView(again.replica.domains, ['diskIops'], made.fleet.domains)).toEqual(
      tableView(made.fleet.domains, ['diskIops']),
    )
  })

  it('[R-5] [SY62] sends a snapshot to a client of another epoch, with the reason', async () => {
    const made = await world()
    const other = await world()
    other.fleet.epoch = new Uint8Array(16).fill(8)
    other.fleet.commit()
    const first = await made.follow(COLUMNS)
    first.socket.terminate()
    const again = await other.connect(first.replica)
    again.open()
    await again.until(() => again.snapshots.length > 0 && again.replica.ready)
    expect(other.hub.stats().snapshots).toMatchObject({ epoch: 1, first: 0 })
  })

  it('[SY24] [SY62] brings a connected client over to a new epoch with fewer words', async () => {
    const made = await world()
    const client = await made.follow(COLUMNS)
    for (let i = 0; i < 30; i++) {
      made.fleet.setWord('state', 0, `churned-${i}`)
      made.fleet.commit()
    }
    made.fleet.setWord('state', 1, 'running')
    made.fleet.beginEpoch(9)
    made.fleet.commit()
    await client.until(() => client.snapshots.length === 2 && client.replica.ready)
    expectSame(client, made)
    expect(client.replica.domains.dictionaries.get(0)?.words).toEqual(['churned-29', 'running'])
    tick(made, 7)
    await client.until(() => client.replica.offset === made.fleet.offset)
    expectSame(client, made)
    expect(made.hub.stats()).toMatchObject({ clients: 1, snapshots: { epoch: 1, audit: 0 } })
  })

  it('[R-4] [SY73] sends a snapshot in parts of at most 64 KiB and goes on only when they are acknowledged', async () => {
    const made = await world({}, 6000)
    const client = await made.connect()
    client.acknowledges = false
    client.replica.want(COLUMNS, [])
    client.open()
    await client.until(() => client.snapshots.length === 2)
    await client.settled()
    expect(client.snapshots).toHaveLength(2)
    client.release()
    await client.until(() => client.replica.ready)
    expect(client.snapshots.length).toBeGreaterThan(3)
    for (const { bytes } of client.snapshots) expect(bytes).toBeLessThanOrEqual(MAX_PART_BYTES)
    // Parts are filled: no more of them than the bytes need, with a tenth to spare.
    const total = client.snapshots.reduce((sum, { bytes }) => sum + bytes, 0)
    expect(client.snapshots.length).toBeLessThanOrEqual(Math.ceil((total / MAX_PART_BYTES) * 1.1) + 1)
    expectSame(client, made)
  })

  it('[SY63] sends a column whole when it is subscribed', async () => {
    const made = await world()
    const client = await made.follow(['state'])
    expect(client.replica.domains.column('cpuPercent')).toBeNull()
    client.replica.want(COLUMNS, ['hostCpuPercent'])
    client.send(client.replica.subscribeMessage())
    await client.until(() => client.replica.ready)
    expectSame(client, made)
    expect(client.ticks).toEqual([expect.objectContaining({ base: 1, offset: 1 })])
  })

  it('[SY65] is silent but for heartbeats while paused, and merges on resume', async () => {
    const made = await world()
    const client = await made.follow(COLUMNS)
    client.send(PAUSE)
    await client.settled()
    for (let i = 0; i < 30; i++) tick(made, 0x5100 + i)
    await client.settled()
    expect([client.ticks.length, client.replica.offset]).toEqual([0, 1])
    expect(client.frames.filter((frame) => frame.type === FrameType.Heartbeat).length).toBeGreaterThanOrEqual(2)
    expect(made.hub.stats().paused).toBe(1)
    client.send(encodeMessage({ type: MessageType.Resume }))
    await client.until(() => client.replica.offset === 31)
    expect(client.ticks).toHaveLength(1)
    expectSame(client, made)
  })

  it('[SY15] counts columns that do not exist in a notice, and never repeats their names', async () => {
    const made = await world()
    const client = await made.connect()
    client.replica.want(['state', 'canary<script>'], [])
    client.open()
    await client.until(() => client.replica.ready)
    expect(client.frames.some((frame) => frame.type === FrameType.Notice)).toBe(true)
  })

  it('[R-7] [SY40] checks the copies with checksums every 60 commits', async () => {
    const made = await world()
    const client = await made.follow(COLUMNS)
    const sizes: number[] = []
    while (made.fleet.offset < 60) {
      tick(made, made.fleet.offset)
      await client.until(() => client.replica.offset === made.fleet.offset)
      sizes.push(client.ticks.at(-1)!.bytes)
    }
    expect(sizes.at(-1)!).toBeGreaterThan(sizes.at(-2)!)
    expect(client.replica.auditMismatches).toBe(0)
    // A copy that went wrong without anybody noticing.
    client.replica.domains.column('cpuPercent')!.codes[7] = 1
    const failed = new Promise<unknown>((resolve) => {
      client.socket.removeAllListeners('message')
      client.socket.on('message', (bytes) => {
        try {
          const received = client.replica.receive(new Uint8Array(bytes as Buffer), 0)
          if (received.kind === 'applied') client.send(received.ack)
        } catch (error) {
          resolve(error)
        }
      })
    })
    while (made.fleet.offset < 120) {
      tick(made, made.fleet.offset)
      await client.settled()
    }
    expect(await failed).toMatchObject({ code: 'SYNC_AUDIT_MISMATCH' })
    client.socket.terminate()
    const again = await made.connect(client.replica)
    again.open()
    await again.until(() => again.snapshots.length > 0 && again.replica.ready)
    expect(made.hub.stats()).toMatchObject({ auditMismatches: 1, snapshots: { audit: 1 } })
    expectSame(again, made)
  })

  it('[R-9] [SY80] sends everybody away with 4012 and a time to come back', async () => {
    const made = await world()
    const client = await made.follow(COLUMNS)
    const done = made.hub.close()
    expect(await client.closed).toEqual({ code: CloseCode.Restart, reason: 'retryAfterMs=1250' })
    expect(client.frames.at(-1)!.type).toBe(FrameType.Notice)
    await done
    expect(made.hub.stats().clients).toBe(0)
    expect(made.fleet.lookers).toBe(0)
    expect(made.clock.pending).toBe(0)
  })
})

describe('the limits of the hub', () => {
  it('[R-11] close a client that acknowledges nothing for the time given, with 4008', async () => {
    const made = await world({ ackTimeoutMs: 500, sweepMs: 100 })
    const client = await made.follow(COLUMNS)
    await client.settled()
    made.clock.advance(2000)
    await client.settled()
    client.acknowledges = false
    tick(made, 0x5000)
    await client.until(() => client.replica.offset === 2)
    made.clock.advance(700)
    expect((await client.closed).code).toBe(CloseCode.Slow)
    expect(made.hub.stats().closes).toEqual({ [CloseCode.Slow]: 1 })
  })

  it('[R-11] close a client that says nothing after the upgrade, with 4008', async () => {
    const made = await world({ openTimeoutMs: 500, sweepMs: 100 })
    const client = await made.connect()
    made.clock.advance(700)
    expect((await client.closed).code).toBe(CloseCode.Slow)
  })

  it('[R-11] close the connection too many of one address, with 4504, and leave the others', async () => {
    const made = await world({ socketsPerAddress: 2 })
    const one = await made.follow(COLUMNS)
    const two = await made.follow(COLUMNS)
    const three = await made.connect()
    expect((await three.closed).code).toBe(CloseCode.Limit)
    tick(made, 0x5000)
    for (const client of [one, two]) await client.until(() => client.replica.offset === 2)
  })

  it('[R-11] close a client that sends too many messages, with 4504; acknowledgements are free', async () => {
    const made = await world({ messagesPerSecond: 1, messageBurst: 4 })
    const client = await made.follow(COLUMNS)
    for (let i = 0; i < 30; i++) {
      tick(made, 0x5000 + i)
      await client.until(() => client.replica.offset === 2 + i)
    }
    for (let i = 0; i < 8; i++) client.send(PAUSE)
    expect((await client.closed).code).toBe(CloseCode.Limit)
    expect(made.hub.stats().rateLimited).toBe(1)
  })

  it('[R-11] drop a client that does not answer a ping', async () => {
    const made = await world({ pingMs: 200, pongTimeoutMs: 200, sweepMs: 50 })
    const socket = connect(made.port, '127.0.0.1')
    socket.write(
      `GET /api/v1/stream HTTP/1.1\r\nHost: x\r\nConnection: Upgrade\r\nUpgrade: websocket\r\nSec-WebSocket-Version: 13\r\nSec-WebSocket-Key: AAAAAAAAAAAAAAAAAAAAAA==\r\nSec-WebSocket-Protocol: ${SUBPROTOCOL}\r\n\r\n`,
    )
    await once(socket, 'data')
    expect(made.hub.stats().clients).toBe(1)
    made.clock.advance(300)
    made.clock.advance(300)
    await once(socket, 'close')
    expect(made.hub.stats().closes).toEqual({ 1006: 1 })
  })

  it('[S-5] close a message larger than 4 KiB with 1009 and one in tiny fragments with 1008', async () => {
    const made = await world()
    const large = await made.connect()
    large.send(new Uint8Array(4097))
    expect((await large.closed).code).toBe(1009)
    const pieces = await made.connect()
    for (let i = 0; i < 40; i++) pieces.socket.send(new Uint8Array(1), { fin: false })
    expect((await pieces.closed).code).toBe(1008)
  })

  it('[S-9] writes one line for any number of broken sockets, and how many there were a minute later', async () => {
    const made = await world()
    for (let i = 0; i < 5; i++) {
      const client = await made.connect()
      client.socket.send(Buffer.alloc(100_000))
      expect((await client.closed).code).toBe(1009)
    }
    const lines = () => made.logged.filter(([event]) => event === 'client_error').map(([, { count }]) => count)
    expect(lines()).toEqual([1])
    made.clock.advance(61_000)
    expect(lines()).toEqual([1, 4])
  })

  it('[SY64] logs a fault of its own and asks the client to start over, instead of blaming the message', async () => {
    const made = await world()
    const client = await made.connect()
    vi.spyOn(made.fleet, 'offset', 'get').mockImplementation(() => {
      throw new TypeError('a fault of the server')
    })
    client.open()
    expect((await client.closed).code).toBe(CloseCode.Resync)
    vi.restoreAllMocks()
    expect(made.logged).toEqual([['client_failed', { error: new TypeError('a fault of the server') }]])
    expect(made.hub.stats().badMessages).toBe(0)
  })
})

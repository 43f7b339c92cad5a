import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { setTimeout as sleep } from 'node:timers/promises'
import { type WebSocket, WebSocketServer } from 'ws'
import { systemClock } from '../../server/clock.ts'
import type { Fleet } from '../../server/fleet/fleet.ts'
import { createHub } from '../../server/hub/hub.ts'
import { silentLog } from '../../server/log.ts'
import { jsonFrame } from '../baseline/json-frame.ts'
import { FleetDrive } from '../workload/fleet-drive.ts'
import { MovingCells } from '../workload/moving-cells.ts'
import { recordedFields } from '../workload/recorded-fields.ts'
import type { HubClientsInput, HubClientsOutput } from './hub-clients.ts'
import { startChild } from './start-child.ts'

/** Who sends: our hub; a loop that sends one JSON text to all; a loop that makes it anew for each. */
export type HubSender = 'frames' | 'json-once' | 'json-each'

export interface HubServerInput {
  readonly sender: HubSender
  readonly domains: number
  readonly clients: number
  readonly seconds: number
}

export interface HubServerOutput {
  /** CPU that each commit took, as a share of a core if there is one commit a second; above 100 it cannot keep up. */
  readonly cpuPercent: number[]
  readonly rssMiB: number
  readonly rssBeforeMiB: number
  /** Bytes that a client received in a second, on average. */
  readonly bytesPerClient: number
}

const HOSTS = 4
const CHANGED = 0.3
const MIB = 2 ** 20
/** One percent of a second. */
const US_PER_PERCENT = 10_000
const CONNECT_DEADLINE_MS = 60_000

interface Sender {
  /** Clients that are connected and have what came so far. */
  ready(): number
  close(): Promise<void> | void
}

/** A server with clients in another process; a commit a second. */
export async function measureHub({ sender, domains, clients, seconds }: HubServerInput): Promise<HubServerOutput> {
  const drive = new FleetDrive(recordedFields(), { domains, hosts: HOSTS, busyShare: 0 })
  for (let i = 0; i < 4; i++) drive.tick()
  const cells = new MovingCells(drive.fleet, CHANGED, 4)
  const server = createServer()
  const speaking =
    sender === 'frames' ? speakFrames(server, drive.fleet) : speakJson(server, drive.fleet, cells, sender)
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  globalThis.gc?.()
  const rssBeforeMiB = process.memoryUsage().rss / MIB
  const { port } = server.address() as AddressInfo
  const input: HubClientsInput = { port, clients, acknowledge: sender === 'frames' }
  const generator = startChild<HubClientsOutput>('hub-clients', input)
  await connected(speaking, clients)
  const cpuPercent: number[] = []
  for (let second = 0; second < seconds; second++) cpuPercent.push(await oneCommit(drive, cells))
  const rssMiB = process.memoryUsage().rss / MIB
  await speaking.close()
  const { bytes, seconds: lasted } = await generator
  server.close()
  return { cpuPercent, rssMiB, rssBeforeMiB, bytesPerClient: bytes / clients / lasted }
}

async function connected(speaking: Sender, clients: number): Promise<void> {
  const deadline = performance.now() + CONNECT_DEADLINE_MS
  while (speaking.ready() < clients) {
    if (performance.now() > deadline) throw new Error(`only ${speaking.ready()} of ${clients} clients came`)
    await sleep(50)
  }
}

async function oneCommit({ clock }: FleetDrive, cells: MovingCells): Promise<number> {
  const before = process.cpuUsage()
  cells.move()
  clock.advance(1000)
  await sleep(1000)
  const { user, system } = process.cpuUsage(before)
  return (user + system) / US_PER_PERCENT
}

function speakFrames(server: ReturnType<typeof createServer>, fleet: Fleet): Sender {
  const limits = { socketsPerAddress: 10_000, sockets: 10_000 }
  const hub = createHub({ fleet, clock: systemClock, log: silentLog, build: 'bench', limits })
  server.on('upgrade', (request, socket, head: Buffer) => hub.handleUpgrade(request, socket, head))
  return {
    ready: () => {
      const { clients, worstLag } = hub.stats()
      return worstLag === 0 ? clients : 0
    },
    close: () => hub.close(),
  }
}

/** What one writes first: on each change, a text to everyone. No window, no resume, no snapshot. */
function speakJson(
  server: ReturnType<typeof createServer>,
  fleet: Fleet,
  { columns }: MovingCells,
  sender: HubSender,
): Sender {
  const webSockets = new WebSocketServer({ noServer: true, perMessageDeflate: false })
  const clients = new Set<WebSocket>()
  server.on('upgrade', (request, socket, head: Buffer) => {
    webSockets.handleUpgrade(request, socket, head, (client) => void clients.add(client))
  })
  fleet.onCommit((offset) => {
    const make = () => JSON.stringify(jsonFrame(columns, fleet.domains.rowLimit, offset))
    const once = sender === 'json-once' ? make() : ''
    for (const client of clients) client.send(sender === 'json-once' ? once : make())
  })
  return {
    ready: () => clients.size,
    close() {
      for (const client of clients) client.close()
    },
  }
}

import { WebSocket } from 'ws'
import { DEFAULT_METRICS } from '../../lib/metrics/default-metrics.ts'
import { encodeMessage } from '../../lib/sync/messages/client-messages.ts'
import { NO_VIEW } from '../../lib/sync/messages/view-request.ts'
import { FrameType, MessageType, PROTOCOL_VERSION, ResyncCause, SUBPROTOCOL } from '../../lib/sync/wire/protocol.ts'

export interface HubClientsInput {
  readonly port: number
  readonly clients: number
  /** Speak the sync protocol; otherwise only listen. */
  readonly acknowledge: boolean
}

export interface HubClientsOutput {
  /** Payload of the changes that all clients received, without snapshots. */
  readonly bytes: number
  /** From the first change to the last. */
  readonly seconds: number
  readonly frames: number
}

/** Connections that are being made at once. */
const AT_ONCE = 50
const OFFSET_AT = 4

/** Many clients that take what comes and acknowledge it, until the server closes the last of them. */
export async function runHubClients({ port, clients, acknowledge }: HubClientsInput): Promise<HubClientsOutput> {
  const seen = { bytes: 0, frames: 0, first: 0, last: 0 }
  const count = (bytes: number) => {
    seen.last = performance.now()
    if (seen.first === 0) seen.first = seen.last
    seen.bytes += bytes
    seen.frames++
  }
  const ends: Promise<void>[] = []
  for (let from = 0; from < clients; from += AT_ONCE) {
    const opened = Array.from({ length: Math.min(AT_ONCE, clients - from) }, () =>
      openClient(`ws://127.0.0.1:${port}/`, acknowledge, count),
    )
    for (const { ended } of opened) ends.push(ended)
    await Promise.all(opened.map(({ open }) => open))
  }
  await Promise.all(ends)
  return { bytes: seen.bytes, frames: seen.frames, seconds: (seen.last - seen.first) / 1000 + 1 }
}

function openClient(url: string, acknowledge: boolean, count: (bytes: number) => void) {
  const socket = new WebSocket(url, acknowledge ? [SUBPROTOCOL] : [], { perMessageDeflate: false })
  let frames = 0
  socket.on('message', (message: Buffer) => {
    const type = message[0]
    if (!acknowledge || type === FrameType.Tick) count(message.length)
    if (!acknowledge || (type !== FrameType.Tick && type !== FrameType.Snapshot)) return
    frames++
    socket.send(encodeMessage({ type: MessageType.Ack, frames, offset: message.readUInt32LE(OFFSET_AT) }))
  })
  const open = new Promise<void>((resolve, reject) => {
    socket.on('error', reject)
    socket.on('open', () => {
      if (acknowledge) socket.send(openMessage())
      resolve()
    })
  })
  const ended = new Promise<void>((resolve) => void socket.on('close', () => resolve()))
  return { open, ended }
}

function openMessage(): Uint8Array {
  const columns = { domains: DEFAULT_METRICS.map((id) => ({ id, held: false })), hosts: [] }
  const cause = ResyncCause.None
  return encodeMessage({
    type: MessageType.Open,
    protocol: PROTOCOL_VERSION,
    resume: null,
    cause,
    columns,
    view: NO_VIEW,
  })
}

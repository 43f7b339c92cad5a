import { mkdtempSync, rmSync } from 'node:fs'
import { createServer, type Server, type Socket } from 'node:net'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { afterEach, expect, test } from 'vitest'
import { FrameSplitter, type Message } from '../../../lib/libvirt/frame-splitter.ts'
import { encodeMessage } from '../../../lib/libvirt/header.ts'
import { parseLibvirtUri } from '../../../lib/libvirt/uri.ts'
import { systemClock } from '../../clock.ts'
import { until } from '../../testing/until.ts'
import type { Transport } from './transport.ts'
import { dialUnix } from './unix.ts'

/** Sizes around what one read takes and what is read straight into its message. */
const BODY_BYTES = [0, 4, 400_000, 65_536, 65_508, 65_504, 0, 1_300_000, 8, 131_072, 64_000, 0]

let server: Server | null = null
let transport: Transport | null = null
const folder = mkdtempSync(path.join(tmpdir(), 'domscope-unix-'))

afterEach(() => {
  transport?.destroy()
  server?.close()
  rmSync(folder, { recursive: true, force: true })
})

const bodyOfSize = (bytes: number, serial: number) =>
  Uint8Array.from({ length: bytes }, (_, i) => (i * 31 + serial * 7) & 0xff)

const reply = (serial: number, body: Uint8Array) =>
  encodeMessage({ program: 0x20008086, version: 1, procedure: 344, type: 1, serial, status: 0 }, body)

/** Listens; whoever connects is in `peers`. */
async function listen(socketPath: string, peers: Socket[]): Promise<void> {
  server = createServer((socket) => void peers.push(socket))
  await new Promise<void>((resolve) => server?.listen(socketPath, resolve))
}

test('reads large messages straight into their own memory and loses no byte of those before and after', async () => {
  const socketPath = path.join(folder, 'sock')
  const peers: Socket[] = []
  await listen(socketPath, peers)
  const uri = parseLibvirtUri(`qemu+unix:///system?socket=${socketPath}`)
  transport = await dialUnix(uri, { clock: systemClock, connectTimeoutMs: 3_000, runtimeDir: null })
  const messages: Message[] = []
  const splitter = new FrameSplitter({ onMessage: (message) => messages.push(message) })
  let direct = 0
  transport.start({
    data: (chunk) => splitter.push(chunk, 0),
    room: () => splitter.room(),
    filled(bytes) {
      direct += bytes
      splitter.filled(bytes, 0)
    },
    closed: () => {},
  })
  const socket = await until('a client', () => peers[0])
  const stream = Buffer.concat(BODY_BYTES.map((bytes, serial) => reply(serial, bodyOfSize(bytes, serial))))
  // Cut where no message ends, so that a read holds the end of one and the start of the next.
  for (let at = 0; at < stream.length; at += 99_991) socket.write(stream.subarray(at, at + 99_991))
  await until('all messages', () => (messages.length === BODY_BYTES.length ? true : undefined))
  for (const [serial, bytes] of BODY_BYTES.entries()) {
    const { header, bytes: whole } = messages[serial]!
    expect(header.serial).toBe(serial)
    expect(Buffer.compare(whole, reply(serial, bodyOfSize(bytes, serial)))).toBe(0)
  }
  expect(direct).toBeGreaterThan(1_000_000)
})

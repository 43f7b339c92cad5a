import { chmodSync, writeFileSync } from 'node:fs'
import { createServer } from 'node:net'
import { join } from 'node:path'
import { afterEach, describe, expect, test } from 'vitest'
import { DomscopeError } from '../../lib/errors/domscope-error.ts'
import { parseLibvirtUri } from '../../lib/libvirt/uri.ts'
import { ByteBuilder } from '../../lib/xdr/testing/byte-builder.ts'
import { systemClock } from '../clock.ts'
import { silentLog } from '../log.ts'
import { errorBody, message, statsBody, testDomain } from '../testing/daemon-messages.ts'
import { type Answer, FakeDaemon, unknownProcedure } from '../testing/fake-daemon.ts'
import type { BulkReply, HostSession } from './host-session.ts'
import { openSession } from './open-session.ts'
import { socketError } from './transport/unix-errors.ts'

const undo: (() => unknown)[] = []
afterEach(async () => {
  for (const step of undo.splice(0).reverse()) await step()
})

async function startDaemon(): Promise<FakeDaemon> {
  const daemon = await new FakeDaemon().start()
  undo.push(() => daemon.stop())
  return daemon
}

async function open(uri: string, connectTimeoutMs = 3000): Promise<HostSession> {
  const session = await openSession(parseLibvirtUri(uri), { clock: systemClock, log: silentLog, connectTimeoutMs })
  undo.push(() => session.close())
  return session
}

async function failure(uri: string, connectTimeoutMs?: number): Promise<DomscopeError> {
  try {
    await open(uri, connectTimeoutMs)
  } catch (error) {
    if (error instanceof DomscopeError) return error
    throw error
  }
  throw new Error('opened')
}

const refuse = (code: number, domain: number) => (): Answer => ({ error: errorBody(code, domain, 'no') })

describe('openSession', () => {
  test('[V-1] opens read-only, in the order libvirt wants, and never asks for feature 10', async () => {
    const daemon = await startDaemon()
    const features: number[] = []
    let flags = -1
    let name = ''
    daemon.handlers.set(60, (call) => {
      features.push(call[31] ?? -1)
      return { body: [0, 0, 0, 1] }
    })
    daemon.handlers.set(1, (call) => {
      flags = call.at(-1) ?? -1
      name = Buffer.from(call.subarray(36, call.length - 4))
        .toString()
        .replaceAll('\0', '')
      return { body: [] }
    })
    const session = await open(daemon.uri)
    expect(daemon.seen.slice(0, 2)).toEqual([66, 1])
    expect([features, flags, name]).toEqual([[14], 1, 'qemu:///system'])
    expect(session.facts).toMatchObject({ hostname: 'fake-host', type: 'QEMU', libvirtVersion: 9_000_000, missing: [] })
    expect(session.facts.events).toHaveLength(27)
  })

  test('learns which machine it is, or nothing when the daemon refuses or sends nonsense', async () => {
    const daemon = await startDaemon()
    const uuid = '4c4c4544-0042-3510-8052-b4c04f564d32'
    const xml = Buffer.from(`<capabilities>\n  <host>\n    <uuid>${uuid}</uuid>\n  </host>\n</capabilities>`)
    daemon.handlers.set(7, () => ({ body: new ByteBuilder().opaque(xml).build() }))
    expect((await open(daemon.uri)).facts.hostUuid).toBe(uuid)
    daemon.handlers.set(7, () => ({ body: [255, 255, 255, 255] }))
    expect((await open(daemon.uri)).facts.hostUuid).toBeNull()
    daemon.handlers.set(7, refuse(3, 12))
    expect((await open(daemon.uri)).facts.hostUuid).toBeNull()
  })

  test('goes without events that the daemon does not know, and says what is missing', async () => {
    const daemon = await startDaemon()
    daemon.handlers.set(316, (call) => ((call[31] ?? 0) > 13 ? refuse(1, 7)() : { body: [0, 0, 0, 0] }))
    daemon.handlers.set(4, refuse(3, 12))
    daemon.handlers.set(157, () => ({ body: new ByteBuilder().u64(6_000_000n).build() }))
    const { facts } = await open(daemon.uri)
    expect(facts.events).toEqual([0, 1, 3, 5, 6, 7, 9, 10, 11, 12, 13])
    expect(facts.missing.join('\n')).toMatch(/vcpu\.N\.delay[\s\S]*no version/)
  })

  test('delivers events, lists and node statistics', async () => {
    const daemon = await startDaemon()
    daemon.domains = [testDomain(1), testDomain(2, -1)]
    daemon.handlers.set(227, (call) => {
      const fields = (call[35] ?? 0) === 0 ? [] : [['idle', 2n ** 60n] as const]
      const builder = new ByteBuilder().u32(fields.length)
      for (const [name, value] of fields) builder.opaque(Buffer.from(name)).u64(value)
      return { body: builder.i32(1).build() }
    })
    const session = await open(daemon.uri)
    expect(await session.listDomains(3)).toMatchObject([
      { name: 'dom-1', id: 1 },
      { name: 'dom-2', id: -1 },
    ])
    expect(await session.nodeCpuStats()).toEqual(new Map([['idle', 2n ** 60n]]))
    expect(await session.nodeMemoryStats()).toBeNull()
    const asked = daemon.seen.filter((procedure) => procedure === 228).length
    expect(await session.nodeMemoryStats()).toBeNull()
    expect(daemon.seen.filter((procedure) => procedure === 228)).toHaveLength(asked)
    const event = new Promise((resolve) => session.onEvent(resolve))
    const { name, uuid, id } = testDomain(9)
    const body = new ByteBuilder().i32(0).opaque(Buffer.from(name)).raw(uuid).i32(id).i32(5).i32(1).build()
    daemon.broadcast(message({ procedure: 318, type: 2, serial: 1 }, body))
    expect(await event).toMatchObject({ kind: 'lifecycle', domain: { name: 'dom-9' }, event: 5, detail: 1 })
  })

  test('adds up huge pages of all nodes, asks no daemon that has none, and says what it cannot tell', async () => {
    const daemon = await startDaemon()
    const cell = (id: number, sizes: readonly (readonly [number, number])[]) =>
      `<cell id='${id}'>${sizes.map(([size, pages]) => `<pages unit='KiB' size='${size}'>${pages}</pages>`).join('')}</cell>`
    const capabilities = (...cells: string[]) => {
      const xml = `<capabilities><host><topology><cells>${cells.join('')}</cells></topology></host></capabilities>`
      daemon.handlers.set(7, () => ({ body: new ByteBuilder().opaque(Buffer.from(xml)).build() }))
    }
    const asked: number[][] = []
    daemon.handlers.set(340, (call) => {
      const words = new DataView(call.buffer, call.byteOffset, call.length)
      asked.push(Array.from({ length: (call.length - 28) / 4 }, (_, i) => words.getUint32(28 + 4 * i)))
      const sizes = words.getUint32(28)
      const builder = new ByteBuilder().u32(sizes)
      for (let i = 0; i < sizes; i++) builder.u64(BigInt(3 - i))
      return { body: builder.build() }
    })
    const pagesOf = async () => (await open(daemon.uri)).hugePages()
    const ordinary = [4, 1000] as const
    capabilities(cell(0, [ordinary, [2048, 5], [1048576, 2]]), cell(2, [ordinary, [2048, 4], [1048576, 0]]))
    expect(await pagesOf()).toEqual({ totalKiB: 9 * 2048 + 2 * 1048576, freeKiB: 6 * 2048 + 2 * 1048576 })
    expect(asked).toEqual([
      [2, 2048, 1048576, 0, 1, 0],
      [1, 2048, 2, 1, 0],
    ])
    capabilities(cell(0, [ordinary, [2048, 2]]))
    expect(await pagesOf()).toEqual({ totalKiB: 4096, freeKiB: null })
    capabilities(cell(0, [ordinary, [2048, 0]]))
    const calls = asked.length
    expect([await pagesOf(), asked.length]).toEqual([{ totalKiB: 0, freeKiB: 0 }, calls])
    capabilities(cell(0, [ordinary, [2048, 5]]))
    daemon.handlers.set(340, refuse(3, 12))
    expect(await pagesOf()).toBeNull()
    capabilities()
    expect(await pagesOf()).toBeNull()
  })

  test('says farewell when it is closed', async () => {
    const daemon = await startDaemon()
    const session = await open(daemon.uri)
    await session.close()
    expect([daemon.seen.at(-1), await session.closed]).toEqual([2, null])
  })

  test('asks polkit where the daemon wants that', async () => {
    const daemon = await startDaemon()
    daemon.handlers.set(66, () => ({ body: [0, 0, 0, 1, 0, 0, 0, 2] }))
    daemon.handlers.set(70, () => ({ body: [0, 0, 0, 1] }))
    await open(daemon.uri)
    expect(daemon.seen.slice(0, 3)).toEqual([66, 70, 1])
  })
})

describe('first contact that fails is named', () => {
  const polkit = () => ({ body: [0, 0, 0, 1, 0, 0, 0, 2] })

  test.each<[string, string, (daemon: FakeDaemon) => void]>([
    ['POLKIT_REFUSED', 'polkit says no', ({ handlers }) => handlers.set(66, polkit).set(70, refuse(45, 60))],
    ['POLKIT_MISSING', 'polkit cannot be asked', ({ handlers }) => handlers.set(66, polkit).set(70, refuse(1, 60))],
    ['AUTH_UNSUPPORTED', 'SASL', ({ handlers }) => handlers.set(66, () => ({ body: [0, 0, 0, 1, 0, 0, 0, 1] }))],
    ['DRIVER_MISSING', 'no such driver', ({ handlers }) => handlers.set(1, refuse(5, 0))],
    ['ACCESS_DENIED', 'access control', ({ handlers }) => handlers.set(1, refuse(88, 55))],
    [
      'LIBVIRT_TOO_OLD',
      'before NOWAIT',
      ({ handlers }) => handlers.set(157, () => ({ body: new ByteBuilder().u64(4_004_000n).build() })),
    ],
    ['RPC_REMOTE', 'a daemon that knows nothing', ({ handlers }) => handlers.set(1, () => unknownProcedure(1))],
    ['NOT_LIBVIRT', 'an answer that is none', ({ handlers }) => handlers.set(66, () => ({ body: [0, 0, 0, 7] }))],
  ])('%s: %s', async (code, _what, prepare) => {
    const daemon = await startDaemon()
    prepare(daemon)
    const error = await failure(daemon.uri)
    expect(error.code).toBe(code)
    if (code !== 'RPC_REMOTE') expect(error.remedy).toBeTruthy()
    expect(error.remedy ?? '').not.toMatch(/sudo|\broot\b|group/)
    await expect.poll(() => daemon.connections).toBe(0)
  })

  test('SOCKET_MISSING: nothing at the path', async () => {
    expect((await failure('qemu:///system?socket=/nonexistent/sock')).code).toBe('SOCKET_MISSING')
  })

  test('DAEMON_NOT_RUNNING: a socket that a killed daemon left', async () => {
    const daemon = await startDaemon()
    await daemon.kill()
    const leftover = join(daemon.folder, 'left')
    await leaveSocketBehind(leftover)
    expect((await failure(`qemu:///system?socket=${leftover}`)).code).toBe('DAEMON_NOT_RUNNING')
  })

  test('NOT_A_SOCKET: an ordinary file', async () => {
    const daemon = await startDaemon()
    const path = join(daemon.folder, 'file')
    writeFileSync(path, 'x')
    expect((await failure(`qemu:///system?socket=${path}`)).code).toBe('NOT_A_SOCKET')
  })

  test('SOCKET_FORBIDDEN: a socket this user may not open; SOCKET_BLOCKED: one whose mode would let it', async () => {
    const daemon = await startDaemon()
    const codeFor = (mode: number) => {
      chmodSync(daemon.socket, mode)
      return socketError(daemon.socket, { code: 'EACCES' }).code
    }
    expect([codeFor(0o600), codeFor(0o777)]).toEqual(['SOCKET_FORBIDDEN', 'SOCKET_BLOCKED'])
  })

  test('SOCKET_PATH_TOO_LONG', async () => {
    expect((await failure(`qemu:///system?socket=/${'a'.repeat(120)}`)).code).toBe('SOCKET_PATH_TOO_LONG')
  })

  test('NO_ANSWER: something that accepts and is silent', async () => {
    const daemon = await startDaemon()
    daemon.handlers.set(66, () => 'nothing')
    expect((await failure(daemon.uri, 100)).code).toBe('NO_ANSWER')
  })

  test.each([
    ['220 mail.example.org ESMTP\r\n', '"220 mail.example.org ESMTP", as a mail or FTP server does'],
    ['SSH-2.0-OpenSSH_9.2p1\r\n', '"SSH-2.0-OpenSSH_9.2p1", as an ssh server does'],
    ['HTTP/1.1 400 Bad Request\r\nConnection: close\r\n\r\n', '"HTTP/1.1 400 Bad Request", as a web server does'],
    ['\u0015\u0003\u0003\0\u0002\u0002F', 'bytes 15 03 03 00 02 02 46, as a TLS server does'],
    ['$ ', '"$"'],
    ['no', '"no"'],
    [
      '\0\0\0\x40 words that look like a length, a header and more',
      'bytes 00 00 00 40 20 77 6f 72 64 73 20 74 68 61 74 20 …',
    ],
    ['\0\0\0\x40 too few', 'bytes 00 00 00 40 20 74 6f 6f 20 66 65 77'],
  ])('NOT_LIBVIRT: something that talks another language is quoted: %j', async (words, quotation) => {
    const daemon = await startDaemon()
    const path = join(daemon.folder, 'other')
    const server = createServer((socket) => socket.end(Buffer.from(words, 'latin1')))
    await new Promise<void>((resolve) => server.listen(path, resolve))
    undo.push(() => server.close())
    const error = await failure(`qemu:///system?socket=${path}`)
    expect([error.code, error.message]).toEqual([
      'NOT_LIBVIRT',
      `what answers on ${path} is not a libvirt daemon: it said ${quotation}`,
    ])
  })

  test('NOT_LIBVIRT: something that asks and waits', async () => {
    const daemon = await startDaemon()
    const path = join(daemon.folder, 'prompt')
    const server = createServer((socket) => socket.write('# '))
    await new Promise<void>((resolve) => server.listen(path, resolve))
    undo.push(() => server.close())
    expect((await failure(`qemu:///system?socket=${path}`, 100)).message).toMatch(/it said "#"$/)
  })

  test('CONNECTION_LOST: something that hangs up', async () => {
    const daemon = await startDaemon()
    const path = join(daemon.folder, 'hangup')
    const server = createServer((socket) => socket.destroy())
    await new Promise<void>((resolve) => server.listen(path, resolve))
    undo.push(() => server.close())
    expect((await failure(`qemu:///system?socket=${path}`)).code).toBe('CONNECTION_LOST')
  })

  test('TRANSPORT_UNSUPPORTED names the transport', async () => {
    const error = await failure('qemu+tls://kvm-01/system')
    expect([error.code, error.message]).toEqual(['TRANSPORT_UNSUPPORTED', 'transport tls is not supported yet'])
    expect(error.remedy).toContain('qemu+ssh://kvm-01/system')
  })
})

/** A socket file without a listener, as a process that was killed leaves it. */
async function leaveSocketBehind(path: string): Promise<void> {
  const { spawnSync } = await import('node:child_process')
  const script = `require('net').createServer().listen(${JSON.stringify(path)}, () => process.kill(process.pid, 'SIGKILL'))`
  spawnSync(process.execPath, ['-e', script])
}

describe('the memory of bulk replies', () => {
  test('is left alone until it is released, and holds the next reply after that', async () => {
    const daemon = await startDaemon()
    let asked = 0
    const many = (first: number) => statsBody(Array.from({ length: 2000 }, (_, i) => testDomain(first + i)))
    daemon.handlers.set(344, () => ({ body: [...many(++asked)] }))
    const session = await open(daemon.uri)
    const ask = () => session.bulkStats({ groups: 1, flags: 0 }, 5000)
    const bodyOf = ({ words }: BulkReply) => Buffer.from(words.buffer, words.byteOffset, words.byteLength)

    const [first, second] = [await ask(), await ask()]
    expect(bodyOf(first).equals(many(1))).toBe(true)
    expect(bodyOf(second).equals(many(2))).toBe(true)
    first.release()
    first.release()
    const third = await ask()
    const fourth = await ask()
    expect([third.words.buffer === first.words.buffer, fourth.words.buffer === first.words.buffer]).toEqual([
      true,
      false,
    ])
    expect(bodyOf(second).equals(many(2))).toBe(true)
    expect(bodyOf(third).equals(many(3))).toBe(true)
  })
})

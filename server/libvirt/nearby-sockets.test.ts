import { chmodSync, mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs'
import { createServer, type Server } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { DomscopeError } from '../../lib/errors/domscope-error.ts'
import { parseLibvirtUri } from '../../lib/libvirt/uri.ts'
import { systemClock } from '../clock.ts'
import { nearbySockets } from './nearby-sockets.ts'
import { dialUnix } from './transport/unix.ts'
import { socketError } from './transport/unix-errors.ts'

let root: string
const servers: Server[] = []

beforeEach(() => {
  root = mkdtempSync(join(tmpdir(), 'domscope-near-'))
  for (const folder of ['sys', 'user/libvirt', 'own']) mkdirSync(join(root, folder), { recursive: true })
})

afterEach(async () => {
  for (const server of servers.splice(0)) await new Promise((resolve) => server.close(resolve))
  rmSync(root, { recursive: true, force: true })
})

const at = (...names: string[]) => join(root, ...names)

function plainFile(): string {
  writeFileSync(at('file'), '')
  return at('file')
}

function link(to: string): string {
  symlinkSync(to, at('link'))
  return at('link')
}

async function listenOn(...paths: string[]): Promise<void> {
  for (const path of paths) {
    const server = createServer()
    servers.push(server)
    await new Promise<void>((resolve) => server.listen(at(path), resolve))
  }
}

/** What is found for a URI, with the folders of this test in place of the system's and the user's. */
function near(text: string, ...wanted: string[]) {
  const uri = parseLibvirtUri(text.replaceAll('ROOT', root))
  const places = { systemDir: at('sys'), runtimeDir: at('user'), uid: 1000 }
  return nearbySockets(
    uri,
    wanted.map((path) => at(path)),
    places,
  ).map((each) => [each.path.slice(root.length + 1), each.uri.replaceAll(root, 'ROOT')])
}

describe('sockets beside one that does not work', () => {
  test('a wrong name in the right folder: the read-only socket first', async () => {
    await listenOn('own/libvirt-sock', 'own/libvirt-sock-ro', 'own/libvirt-admin-sock', 'own/virtlogd-sock')
    expect(near('qemu:///system?socket=ROOT/own/libvirt-sokc', 'own/libvirt-sokc')).toEqual([
      ['own/libvirt-sock-ro', 'qemu+unix:///system?socket=ROOT/own/libvirt-sock-ro'],
      ['own/libvirt-sock', 'qemu+unix:///system?socket=ROOT/own/libvirt-sock'],
    ])
  })

  test('a socket of another name beside it, as a simulated or forwarded one', async () => {
    await listenOn('own/host-01.sock')
    expect(near('qemu:///system?socket=ROOT/own/x', 'own/x')[0]?.[0]).toBe('own/host-01.sock')
  })

  test('the folder named in place of the socket', async () => {
    await listenOn('own/virtqemud-sock-ro')
    expect(near('qemu:///system?socket=ROOT/own', 'own')[0]?.[0]).toBe('own/virtqemud-sock-ro')
  })

  test.each([
    ['a mode whose daemon is not there', 'qemu:///system?mode=direct', 'sys/libvirt-sock-ro', 'qemu:///system'],
    ['legacy on a modular host', 'qemu:///system?mode=legacy', 'sys/virtqemud-sock-ro', 'qemu:///system'],
    ['another driver', 'lxc:///system', 'sys/virtqemud-sock-ro', 'qemu:///system'],
    ['session for system', 'qemu:///system', 'user/libvirt/libvirt-sock', 'qemu:///session'],
    ['system for session', 'qemu:///session', 'sys/virtqemud-sock-ro', 'qemu:///system'],
    [
      'only the read-write one',
      'xen:///system?mode=direct',
      'sys/libvirt-sock',
      'xen+unix:///system?socket=ROOT/sys/libvirt-sock',
    ],
  ])('%s: names the URI to use', async (_what, uri, socket, use) => {
    await listenOn(socket)
    expect(near(uri, 'sys/virtnoned-sock-ro')).toEqual([[socket, use]])
  })

  test('a plain file is none, a link to a socket is named once, and a strange socket elsewhere is left out', async () => {
    await listenOn('own/libvirt-sock-ro', 'sys/other.sock')
    writeFileSync(at('own/virtqemud-sock-ro'), '')
    symlinkSync(at('own/libvirt-sock-ro'), at('sys/libvirt-sock-ro'))
    expect(near('qemu:///system?socket=ROOT/own/x', 'own/x')).toHaveLength(1)
  })

  test('a path with a space stays one URI', async () => {
    mkdirSync(at('my run'))
    await listenOn('my run/libvirt-sock-ro')
    const [[, uri] = []] = near('qemu:///system?socket=x', 'my run/x')
    expect(parseLibvirtUri(uri!.replace('ROOT', root)).params.socket).toBe(at('my run/libvirt-sock-ro'))
  })
})

describe('the first contact on a unix socket', () => {
  async function failure(socket: string, uri = `qemu:///system?socket=${socket}`): Promise<DomscopeError> {
    const options = { clock: systemClock, connectTimeoutMs: 1000, runtimeDir: at('user') }
    const error = await dialUnix(parseLibvirtUri(uri), options).then(
      () => null,
      (each: unknown) => each,
    )
    if (!(error instanceof DomscopeError)) throw error
    return error
  }

  test('no socket, though another is beside it: says which, and nothing of installing', async () => {
    await listenOn('own/libvirt-sock-ro')
    const error = await failure(at('own/libvirt-sock-or'))
    expect(error.code).toBe('SOCKET_MISSING')
    expect(error.message).toContain(`there: ${at('own/libvirt-sock-ro')}`)
    expect(error.remedy).toContain(`Connect with qemu+unix:///system?socket=${at('own/libvirt-sock-ro')}`)
    expect(error.remedy).not.toContain('nstall')
  })

  test.each([
    ['a folder', 'NOT_A_SOCKET', 'is a folder', () => at('own')],
    ['a plain file', 'NOT_A_SOCKET', 'is a plain file', () => plainFile()],
    ['a file as folder', 'SOCKET_MISSING', 'there is no socket', () => join(plainFile(), 'x')],
    ['a device', 'NOT_A_SOCKET', 'is not a socket', () => '/dev/null'],
    ['a link to nothing', 'SOCKET_MISSING', 'is a link to /nowhere', () => link('/nowhere')],
    ['a path of 108 bytes', 'SOCKET_PATH_TOO_LONG', 'longer than', () => `/${'a'.repeat(107)}`],
  ])('%s: %s', async (_what, code, words, prepare) => {
    const error = await failure(prepare())
    expect([error.code, error.message]).toEqual([code, expect.stringContaining(words)])
    expect(error.remedy).toBeTruthy()
  })

  test('a socket with no daemon behind it: how that daemon is started, by the name of its socket', () => {
    const remedy = (path: string) => socketError(path, { code: 'ECONNREFUSED' }).remedy
    expect(remedy('/run/libvirt/virtqemud-sock-ro')).toContain('systemctl start virtqemud.socket')
    expect(remedy('/var/run/libvirt/libvirt-sock')).toContain('systemctl start libvirtd')
    expect(remedy('/run/user/1000/libvirt/virtqemud-sock')).toContain('run virtqemud as the user it is for')
    expect(remedy('/tmp/x.sock')).toContain('libvirtd, or virtqemud.socket')
  })

  test('refused: by the mode, though the mode allows it, or by a folder on the way', async () => {
    await listenOn('own/virtqemud-sock-ro')
    const socket = at('own/virtqemud-sock-ro')
    const denied = () => socketError(socket, { code: 'EACCES' })
    chmodSync(socket, 0o600)
    expect([denied().code, denied().remedy]).toEqual(['SOCKET_FORBIDDEN', expect.stringContaining('virtqemud.conf')])
    chmodSync(socket, 0o777)
    expect(denied().code).toBe('SOCKET_BLOCKED')
  })
})

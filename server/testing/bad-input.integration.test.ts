import { chmodSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { createServer, type Server } from 'node:net'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { hostWhen } from './api.ts'
import { freePort } from './free-port.ts'
import { runDomscope, startDomscope } from './start-domscope.ts'

const USAGE_EXIT = 78
const FAILED_EXIT = 1
const SIM = 'sim:?hosts=1&domains=5'
const STACK = /^\s+at .+:\d+:\d+|node:internal|\.mjs:\d+/m

const folder = mkdtempSync(path.join(tmpdir(), 'domscope-bad-'))
let occupied: Server
let occupiedPort: number

beforeAll(async () => {
  writeFileSync(path.join(folder, 'plain-file'), 'hello')
  writeFileSync(path.join(folder, 'broken.json'), '{ "hosts": [ }')
  writeFileSync(path.join(folder, 'unknown-key.json'), '{ "intervall": 500 }')
  writeFileSync(path.join(folder, 'secret.json'), '{}')
  chmodSync(path.join(folder, 'secret.json'), 0)
  occupied = createServer()
  await new Promise<void>((resolve) => occupied.listen(0, '127.0.0.1', resolve))
  occupiedPort = (occupied.address() as { port: number }).port
})

afterAll(() => {
  occupied?.close()
  rmSync(folder, { recursive: true, force: true })
})

const at = (name: string) => path.join(folder, name)

/** One line for the user, and no look into our insides. */
function expectPlainWords(said: string, mentions: readonly string[]): void {
  expect(said).not.toMatch(STACK)
  expect(said.trim().split('\n').length).toBeLessThanOrEqual(2)
  for (const words of mentions) expect(said).toContain(words)
}

describe('a setting that cannot be used ends the program with 78 and one line', () => {
  const cases: readonly [string, () => string[], readonly string[]][] = [
    ['an unknown flag', () => ['--conect', SIM], ['--conect']],
    ['a flag without its value', () => ['--connect'], ['--connect']],
    ['a flag given twice', () => ['--listen', '127.0.0.1:1', '--listen', '127.0.0.1:2'], ['--listen']],
    ['a word that belongs to no flag', () => ['web-01'], ['web-01']],
    ['a URI that is none', () => ['--connect', 'qemu//system'], ['qemu//system']],
    ['a driver without a name', () => ['--connect', '://x/system'], ['://x/system']],
    ['a transport that is not supported yet', () => ['--connect', 'qemu+tls://kvm.invalid/system'], ['tls']],
    ['an unknown parameter of the simulated fleet', () => ['--connect', 'sim:?domians=3'], ['domians']],
    [
      'two connections of one URI',
      () => ['--connect', 'a=qemu:///system', '--connect', 'b=qemu:///system'],
      ['qemu:///system'],
    ],
    ['two connections of one name', () => ['--connect', 'a=qemu:///system', '--connect', 'a=qemu:///session'], ['a']],
    ['an address that is not loopback', () => ['--connect', SIM, '--listen', '0.0.0.0:8080'], ['0.0.0.0']],
    ['a port out of range', () => ['--connect', SIM, '--listen', '127.0.0.1:99999'], ['99999']],
    ['an interval of zero', () => ['--connect', SIM, '--interval', '0'], ['--interval']],
    ['a duty over a hundred', () => ['--connect', SIM, '--duty', '250'], ['--duty']],
    ['a config file that is not there', () => ['--config', at('none.json')], [at('none.json')]],
    ['a config file that is a folder', () => ['--config', folder], [folder]],
    ['a config file that is not JSON', () => ['--config', at('broken.json')], ['broken.json']],
    ['a config file with an unknown key', () => ['--config', at('unknown-key.json')], ['intervall']],
  ]
  test.each(cases)('%s', async (_title, args, mentions) => {
    const { code, stdout, stderr } = await runDomscope(args())
    expectPlainWords(stderr, mentions)
    expect(stdout).toBe('')
    expect(code).toBe(USAGE_EXIT)
  })

  test('no host anywhere: names what it looked for', async () => {
    const { code, stderr } = await runDomscope([], { XDG_RUNTIME_DIR: folder, HOME: folder, XDG_CONFIG_HOME: folder })
    expect(code).toBe(USAGE_EXIT)
    expectPlainWords(stderr, ['libvirt-sock-ro', '--connect'])
  })
})

test('a port that is taken ends the program with 1 and names the port', async () => {
  const { code, stderr } = await runDomscope(['--connect', SIM, '--listen', `127.0.0.1:${occupiedPort}`])
  expect(code).toBe(FAILED_EXIT)
  const last = stderr.trim().split('\n').at(-1) ?? ''
  expectPlainWords(last, [String(occupiedPort)])
  expect(stderr).not.toMatch(STACK)
})

describe('a host that does not work is shown with what, where and what to do; the others go on', () => {
  const cases: readonly [string, string, () => string][] = [
    ['a socket that is not there', 'SOCKET_MISSING', () => `qemu:///system?socket=${at('no-sock')}`],
    ['a file in place of a socket', 'NOT_A_SOCKET', () => `qemu:///system?socket=${at('plain-file')}`],
    ['a name that does not resolve', 'SSH_HOST_NOT_FOUND', () => 'qemu+ssh://no-such-host.invalid/system'],
  ]
  test.each(cases)('%s', async (_title, code, uri) => {
    const domscope = await startDomscope(['--connect', `bad=${uri()}`, '--connect', SIM])
    try {
      const bad = await hostWhen(domscope, 'with its error', ({ host, error }) => host === 'bad' && error !== null)
      expect(bad.error?.code).toBe(code)
      expect(bad.error?.remedy).toBeTruthy()
      expect(bad.state).toBe('unreachable')
      await hostWhen(
        domscope,
        'the simulated one, up',
        ({ host, state, domains }) => host !== 'bad' && state === 'up' && domains === 5,
      )
      expect(domscope.process.stderr()).not.toMatch(STACK)
    } finally {
      await domscope.stop()
    }
  })

  test('a listener that is no libvirt daemon', async () => {
    const web = createServer((socket) => {
      socket.on('error', () => socket.destroy())
      socket.on('data', () => socket.write('HTTP/1.1 400 Bad Request\r\nConnection: close\r\n\r\n'))
    })
    const file = at('web-sock')
    await new Promise<void>((resolve) => web.listen(file, resolve))
    const domscope = await startDomscope(['--connect', `bad=qemu:///system?socket=${file}`, '--connect', SIM])
    try {
      const bad = await hostWhen(domscope, 'with its error', ({ host, error }) => host === 'bad' && error !== null)
      expect(bad.error?.message).toMatch(/libvirt/i)
      expect(bad.error?.remedy).toBeTruthy()
      expect(domscope.process.stderr()).not.toMatch(STACK)
    } finally {
      await domscope.stop()
      await new Promise((resolve) => web.close(resolve))
    }
  })
})

describe('requests that make no sense', () => {
  test.each([
    ['/api/v1/domains/not-a-uuid', 400],
    ['/api/v1/domains/00000000-0000-0000-0000-000000000000', 404],
    ['/api/v1/domains?limit=-1', 400],
    ['/api/v1/domains?sort=nonsense', 400],
    ['/api/v1/domains?columns=nonsense', 400],
    ['/api/v1/domains?host=nobody', 400],
    ['/api/v1/domains?whatever=1', 400],
    ['/api/v1/nothing', 404],
  ])('%s answers %i with code, message and detail', async (route, status) => {
    const domscope = await startDomscope(['--connect', SIM])
    try {
      await domscope.ready()
      const answer = await domscope.get(route)
      expect(answer.status).toBe(status)
      expect(answer.body).toMatchObject({
        code: expect.any(String),
        message: expect.any(String),
        detail: expect.anything(),
      })
      expect(JSON.stringify(answer.body)).not.toMatch(STACK)
    } finally {
      await domscope.stop()
    }
  })
})

test('ends with 0 on SIGTERM and leaves no process behind', async () => {
  const port = await freePort()
  const domscope = await startDomscope(['--connect', SIM], { port })
  await domscope.ready()
  const children = async () => {
    const { runTool } = await import('./subprocess.ts')
    return (await runTool('ps', ['-o', 'pid=', '--ppid', String(domscope.process.pid)]).catch(() => '')).trim()
  }
  const before = await children()
  expect(before).not.toBe('')
  domscope.process.child.kill('SIGTERM')
  expect(await domscope.process.ended).toEqual({ code: 0, signal: null })
  for (const pid of before.split(/\s+/)) expect(() => process.kill(Number(pid), 0)).toThrow('ESRCH')
})

import { mkdtempSync, renameSync, rmSync, writeFileSync } from 'node:fs'
import { type AddressInfo, createServer } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { WebSocket } from 'ws'
import { SUBPROTOCOL } from '../lib/sync/wire/protocol.ts'
import { type BundledServer, bundleServer } from './testing/bundle-server.ts'
import { startProcess } from './testing/subprocess.ts'
import { until } from './testing/until.ts'

let built: BundledServer
let scratch: string

beforeAll(async () => {
  built = await bundleServer()
  scratch = mkdtempSync(join(tmpdir(), 'domscope-main-'))
})

afterAll(async () => {
  await built.remove()
  rmSync(scratch, { recursive: true })
})

/** Nothing of the tester's own settings reaches the program. */
const CLEAN = {
  DOMSCOPE_CONNECT: '',
  DOMSCOPE_LISTEN: '',
  DOMSCOPE_CONFIG: '',
  DOMSCOPE_INTERVAL: '',
  DOMSCOPE_DUTY: '',
  DOMSCOPE_DEV: '',
  DOMSCOPE_FALLBACK_SIM: '',
  LIBVIRT_DEFAULT_URI: '',
  SSH_CONNECTION: '',
  NODE_ENV: '',
}

const spawn = (args: readonly string[], env: Readonly<Record<string, string>> = {}) =>
  startProcess(process.execPath, [built.program, ...args], { ...CLEAN, ...env })

async function run(args: readonly string[], env: Readonly<Record<string, string>> = {}) {
  const child = spawn(args, env)
  const { code } = await child.ended
  return { code, stdout: child.stdout(), stderr: child.stderr() }
}

const SMALL = ['--connect', 'sim:?hosts=2&domains=20&inactive=0', '--listen', '127.0.0.1:0']

async function serving(args: readonly string[] = SMALL, env: Readonly<Record<string, string>> = {}) {
  const child = spawn(args, env)
  const line = await child.line(/^domscope listening on http:/)
  const origin = line.slice('domscope listening on '.length)
  return { child, origin }
}

describe('what ends at once', () => {
  it.each<[string, readonly string[], RegExp]>([
    ['--help', ['--help'], /^domscope: every domain[\s\S]*--connect \[NAME=\]URI/],
    ['--version', ['--version'], /^domscope 1\.2\.3 \(build test-build\)\n$/],
    ['--print-config', ['--print-config', ...SMALL], /^\{\n {2}"listen": "127\.0\.0\.1:0"/],
  ])('%s prints and exits 0', async (_what, args, expected) => {
    const { code, stdout, stderr } = await run(args)
    expect([code, stderr]).toEqual([0, ''])
    expect(stdout).toMatch(expected)
  })

  it.each<[string, readonly string[], Readonly<Record<string, string>>, string]>([
    ['a bad flag', ['--colour'], {}, '--colour'],
    ['a bad variable', [], { DOMSCOPE_DUTY: 'all' }, 'DOMSCOPE_DUTY'],
    ['a missing config file', ['--config', '/nonexistent/domscope.json'], {}, '/nonexistent/domscope.json'],
    ['a bad URI', ['--connect', 'qemu+ssh:///system'], {}, '--connect'],
    [
      '[A-1] an address that others could reach',
      ['--connect', 'sim:', '--listen', '0.0.0.0:8080'],
      {},
      'without a login Domscope listens on loopback only',
    ],
  ])('exits 78 with one line and no stack for %s', async (_what, args, env, word) => {
    const { code, stdout, stderr } = await run(args, env)
    expect([code, stdout]).toEqual([78, ''])
    expect(stderr).toMatch(/^domscope: [^\n]+\n$/)
    expect(stderr).toContain(word)
    expect(stderr).not.toMatch(/\bat .*:\d+/)
  })

  it('exits 78 with one line for a config file that cannot be read as JSON', async () => {
    const path = join(scratch, 'broken.json')
    writeFileSync(path, '{"listen": "127.0.0.1:1",}')
    const { code, stderr } = await run(['--config', path])
    expect(code).toBe(78)
    expect(stderr).toMatch(/^domscope: [^\n]+broken\.json:1:2\d: this is not JSON[^\n]+\n$/)
  })

  it('exits 1 with one line that names the port and another one when the port is taken', async () => {
    const blocker = createServer().listen(0, '127.0.0.1')
    await new Promise((resolve) => blocker.once('listening', resolve))
    const { port } = blocker.address() as AddressInfo
    const { code, stdout, stderr } = await run([...SMALL.slice(0, 2), '--listen', `127.0.0.1:${port}`])
    blocker.close()
    expect([code, stdout]).toEqual([1, ''])
    const lines = stderr.split('\n').filter((line) => line.startsWith('domscope: '))
    expect(lines).toEqual([
      `domscope: port ${port} on 127.0.0.1 is taken by another process. Choose another one with --listen 127.0.0.1:${port + 1}.`,
    ])
  })

  it('exits 1 and says how to build when the pages are missing', async () => {
    const page = join(built.directory, 'public', 'index.html')
    renameSync(page, `${page}.away`)
    const { code, stderr } = await run(SMALL)
    renameSync(`${page}.away`, page)
    expect(code).toBe(1)
    expect(stderr).toContain('Run npm run build first.')
  })
})

describe('serving', () => {
  it('serves page, API and stream of a simulated fleet and ends within 5 s of SIGTERM with code 0', async () => {
    const { child, origin } = await serving()
    expect(child.stdout().split('\n')[0]).toBe(`domscope listening on ${origin}`)
    await until('every host to be tried', async () => ((await fetch(`${origin}/readyz`)).ok ? true : undefined))
    expect(await (await fetch(origin)).text()).toContain('<title>Domscope</title>')
    expect(await (await fetch(`${origin}/healthz`)).json()).toMatchObject({
      build: 'test-build',
      version: '1.2.3',
      mode: 'production',
      nodeEnv: 'production',
      simulated: true,
    })
    const allTwenty = async () => {
      const body = (await (await fetch(`${origin}/api/v1/domains`)).json()) as { total: number }
      return body.total === 20 ? true : undefined
    }
    await until('the domains of both hosts', allTwenty)
    const socket = new WebSocket(`${origin.replace('http', 'ws')}/api/v1/stream`, SUBPROTOCOL, { origin })
    await new Promise((resolve, reject) => socket.once('open', resolve).once('error', reject))
    expect(socket.extensions).toBe('')
    const closed = new Promise<number>((resolve) => socket.once('close', resolve))
    const began = performance.now()
    await child.stop('SIGTERM', 10_000)
    expect(await child.ended).toEqual({ code: 0, signal: null })
    expect(performance.now() - began).toBeLessThan(5000)
    expect(await closed).toBe(4012)
  })

  it('shows a host that nobody listens for as an error and goes on serving', async () => {
    const missing = join(scratch, 'nobody.sock')
    const { child, origin } = await serving([
      '--connect',
      `gone=qemu+unix:///system?socket=${missing}`,
      '--listen',
      '127.0.0.1:0',
    ])
    await until('the host to be tried', async () => ((await fetch(`${origin}/readyz`)).ok ? true : undefined))
    const { hosts, simulated } = (await (await fetch(`${origin}/api/v1/hosts`)).json()) as {
      simulated: boolean
      hosts: { host: string; state: string; error: { code: string; message: string } }[]
    }
    expect(simulated).toBe(false)
    expect(hosts).toHaveLength(1)
    expect(hosts[0]).toMatchObject({ host: 'gone', state: 'unreachable', error: { code: 'SOCKET_MISSING' } })
    await child.stop('SIGINT')
    expect((await child.ended).code).toBe(0)
  })

  it('prints the ssh line second when it was started through ssh', async () => {
    const { child, origin } = await serving(SMALL, { SSH_CONNECTION: '10.0.0.1 50000 10.0.0.2 22' })
    const { port } = new URL(origin)
    await child.line(/^ssh -L/)
    expect(child.stdout().split('\n')[1]).toMatch(
      new RegExp(`^ssh -L ${port}:127\\.0\\.0\\.1:${port} (\\S+@)?10\\.0\\.0\\.2$`),
    )
    await child.stop()
  })
})

describe('--check', () => {
  it('reports each host and exits 0, and 1 when one cannot be reached', async () => {
    const good = await run(['--check', '--connect', 'sim:?hosts=1&domains=10'])
    expect(good.stdout).toContain('sim-01')
    expect(good.code).toBe(0)
    const bad = await run(['--check', '--connect', `gone=qemu+unix:///system?socket=${join(scratch, 'nobody.sock')}`])
    expect(bad.stdout).toContain('gone')
    expect(bad.code).toBe(1)
  })
})

import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { request } from 'node:https'
import { connect as connectPlain } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { connect, type TLSSocket } from 'node:tls'
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import { systemClock } from '../../clock.ts'
import { config, failure, type Given, connect as hosts } from '../../testing/config-sources.ts'
import { type HttpFixture, startHttp, writeSite } from '../../testing/http-fixture.ts'
import { ManualClock } from '../../testing/manual-clock.ts'
import { HANDSHAKE } from '../../testing/raw-http.ts'
import { type SelfSigned, selfSigned } from '../../testing/self-signed.ts'
import { until } from '../../testing/until.ts'
import { TlsFiles } from './tls-files.ts'
import { readTlsPair } from './tls-pair.ts'

const folder = mkdtempSync(join(tmpdir(), 'domscope-tls-'))
const paths = { cert: join(folder, 'cert.pem'), key: join(folder, 'key.pem') }
const first = selfSigned('first')
const second = selfSigned('second')
const site = writeSite()
const put = ({ cert, key }: Partial<SelfSigned>) => {
  if (cert !== undefined) writeFileSync(paths.cert, cert)
  if (key !== undefined) writeFileSync(paths.key, key)
}

let http: HttpFixture
let clock: ManualClock
let told: { event: string; fields: unknown }[]

const note = (event: string, fields?: unknown) => void told.push({ event, fields })
const log = { info: note, warn: note, error: note }

beforeEach(async () => {
  told = []
  put(first)
  clock = new ManualClock()
  http = await startHttp(site.directory, {}, { tls: new TlsFiles(paths, clock, log), log })
})
afterEach(() => http.server.close(0))
afterAll(() => {
  rmSync(folder, { recursive: true })
  site.remove()
})
beforeAll(() => put(first))

/** The subject of the certificate that a new connection is shown. */
function subject(): Promise<string> {
  return new Promise((resolve, reject) => {
    const socket: TLSSocket = connect({ port: http.port, host: '127.0.0.1', rejectUnauthorized: false }, () => {
      resolve(String(socket.getPeerCertificate().subject.CN))
      socket.destroy()
    })
    socket.on('error', reject)
  })
}

function get(path: string, headers: Readonly<Record<string, string>> = {}) {
  return new Promise<{ status: number; headers: Record<string, unknown> }>((resolve, reject) => {
    const asked = request({
      port: http.port,
      host: '127.0.0.1',
      path,
      headers,
      rejectUnauthorized: false,
      agent: false,
    })
    asked.on('response', (answer) => {
      answer.resume()
      answer.on('end', () => resolve({ status: answer.statusCode!, headers: answer.headers }))
    })
    asked.on('upgrade', (answer, socket) => {
      socket.destroy()
      resolve({ status: answer.statusCode!, headers: answer.headers })
    })
    asked.on('error', reject)
    asked.end()
  })
}

describe('TLS with own files', () => {
  it('answers pages, refusals and the stream; [S-11] all of them with HSTS', async () => {
    const fields = { Host: 'localhost' }
    expect(await get('/', fields)).toMatchObject({
      status: 200,
      headers: { 'strict-transport-security': 'max-age=31536000' },
    })
    expect(await get('/api/none', fields)).toMatchObject({
      status: 404,
      headers: { 'strict-transport-security': /.+/ },
    })
    expect((await get('/api/none', { ...HANDSHAKE, ...fields })).headers['strict-transport-security']).toBe(
      'max-age=31536000',
    )
    expect((await get('/api/v1/stream', { ...HANDSHAKE, ...fields })).status).toBe(101)
  })

  it('[S-3] takes an Origin of https only', async () => {
    const from = async (scheme: string) =>
      (await get('/', { Host: 'localhost:1', Origin: `${scheme}://localhost:1` })).status
    expect([await from('https'), await from('http')]).toEqual([200, 403])
  })

  it('shows a new certificate once its files have changed, and keeps the old one while they do not fit', async () => {
    expect(await subject()).toBe('first')
    put({ cert: second.cert })
    clock.advance(5_000)
    expect(told.at(-1)).toMatchObject({
      event: 'tls.reload_failed',
      fields: { error: { message: expect.stringContaining(`does not belong to the certificate in ${paths.cert}`) } },
    })
    expect(await subject()).toBe('first')
    put({ key: second.key })
    clock.advance(5_000)
    expect(told.at(-1)).toMatchObject({ event: 'tls.reloaded', fields: { subject: 'CN=second' } })
    expect(await subject()).toBe('second')
    rmSync(paths.key)
    clock.advance(5_000)
    expect(told.at(-1)!.event).toBe('tls.reload_failed')
    expect(await subject()).toBe('second')
  })

  it('ends somebody who speaks plainly, counts that, and goes on', async () => {
    await new Promise<void>((resolve) => {
      const socket = connectPlain(http.port, '127.0.0.1', () => socket.write('GET / HTTP/1.1\r\n\r\n'))
      socket.on('error', () => {})
      socket.on('close', () => resolve())
      socket.resume()
    })
    await until('the refusal to be counted', () => (http.server.counts.refusedRequests === 1 ? true : undefined))
    expect((await get('/', { Host: 'localhost' })).status).toBe(200)
  })

  it('does not speak TLS 1.1', async () => {
    const options = { port: http.port, host: '127.0.0.1', rejectUnauthorized: false } as const
    const old = new Promise((resolve, reject) => {
      connect({ ...options, minVersion: 'TLSv1', maxVersion: 'TLSv1.1', ciphers: 'DEFAULT@SECLEVEL=0' }, () =>
        resolve('spoken'),
      ).on('error', reject)
    })
    await expect(old).rejects.toThrow()
  })
})

describe('a pair that cannot be used', () => {
  it.each<[string, Partial<SelfSigned>, string, RegExp]>([
    [
      'a key of another certificate',
      { cert: first.cert, key: second.key },
      'key.pem',
      /does not belong to the certificate/,
    ],
    ['no certificate', { cert: 'x', key: first.key }, 'cert.pem', /holds no certificate in PEM/],
    ['no key', { cert: first.cert, key: 'x' }, 'key.pem', /holds no private key in PEM/],
    ['files in the wrong order', { cert: first.key, key: first.cert }, 'cert.pem', /holds no certificate/],
  ])('%s is told with its file', (_what, pair, file, why) => {
    put(pair)
    expect(() => readTlsPair(paths)).toThrow(why)
    expect(() => readTlsPair(paths)).toThrow(file)
    put(first)
  })

  it('a missing file is told by setting and path', () => {
    expect(() => readTlsPair({ ...paths, key: '/nonexistent/key' })).toThrow(
      /tls\.key.*\/nonexistent\/key.*no such file/,
    )
  })

  it('one that is not valid any more is served, with a warning', () => {
    put(selfSigned('old', { fromDays: -9, toDays: -2 }))
    new TlsFiles(paths, systemClock, log)
    expect(told.at(-1)).toMatchObject({ event: 'tls.certificate', fields: { message: /not valid any more/ } })
  })
})

describe('the settings', () => {
  const given = (argv: readonly string[], file: unknown = {}): Given => ({
    argv: ['--config', '/c.json', ...argv, ...hosts('qemu:///system')],
    files: { '/c.json': JSON.stringify(file) },
  })
  it('come from flag, variable and file, each by itself', () => {
    const file = { tls: { cert: '/f/c', key: '/f/k' }, trustedProxies: ['10.0.0.0/8'] }
    expect(config(given([], file))).toMatchObject({ tls: file.tls, trustedProxies: ['10.0.0.0/8'] })
    expect(config({ ...given(['--tls-cert', '/a'], file), env: { DOMSCOPE_TLS_KEY: '/e' } }).tls).toEqual({
      cert: '/a',
      key: '/e',
    })
    expect(config(given([])).tls).toBeNull()
  })
  it.each<[string, Given, string]>([
    ['a certificate alone', given(['--tls-cert', '/a']), '--tls-key: a certificate alone is no TLS'],
    ['a key alone', given([], { tls: { key: '/k' } }), '--tls-cert: a key alone is no TLS'],
    ['a stranger', given([], { tls: { ca: '/k' } }), '/c.json: tls.ca: there is no such key'],
    ['no list', given([], { trustedProxies: '10.0.0.1' }), '/c.json: trustedProxies: this must be a list'],
    ['no address', given([], { trustedProxies: ['proxy'] }), '/c.json: trustedProxies[0]: "proxy" is no address'],
  ])('%s is refused', (_what, wrong, start) => {
    expect(failure(wrong).message).toContain(start)
  })
})

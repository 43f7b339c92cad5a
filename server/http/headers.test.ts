import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { connect } from 'node:tls'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { systemClock } from '../clock.ts'
import { silentLog } from '../log.ts'
import { type HttpFixture, startHttp, UUID_B, writeSite } from '../testing/http-fixture.ts'
import { HANDSHAKE, parseAnswer, type RawAnswer, rawExchange, rawRequest } from '../testing/raw-http.ts'
import { selfSigned } from '../testing/self-signed.ts'
import { TlsFiles } from './edge/tls-files.ts'

/** Of every answer of ours, whatever it is. */
const ALWAYS = {
  'cross-origin-opener-policy': 'same-origin',
  'cross-origin-embedder-policy': 'require-corp',
  'cross-origin-resource-policy': 'same-origin',
  'x-content-type-options': 'nosniff',
  'referrer-policy': 'no-referrer',
  'permissions-policy':
    'accelerometer=(), camera=(), display-capture=(), geolocation=(), gyroscope=(), magnetometer=(), microphone=(), midi=(), payment=(), usb=()',
}
const BARE = "default-src 'none'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'"
/** Without inline scripts; those of a page are compared in http-server.test.ts. */
const OF_PAGE =
  /^default-src 'none'; script-src 'self'(?: 'sha256-[A-Za-z0-9+/]{43}=')*; style-src 'self'; style-src-attr 'unsafe-inline'; img-src 'self' data:; font-src 'self'; connect-src 'self'; base-uri 'none'; form-action 'self'; frame-ancestors 'none'; require-trusted-types-for 'script'$/
const JSON_TYPE = 'application/json; charset=utf-8'
/** That say nothing about who may do what: lengths, dates, tags, and how the connection goes on. */
const OF_TRANSPORT = new Set(['date', 'content-length', 'etag', 'connection', 'keep-alive', 'transfer-encoding'])

type Row = [what: string, request: string, status: number, own: Readonly<Record<string, unknown>>]
const json = (more: Readonly<Record<string, unknown>> = {}) => ({
  ...{ 'content-type': JSON_TYPE, 'cache-control': 'no-store', 'content-security-policy': BARE },
  ...more,
})
const page = (cache: string, type = 'text/html; charset=utf-8', policy: unknown = expect.stringMatching(OF_PAGE)) => ({
  ...{ 'content-type': type, 'cache-control': cache, vary: 'Accept-Encoding', 'content-security-policy': policy },
})
const FOR_EVER = 'public, max-age=31536000, immutable'
const get = rawRequest
const up = (target: string, fields: Readonly<Record<string, string>> = {}) => get(target, { ...HANDSHAKE, ...fields })

const ROWS: readonly Row[] = [
  ['a page', get('/'), 200, page('no-cache')],
  ['a page, head only', get('/domain', {}, { method: 'HEAD' }), 200, page('no-cache')],
  ['no page', get('/nothing'), 404, page('no-store')],
  ['a hashed asset', get('/_next/static/chunks/a.js'), 200, page(FOR_EVER, 'text/javascript; charset=utf-8', BARE)],
  ['an asset', get('/font.woff2'), 200, page('no-cache', 'font/woff2', BARE)],
  ['the API', get('/api/v1/hosts'), 200, json()],
  ['a domain', get(`/api/v1/domains/${UUID_B}`), 200, json()],
  ['who is logged in', get('/api/v1/session'), 200, json()],
  ['health', get('/healthz'), 200, json()],
  ['readiness', get('/readyz'), 200, json()],
  ['no route', get('/api/v1/nothing'), 404, json()],
  ['no domain', get('/api/v1/domains/00000000-0000-4000-8000-000000000000'), 404, json()],
  ['a bad parameter', get('/api/v1/domains?limit=x'), 400, json()],
  ['a method', get('/api/v1/hosts', {}, { method: 'POST' }), 405, json({ allow: 'GET, HEAD' })],
  ['a method on a page', get('/', {}, { method: 'DELETE' }), 405, json({ allow: 'GET, HEAD' })],
  ['a foreign host', get('/', { Host: 'evil.example' }), 403, json()],
  ['a foreign origin', get('/', { Origin: 'http://evil.example' }), 403, json()],
  ['a bad target', get('//x'), 400, json()],
  ['no HTTP', 'NONSENSE\r\n\r\n', 400, json()],
  ['the stream without an upgrade', get('/api/v1/stream'), 426, json({ upgrade: 'websocket' })],
  ['an upgrade elsewhere', up('/api/v1/hosts'), 400, json()],
  ['an upgrade from elsewhere', up('/api/v1/stream', { Origin: 'http://evil.example' }), 403, json()],
  [
    'an old WebSocket',
    up('/api/v1/stream', { 'Sec-WebSocket-Version': '8' }),
    426,
    json({ 'sec-websocket-version': '13' }),
  ],
  ['a CONNECT', get('example.org:443', {}, { method: 'CONNECT' }), 405, json({ allow: 'GET, HEAD' })],
]

let site: ReturnType<typeof writeSite>
let plain: HttpFixture
let encrypted: HttpFixture
let folder: string

beforeAll(async () => {
  site = writeSite()
  folder = mkdtempSync(join(tmpdir(), 'domscope-headers-'))
  const paths = { cert: join(folder, 'cert.pem'), key: join(folder, 'key.pem') }
  const { cert, key } = selfSigned('headers')
  writeFileSync(paths.cert, cert)
  writeFileSync(paths.key, key)
  plain = await startHttp(site.directory)
  encrypted = await startHttp(site.directory, {}, { tls: new TlsFiles(paths, systemClock, silentLog) })
})
afterAll(async () => {
  await Promise.all([plain.server.close(0), encrypted.server.close(0)])
  site.remove()
  rmSync(folder, { recursive: true })
})

const headersOf = ({ headers }: RawAnswer) =>
  Object.fromEntries([...headers].filter(([name]) => !OF_TRANSPORT.has(name)))

function encryptedExchange(request: string): Promise<RawAnswer> {
  return new Promise((resolve, reject) => {
    const options = { port: encrypted.port, host: '127.0.0.1', rejectUnauthorized: false }
    const socket = connect(options, () => socket.write(request, 'latin1'))
    const chunks: Buffer[] = []
    socket.on('data', (chunk) => chunks.push(chunk))
    socket.on('error', reject)
    socket.on('close', () => resolve(parseAnswer(Buffer.concat(chunks).toString('latin1'))))
  })
}

describe('[S-10] [S-11] every header of every kind of answer', () => {
  it.each(ROWS)('%s', async (_what, request, status, own) => {
    const answer = await rawExchange(plain.port, request)
    expect([answer.status, headersOf(answer)]).toEqual([status, { ...ALWAYS, ...own }])
  })

  it.each(ROWS)('over TLS: %s', async (_what, request, status, own) => {
    const answer = await encryptedExchange(request)
    const hsts = { 'strict-transport-security': 'max-age=31536000' }
    expect([answer.status, headersOf(answer)]).toEqual([status, { ...ALWAYS, ...own, ...hsts }])
  })
})

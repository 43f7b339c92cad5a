import { mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs'
import { connect } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { Duplex } from 'node:stream'
import { brotliDecompressSync, gunzipSync } from 'node:zlib'
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import { systemClock } from '../clock.ts'
import { silentLog } from '../log.ts'
import { type FakeDomain, fakeFleet } from '../testing/fake-fleet.ts'
import { HANDSHAKE, parseAnswer, rawExchange, rawRequest } from '../testing/raw-http.ts'
import { loadSite } from './assets.ts'
import { HttpServer } from './http-server.ts'
import { HTTP_LIMITS, type HttpLimits } from './limits.ts'
import { createSitePages } from './pages.ts'

const UUID_A = '0a0a0a0a-0000-4000-8000-000000000001'
const UUID_B = '0b0b0b0b-0000-4000-8000-000000000002'
const HOSTILE = '=HYPERLINK("http://evil","<b>x</b>")'

const raw = [
  { name: 'state.state', type: 'int', value: '1', ageMs: 10 },
  { name: 'vcpu.3.time', type: 'ullong', value: '18446744073709551615', ageMs: 20 },
] as const

const domains: readonly FakeDomain[] = [
  { host: 0, uuid: UUID_A, name: 'web-2', values: { cpuPercent: 12.3456789, overheadCores: -0.25 }, raw },
  { host: 1, uuid: UUID_A, name: 'web-2', values: { cpuPercent: 50 } },
  { host: 0, uuid: UUID_B, name: HOSTILE, values: { cpuPercent: 99 } },
]

let directory: string
let server: HttpServer
let port: number
let handedOver: Duplex[]

const PAGE =
  '<!DOCTYPE html><html><head><script src="/x.js"></script></head><body><script>self.a=1</script></body></html>'

beforeAll(() => {
  directory = mkdtempSync(join(tmpdir(), 'domscope-pages-'))
  mkdirSync(join(directory, '_next/static/chunks'), { recursive: true })
  writeFileSync(join(directory, 'index.html'), PAGE)
  writeFileSync(join(directory, 'domain.html'), PAGE)
  writeFileSync(join(directory, '404.html'), '<!DOCTYPE html><p>Not here</p>')
  writeFileSync(join(directory, '_next/static/chunks/a.js'), 'console.log(1);'.repeat(200))
  writeFileSync(join(directory, '_next/static/chunks/[x].js'), 'x')
  writeFileSync(join(directory, 'font.woff2'), Buffer.alloc(4000))
  writeFileSync(join(tmpdir(), `domscope-secret-${process.pid}`), 'secret')
  symlinkSync(join(tmpdir(), `domscope-secret-${process.pid}`), join(directory, 'link.txt'))
})

afterAll(() => {
  rmSync(directory, { recursive: true })
  rmSync(join(tmpdir(), `domscope-secret-${process.pid}`))
})

async function start(limits: Partial<HttpLimits> = {}): Promise<void> {
  const fleet = fakeFleet({ hosts: ['kvm-01', 'kvm-02'], domains, simulated: true })
  handedOver = []
  server = new HttpServer({
    limits: { ...HTTP_LIMITS, ...limits },
    policy: { names: new Set() },
    context: {
      fleet,
      clock: systemClock,
      build: { version: '1.2.3', build: 'abc', mode: 'production', nodeEnv: 'test', node: 'v20' },
      labels: new Map([['kvm-01', { rack: '3' }]]),
      startedAt: systemClock.now(),
      counts: () => server.counts,
    },
    pages: createSitePages(loadSite(directory)),
    hub: {
      handleUpgrade(_request, socket) {
        handedOver.push(socket)
        socket.on('error', () => {})
        socket.end('HTTP/1.1 101 Switching Protocols\r\n\r\n')
      },
    },
    clock: systemClock,
    log: silentLog,
    random: () => 0.999,
  })
  port = (await server.listen('127.0.0.1', 0)).port
}

beforeEach(() => start())
afterEach(() => server.close(0))

const get = (target: string, fields?: Record<string, string>) => rawExchange(port, rawRequest(target, fields))
const json = async (target: string) => {
  const response = await fetch(`http://127.0.0.1:${port}${target}`)
  return { status: response.status, body: (await response.json()) as Record<string, unknown> }
}

describe('pages', () => {
  it('serves the page of a path, with its query left alone', async () => {
    const answer = await get('/domain?host=kvm-01&uuid=x')
    expect(answer.status).toBe(200)
    expect(answer.headers.get('content-type')).toBe('text/html; charset=utf-8')
    expect(answer.headers.get('cache-control')).toBe('no-cache')
    expect(answer.body).toBe(PAGE)
  })

  it('[S-10] names the hash of each inline script in the policy of the page', async () => {
    const { headers } = await get('/')
    expect(headers.get('content-security-policy')).toBe(
      "default-src 'none'; script-src 'self' 'sha256-U+8MK+0uDzz63CVi5Lllj/7310ahz5UzrVluFdPYEWw='; style-src 'self'; style-src-attr 'unsafe-inline'; img-src 'self' data:; font-src 'self'; connect-src 'self'; base-uri 'none'; form-action 'self'; frame-ancestors 'none'; require-trusted-types-for 'script'",
    )
  })

  it('caches hashed files for ever and sends them compressed', async () => {
    const brotli = await get('/_next/static/chunks/a.js', { 'Accept-Encoding': 'gzip, deflate, br' })
    expect(brotli.headers.get('cache-control')).toBe('public, max-age=31536000, immutable')
    expect(brotli.headers.get('content-encoding')).toBe('br')
    expect(brotli.headers.get('vary')).toBe('Accept-Encoding')
    const plain = 'console.log(1);'.repeat(200)
    expect(brotliDecompressSync(Buffer.from(brotli.body, 'latin1')).toString()).toBe(plain)
    const zipped = await get('/_next/static/chunks/a.js', { 'Accept-Encoding': 'br;q=0, gzip' })
    expect(gunzipSync(Buffer.from(zipped.body, 'latin1')).toString()).toBe(plain)
    expect((await get('/_next/static/chunks/a.js')).body).toBe(plain)
  })

  it('answers 304 to the tag of the same coding and 200 to the tag of another', async () => {
    const first = await get('/_next/static/chunks/a.js', { 'Accept-Encoding': 'br' })
    const tag = first.headers.get('etag')!
    const same = await get('/_next/static/chunks/a.js', { 'Accept-Encoding': 'br', 'If-None-Match': `"x", W/${tag}` })
    expect([same.status, same.body]).toEqual([304, ''])
    const other = await get('/_next/static/chunks/a.js', { 'Accept-Encoding': 'gzip', 'If-None-Match': tag })
    expect(other.status).toBe(200)
  })

  it('leaves files that do not shrink as they are', async () => {
    const answer = await get('/font.woff2', { 'Accept-Encoding': 'br' })
    expect(answer.headers.get('content-encoding')).toBeUndefined()
    expect(answer.headers.get('content-type')).toBe('font/woff2')
  })

  it('finds names with escaped characters', async () => {
    expect((await get('/_next/static/chunks/%5Bx%5D.js')).status).toBe(200)
  })

  it('answers HEAD like GET without the body', async () => {
    const answer = await rawExchange(port, rawRequest('/', {}, { method: 'HEAD' }))
    expect([answer.status, answer.body]).toEqual([200, ''])
    expect(answer.headers.get('content-length')).toBe(String(PAGE.length))
  })

  it.each([
    '/nothing',
    '/index.html',
    '/domain.html',
    '/404',
    '/link.txt',
    '/../server/main.ts',
    '/%2e%2e/%2e%2e/etc/passwd',
    '/_next/static/../../../etc/passwd',
    '/..%2f..%2fetc%2fpasswd',
    '/\\..\\etc',
    '/_next/',
    '/a%C3%A9',
  ])('shows the page for what is not there at %s', async (target) => {
    const answer = await get(target)
    expect([answer.status, answer.body]).toEqual([404, '<!DOCTYPE html><p>Not here</p>'])
  })
})

describe('[S-11] fields of every answer', () => {
  const golden = {
    'cross-origin-opener-policy': 'same-origin',
    'cross-origin-embedder-policy': 'require-corp',
    'cross-origin-resource-policy': 'same-origin',
    'x-content-type-options': 'nosniff',
    'referrer-policy': 'no-referrer',
    'permissions-policy':
      'accelerometer=(), camera=(), display-capture=(), geolocation=(), gyroscope=(), magnetometer=(), microphone=(), midi=(), payment=(), usb=()',
  }
  const bare = "default-src 'none'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'"

  it.each<[string, string, number]>([
    ['the page', rawRequest('/'), 200],
    ['a file', rawRequest('/font.woff2'), 200],
    ['no page', rawRequest('/nothing'), 404],
    ['hosts', rawRequest('/api/v1/hosts'), 200],
    ['domains', rawRequest('/api/v1/domains'), 200],
    ['domains as CSV', rawRequest('/api/v1/domains?format=csv'), 200],
    ['one domain', rawRequest(`/api/v1/domains/${UUID_B}`), 200],
    ['one statistic', rawRequest(`/api/v1/domains/${UUID_A}/stats/vcpu.3.time?host=kvm-01`), 200],
    ['health', rawRequest('/healthz'), 200],
    ['readiness', rawRequest('/readyz'), 200],
    ['the stream without an upgrade', rawRequest('/api/v1/stream'), 426],
    ['an unknown route', rawRequest('/api/v2/x'), 404],
    ['a foreign Host', rawRequest('/', { Host: 'evil.org' }), 403],
    ['no Host', 'GET / HTTP/1.1\r\nConnection: close\r\n\r\n', 400],
    ['a foreign Origin', rawRequest('/api/v1/hosts', { Origin: 'http://evil.org' }), 403],
    ['another method', rawRequest('/', {}, { method: 'POST' }), 405],
    ['a body', `${rawRequest('/', { 'Content-Length': '2' })}{}`, 413],
    ['an expectation', rawRequest('/', { Expect: 'wonders' }), 417],
    ['what is not HTTP', 'hello\r\n\r\n', 400],
    ['HTTP/2', 'PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n', 400],
    ['a header of 16 KiB', rawRequest('/', { 'X-Long': 'x'.repeat(16_384) }), 431],
    ['a wrong upgrade', rawRequest('/nothing', HANDSHAKE), 400],
    ['CONNECT', rawRequest('evil.org:443', {}, { method: 'CONNECT' }), 405],
  ])('%s', async (_what, request, status) => {
    const answer = await rawExchange(port, request)
    expect(answer.status).toBe(status)
    expect(Object.fromEntries(Object.keys(golden).map((name) => [name, answer.headers.get(name)]))).toEqual(golden)
    const policy = answer.headers.get('content-security-policy')
    if (answer.headers.get('content-type')?.startsWith('text/html')) expect(policy).toContain("script-src 'self'")
    else expect(policy).toBe(bare)
    expect(answer.headers.has('access-control-allow-origin')).toBe(false)
    expect(answer.headers.has('set-cookie')).toBe(false)
    expect(answer.text).not.toContain('x-powered-by')
  })
})

describe('[S-1] the one door for upgrades', () => {
  it('hands a whole handshake on the exact path to the hub', async () => {
    const answer = await get('/api/v1/stream', HANDSHAKE)
    expect(answer.status).toBe(101)
    expect(handedOver).toHaveLength(1)
  })

  it.each<[string, string, Record<string, string>, string, number]>([
    ['an absolute target', 'http://localhost/api/v1/stream', {}, '1.1', 400],
    ['a target elsewhere', 'http://169.254.169.254/', {}, '1.1', 400],
    ['two slashes', '//api/v1/stream', {}, '1.1', 400],
    ['an inner double slash', '/api//v1/stream', {}, '1.1', 400],
    ['dots', '/api/v1/../v1/stream', {}, '1.1', 400],
    ['escaped dots', '/api/v1/%2e/stream', {}, '1.1', 400],
    ['an escaped letter', '/api/v1/%73tream', {}, '1.1', 400],
    ['a query', '/api/v1/stream?x=1', {}, '1.1', 400],
    ['a trailing slash', '/api/v1/stream/', {}, '1.1', 400],
    ['another path', '/', {}, '1.1', 400],
    ["Next's own path", '/_next/hmr', {}, '1.1', 400],
    ['HTTP/1.0', '/api/v1/stream', {}, '1.0', 400],
    ['h2c', '/api/v1/stream', { Upgrade: 'h2c' }, '1.1', 400],
    ['another version', '/api/v1/stream', { 'Sec-WebSocket-Version': '8' }, '1.1', 426],
    ['no key', '/api/v1/stream', { 'Sec-WebSocket-Key': '' }, '1.1', 400],
    ['another subprotocol', '/api/v1/stream', { 'Sec-WebSocket-Protocol': 'chat' }, '1.1', 400],
    ['a foreign Host', '/api/v1/stream', { Host: 'evil.org' }, '1.1', 403],
    ['a foreign Origin', '/api/v1/stream', { Origin: 'http://evil.org' }, '1.1', 403],
    ['another port of this machine', '/api/v1/stream', { Origin: 'http://localhost:3000' }, '1.1', 403],
  ])('refuses %s and closes', async (_what, target, fields, version, status) => {
    const answer = await rawExchange(port, rawRequest(target, { ...HANDSHAKE, ...fields }, { version }))
    expect(answer.status).toBe(status)
    expect(handedOver).toHaveLength(0)
  })

  it('[R-11] refuses more streams than the process may have', async () => {
    await server.close(0)
    await start({ streams: 0 })
    const answer = await get('/api/v1/stream', HANDSHAKE)
    expect(answer.status).toBe(503)
    expect(answer.headers.get('retry-after')).toBe('5')
  })
})

describe('[S-7] limits', () => {
  it('refuses more header fields than allowed', async () => {
    await server.close(0)
    await start({ maxHeaders: 10 })
    const many = Object.fromEntries(Array.from({ length: 20 }, (_, i) => [`X-${i}`, 'y']))
    const answer = await get('/', many)
    expect(answer.status).toBe(431)
  })

  it('frees a socket whose header never ends, and one that never starts', async () => {
    await server.close(0)
    await start({ headersTimeoutMs: 60, requestTimeoutMs: 120, connectionsCheckMs: 20 })
    const slow = await rawExchange(port, 'GET / HTTP/1.1\r\nHost: localhost\r\nX-Slow: ')
    expect(slow.status).toBe(408)
    expect(JSON.parse(slow.body)).toMatchObject({ code: 'REQUEST_TIMEOUT' })
    const silent = await rawExchange(port, '')
    expect(silent.status).toBe(408)
  })

  it('closes a socket after its share of requests', async () => {
    await server.close(0)
    await start({ maxRequestsPerSocket: 2, keepAliveTimeoutMs: 20 })
    const one = 'GET /healthz HTTP/1.1\r\nHost: localhost\r\n\r\n'
    const answer = await rawExchange(port, one + one)
    expect(answer.text.match(/HTTP\/1\.1 200/g)).toHaveLength(2)
    expect(answer.text.match(/Connection: close/g)).toHaveLength(1)
  })

  it('does not answer garbage into the middle of an answer', async () => {
    const answer = await rawExchange(port, 'GET /healthz HTTP/1.1\r\nHost: localhost\r\n\r\nGARBAGE\r\n\r\n')
    expect(parseAnswer(answer.text).status).toBeLessThan(500)
    const client = await json('/healthz')
    expect(client.status).toBe(200)
  })

  it('[S-8] keeps answering while a thousand connections say nothing', async () => {
    const idle = Array.from({ length: 1000 }, () => connect(port, '127.0.0.1').on('error', () => {}))
    await Promise.all(idle.map((socket) => new Promise((resolve) => socket.once('connect', resolve))))
    expect((await get('/healthz')).status).toBe(200)
    for (const socket of idle) socket.destroy()
  })
})

describe('API', () => {
  it('lists hosts with labels and without row numbers', async () => {
    const { body } = await json('/api/v1/hosts')
    expect(body.simulated).toBe(true)
    const [first] = body.hosts as Record<string, unknown>[]
    expect(first).toMatchObject({ host: 'kvm-01', state: 'up', labels: { rack: '3' }, version: '9.0.0' })
    expect(first).not.toHaveProperty('row')
  })

  it('lists domains with full precision, sorted by what the grid sorts by', async () => {
    const { body } = await json('/api/v1/domains?sort=-cpu&columns=cpu,overhead,steal')
    expect(body).toMatchObject({
      simulated: true,
      total: 3,
      columns: [
        { id: 'cpuPercent', label: 'CPU', unit: '%' },
        { id: 'overheadCores', label: 'Overhead', unit: 'cores' },
        { id: 'stealWorstPercent', label: 'Steal, worst vCPU', unit: '%' },
      ],
    })
    expect(Number.isNaN(Date.parse(body.asOf as string))).toBe(false)
    expect((body.rows as Record<string, unknown>[]).map((row) => row.cpuPercent)).toEqual([99, 50, 12.3456789])
    expect((body.rows as unknown[])[2]).toEqual({
      uuid: UUID_A,
      host: 'kvm-01',
      name: 'web-2',
      id: 1,
      state: 'running',
      ageMs: 120,
      cpuPercent: 12.3456789,
      overheadCores: -0.25,
      stealWorstPercent: null,
    })
  })

  it('filters by host and words, and limits after counting', async () => {
    expect((await json('/api/v1/domains?host=kvm-01')).body.total).toBe(2)
    expect((await json('/api/v1/domains?filter=web')).body.total).toBe(2)
    const { body } = await json('/api/v1/domains?filter=web&limit=1')
    expect([body.total, (body.rows as unknown[]).length]).toEqual([2, 1])
    expect((await json('/api/v1/domains?limit=0')).body.rows).toEqual([])
  })

  it('[S-13] quotes formulas in CSV and leaves numbers alone', async () => {
    const answer = await get('/api/v1/domains?format=csv&columns=cpu,overhead')
    expect(answer.headers.get('content-type')).toBe('text/csv; charset=utf-8')
    expect(answer.headers.get('content-disposition')).toBe('attachment; filename="domscope-domains.csv"')
    expect(answer.headers.get('domscope-simulated')).toBe('true')
    expect(answer.body).toContain('uuid,host,name,id,state,ageMs,cpuPercent,overheadCores\r\n')
    expect(answer.body).toContain(`${UUID_A},kvm-01,web-2,1,running,120,12.3456789,-0.25\r\n`)
    expect(answer.body).toContain(`"'=HYPERLINK(""http://evil"",""<b>x</b>"")"`)
  })

  it('tells everything of one domain, raw values exactly', async () => {
    const { body } = await json(`/api/v1/domains/${UUID_A.toUpperCase()}?host=kvm-01`)
    expect(body).toMatchObject({
      uuid: UUID_A,
      name: 'web-2',
      host: 'kvm-01',
      id: 1,
      reason: 'booted',
      simulated: true,
    })
    expect(body.metrics).toMatchObject({ cpuPercent: 12.3456789, netRxBps: null })
    expect(body.raw).toEqual(raw)
  })

  it('tells one statistic', async () => {
    const { body } = await json(`/api/v1/domains/${UUID_A}/stats/vcpu.3.time?host=kvm-01`)
    expect(body).toEqual({ simulated: true, ...raw[1] })
  })

  it('answers 409 with the hosts when a UUID is on several', async () => {
    const { status, body } = await json(`/api/v1/domains/${UUID_A}`)
    expect([status, body.code, body.detail]).toEqual([409, 'DOMAIN_AMBIGUOUS', { hosts: ['kvm-01', 'kvm-02'] }])
  })

  it('says build, mode and versions', async () => {
    const { body } = await json('/healthz')
    expect(body).toMatchObject({ status: 'ok', version: '1.2.3', build: 'abc', mode: 'production', nodeEnv: 'test' })
    expect(body).toMatchObject({ node: 'v20', simulated: true, streams: 0, streamsWaiting: 0, refusedRequests: 0 })
  })

  it.each<[string, number, string, string]>([
    ['/api/v1/hosts?x=1', 400, 'UNKNOWN_PARAMETER', 'takes no parameters'],
    ['/api/v1/domains?color=red', 400, 'UNKNOWN_PARAMETER', 'host, filter, sort, columns, limit, format'],
    ['/api/v1/domains?limit=1&limit=2', 400, 'BAD_PARAMETER', 'given twice'],
    ['/api/v1/domains?limit=-1', 400, 'BAD_PARAMETER', 'a whole number from 0'],
    ['/api/v1/domains?limit=1e9', 400, 'BAD_PARAMETER', 'a whole number from 0'],
    ['/api/v1/domains?format=xml', 400, 'BAD_PARAMETER', 'json or csv'],
    ['/api/v1/domains?columns=cpu,wings', 400, 'BAD_PARAMETER', 'columns="wings"'],
    ['/api/v1/domains?columns=hostcpu', 400, 'BAD_PARAMETER', 'no such metric of domains'],
    ['/api/v1/domains?columns=', 400, 'BAD_PARAMETER', 'no such metric of domains'],
    ['/api/v1/domains?sort=wings', 400, 'BAD_PARAMETER', 'sort="wings"'],
    ['/api/v1/domains?sort=age', 400, 'BAD_PARAMETER', 'age orders only in the page'],
    ['/api/v1/domains?filter=cpu%3E80', 400, 'BAD_PARAMETER', 'at character 4'],
    ['/api/v1/domains?host=nowhere', 400, 'BAD_PARAMETER', 'no such host'],
    ['/api/v1/domains/xyz', 400, 'BAD_UUID', '"xyz" is not a UUID'],
    ['/api/v1/domains/00000000-0000-0000-0000-000000000000', 404, 'DOMAIN_UNKNOWN', 'on any host'],
    [`/api/v1/domains/${UUID_B}?host=kvm-02`, 404, 'DOMAIN_UNKNOWN', 'on host "kvm-02"'],
    [`/api/v1/domains/${UUID_B}/stats/no.such`, 404, 'STAT_UNKNOWN', '"no.such"'],
    ['/api/v1/nothing', 404, 'NO_SUCH_ROUTE', 'nothing at this address'],
    ['/api/v1/domains/%ff', 400, 'BAD_PATH', 'percent'],
    ['/healthz?x', 400, 'UNKNOWN_PARAMETER', 'no parameters'],
  ])('refuses %s with %d %s', async (target, status, code, words) => {
    const answer = await json(target)
    expect([answer.status, answer.body.code]).toEqual([status, code])
    expect(answer.body.message).toContain(words)
    expect(Object.keys(answer.body).sort()).toEqual(['code', 'detail', 'message'])
  })

  it.each(['POST', 'PUT', 'DELETE', 'PATCH', 'OPTIONS', 'TRACE'])(
    'refuses %s and says what is allowed',
    async (method) => {
      const answer = await rawExchange(port, rawRequest('/api/v1/hosts', {}, { method }))
      expect([answer.status, answer.headers.get('allow')]).toEqual([405, 'GET, HEAD'])
    },
  )

  it('does not repeat markup of the client', async () => {
    const answer = await get('/api/v1/domains?host=%3Cscript%3E')
    expect(JSON.parse(answer.body).message).not.toContain('<')
  })
})

describe('port', () => {
  it('says in one line that a port is taken and how to choose another', async () => {
    const second = new HttpServer({ ...optionsOfSecond() })
    await expect(second.listen('127.0.0.1', port)).rejects.toMatchObject({
      code: 'PORT_TAKEN',
      message: `port ${port} on 127.0.0.1 is taken by another process`,
      remedy: `Choose another one with --listen 127.0.0.1:${port + 1}.`,
    })
  })
})

function optionsOfSecond() {
  const fleet = fakeFleet({ hosts: [], domains: [] })
  return {
    limits: HTTP_LIMITS,
    policy: { names: new Set<string>() },
    context: {
      fleet,
      clock: systemClock,
      build: { version: '', build: '', mode: 'production', nodeEnv: '', node: '' } as const,
      labels: new Map(),
      startedAt: 0,
      counts: () => ({}),
    },
    pages: createSitePages({ assets: new Map(), notFound: null }),
    hub: { handleUpgrade: () => {} },
    clock: systemClock,
    log: silentLog,
    random: () => 0,
  }
}

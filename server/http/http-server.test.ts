import { connect, createServer } from 'node:net'
import { brotliDecompressSync, gunzipSync } from 'node:zlib'
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import { type HttpFixture, PAGE, SCRIPT, startHttp, UUID_A, UUID_B, writeSite } from '../testing/http-fixture.ts'
import { HANDSHAKE, parseAnswer, rawExchange, rawRequest } from '../testing/raw-http.ts'
import { listenError } from './listen-error.ts'

let site: ReturnType<typeof writeSite>
let http: HttpFixture

beforeAll(() => {
  site = writeSite()
})
afterAll(() => site.remove())
beforeEach(async () => {
  http = await startHttp(site.directory)
})
afterEach(() => http.server.close(0))

describe('pages', () => {
  it('serves the page of a path, with its query left alone', async () => {
    const answer = await http.get('/domain?host=kvm-01&uuid=x')
    expect(answer.status).toBe(200)
    expect(answer.headers.get('content-type')).toBe('text/html; charset=utf-8')
    expect(answer.headers.get('cache-control')).toBe('no-cache')
    expect(answer.body).toBe(PAGE)
  })

  it('[S-10] names the hash of each inline script in the policy of the page', async () => {
    const { headers } = await http.get('/')
    expect(headers.get('content-security-policy')).toBe(
      "default-src 'none'; script-src 'self' 'sha256-U+8MK+0uDzz63CVi5Lllj/7310ahz5UzrVluFdPYEWw='; style-src 'self'; style-src-attr 'unsafe-inline'; img-src 'self' data:; font-src 'self'; connect-src 'self'; base-uri 'none'; form-action 'self'; frame-ancestors 'none'; require-trusted-types-for 'script'",
    )
  })

  it('caches hashed files for ever and sends them compressed', async () => {
    const brotli = await http.get('/_next/static/chunks/a.js', { 'Accept-Encoding': 'gzip, deflate, br' })
    expect(brotli.headers.get('cache-control')).toBe('public, max-age=31536000, immutable')
    expect(brotli.headers.get('content-encoding')).toBe('br')
    expect(brotli.headers.get('vary')).toBe('Accept-Encoding')
    expect(brotliDecompressSync(Buffer.from(brotli.body, 'latin1')).toString()).toBe(SCRIPT)
    const zipped = await http.get('/_next/static/chunks/a.js', { 'Accept-Encoding': 'br;q=0, gzip' })
    expect(gunzipSync(Buffer.from(zipped.body, 'latin1')).toString()).toBe(SCRIPT)
    expect((await http.get('/_next/static/chunks/a.js')).body).toBe(SCRIPT)
  })

  it('answers 304 to the tag of the same coding and 200 to the tag of another', async () => {
    const first = await http.get('/_next/static/chunks/a.js', { 'Accept-Encoding': 'br' })
    const tag = first.headers.get('etag')!
    const same = await http.get('/_next/static/chunks/a.js', {
      'Accept-Encoding': 'br',
      'If-None-Match': `"x", W/${tag}`,
    })
    expect([same.status, same.body]).toEqual([304, ''])
    const other = await http.get('/_next/static/chunks/a.js', { 'Accept-Encoding': 'gzip', 'If-None-Match': tag })
    expect(other.status).toBe(200)
  })

  it('leaves files that do not shrink as they are', async () => {
    const answer = await http.get('/font.woff2', { 'Accept-Encoding': 'br' })
    expect(answer.headers.get('content-encoding')).toBeUndefined()
    expect(answer.headers.get('content-type')).toBe('font/woff2')
  })

  it('finds names with escaped characters', async () => {
    expect((await http.get('/_next/static/chunks/%5Bx%5D.js')).status).toBe(200)
  })

  it('answers HEAD like GET without the body', async () => {
    const answer = await rawExchange(http.port, rawRequest('/', {}, { method: 'HEAD' }))
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
    const answer = await http.get(target)
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
    const answer = await rawExchange(http.port, request)
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
    const answer = await http.get('/api/v1/stream', HANDSHAKE)
    expect(answer.status).toBe(101)
    expect(http.handedOver).toHaveLength(1)
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
    const answer = await rawExchange(http.port, rawRequest(target, { ...HANDSHAKE, ...fields }, { version }))
    expect(answer.status).toBe(status)
    expect(http.handedOver).toHaveLength(0)
  })

  it('[R-11] refuses more streams than the process may have', async () => {
    await http.server.close(0)
    http = await startHttp(site.directory, { streams: 0 })
    const answer = await http.get('/api/v1/stream', HANDSHAKE)
    expect(answer.status).toBe(503)
    expect(answer.headers.get('retry-after')).toBe('5')
  })
})

describe('[S-7] limits', () => {
  it('refuses more header fields than allowed', async () => {
    await http.server.close(0)
    http = await startHttp(site.directory, { maxHeaders: 10 })
    const many = Object.fromEntries(Array.from({ length: 20 }, (_, i) => [`X-${i}`, 'y']))
    const answer = await http.get('/', many)
    expect(answer.status).toBe(431)
  })

  it('frees a socket whose header never ends, and one that never starts', async () => {
    await http.server.close(0)
    http = await startHttp(site.directory, { headersTimeoutMs: 60, requestTimeoutMs: 120, connectionsCheckMs: 20 })
    const slow = await rawExchange(http.port, 'GET / HTTP/1.1\r\nHost: localhost\r\nX-Slow: ')
    expect(slow.status).toBe(408)
    expect(JSON.parse(slow.body)).toMatchObject({ code: 'REQUEST_TIMEOUT' })
    const silent = await rawExchange(http.port, '')
    expect(silent.status).toBe(408)
  })

  it('closes a socket after its share of requests', async () => {
    await http.server.close(0)
    http = await startHttp(site.directory, { maxRequestsPerSocket: 2, keepAliveTimeoutMs: 20 })
    const one = 'GET /healthz HTTP/1.1\r\nHost: localhost\r\n\r\n'
    const answer = await rawExchange(http.port, one + one)
    expect(answer.text.match(/HTTP\/1\.1 200/g)).toHaveLength(2)
    expect(answer.text.match(/Connection: close/g)).toHaveLength(1)
  })

  it('does not answer garbage into the middle of an answer', async () => {
    const answer = await rawExchange(http.port, 'GET /healthz HTTP/1.1\r\nHost: localhost\r\n\r\nGARBAGE\r\n\r\n')
    expect(parseAnswer(answer.text).status).toBeLessThan(500)
    const client = await http.json('/healthz')
    expect(client.status).toBe(200)
  })

  it('[S-8] keeps answering while a thousand connections say nothing', async () => {
    const idle = Array.from({ length: 1000 }, () => connect(http.port, '127.0.0.1').on('error', () => {}))
    await Promise.all(idle.map((socket) => new Promise((resolve) => socket.once('connect', resolve))))
    expect((await http.get('/healthz')).status).toBe(200)
    for (const socket of idle) socket.destroy()
  })
})

describe('port', () => {
  it('says in one line that a port is taken and how to choose another', async () => {
    const { port } = http
    const second = createServer()
    const error = await new Promise<NodeJS.ErrnoException>((resolve) => {
      second.once('error', resolve).listen(port, '127.0.0.1')
    })
    expect(listenError(error, '127.0.0.1', port)).toMatchObject({
      code: 'PORT_TAKEN',
      message: `port ${port} on 127.0.0.1 is taken by another process`,
      remedy: `Choose another one with --listen 127.0.0.1:${port + 1}.`,
    })
  })
})

import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { config, connect, failure } from '../../testing/config-sources.ts'
import { type HttpFixture, startHttp } from '../../testing/http-fixture.ts'
import { HANDSHAKE } from '../../testing/raw-http.ts'
import { inlineScriptHashes } from '../security-headers.ts'
import { BUILT_BASE, belowBase } from './base-path.ts'

const PAGE = `<!DOCTYPE html><script src="${BUILT_BASE}/x.js"></script><script>go("${BUILT_BASE}/a")</script>`

let directory: string
let http: HttpFixture

beforeAll(async () => {
  directory = mkdtempSync(join(tmpdir(), 'domscope-base-'))
  writeFileSync(join(directory, 'index.html'), PAGE)
  writeFileSync(join(directory, 'x.js'), `fetch("${BUILT_BASE}/api/v1/hosts")`)
  http = await startHttp(directory, {}, { basePath: '/vms' })
})
afterAll(async () => {
  await http.server.close(0)
  rmSync(directory, { recursive: true })
})

describe('a base path', () => {
  it.each<[string, string | null]>([
    ['/vms', '/'],
    ['/vms/', '/'],
    ['/vms?q=1', '/?q=1'],
    ['/vms/api/v1/hosts?x', '/api/v1/hosts?x'],
    ['/healthz', '/healthz'],
    ['/vms/healthz', '/healthz'],
    ['/vmsx', null],
    ['/vms//x', null],
    ['/VMS/', null],
    ['/%76ms/', null],
    ['/', null],
    ['/api/v1/hosts', null],
  ])('of /vms makes %s to %s', (url, expected) => {
    expect(belowBase(url, '/vms')).toBe(expected)
    expect(belowBase(url, '')).toBe(url)
  })

  it('stands in what is sent, and the policy has the hashes of that', async () => {
    const { status, body, headers } = await http.get('/vms')
    expect([status, body]).toEqual([200, PAGE.replaceAll(BUILT_BASE, '/vms')])
    const policy = headers.get('content-security-policy')!
    expect(policy).toContain(`'sha256-${inlineScriptHashes(body)[0]}'`)
    expect(policy).not.toContain(inlineScriptHashes(PAGE)[0])
    expect((await http.get('/vms/x.js')).body).toBe('fetch("/vms/api/v1/hosts")')
  })

  it('holds for API and stream, and what is beside it is told where to go', async () => {
    expect((await http.get('/vms/api/v1/hosts')).status).toBe(200)
    expect((await http.get('/healthz')).status).toBe(200)
    for (const [target, fields] of [
      ['/api/v1/hosts', {}],
      ['/', {}],
      ['/api/v1/stream', HANDSHAKE],
    ] as const) {
      const { status, body } = await http.get(target, fields)
      expect([status, JSON.parse(body)]).toEqual([
        404,
        { code: 'OUTSIDE_BASE_PATH', message: 'Domscope is below /vms/ here.', detail: { basePath: '/vms' } },
      ])
    }
    expect(http.handedOver).toHaveLength(0)
    expect((await http.get('/vms/api/v1/stream', HANDSHAKE)).status).toBe(101)
  })

  it('is the same text in the pages as in the server', () => {
    expect(readFileSync('next.config.js', 'utf8')).toContain(`'${BUILT_BASE}'`)
  })
})

describe('the setting of the base path', () => {
  const base = (text: string) => config({ argv: ['--base-path', text, ...connect('qemu:///system')] }).basePath

  it('takes a path, with or without a slash at its end', () => {
    expect(['/vms', '/vms/', '/ops/vms-1', '/'].map(base)).toEqual(['/vms', '/vms', '/ops/vms-1', ''])
    expect(config({ argv: connect('qemu:///system'), env: { DOMSCOPE_BASE_PATH: '/e' } }).basePath).toBe('/e')
  })

  it.each(['vms', '/a//b', '/..', '/a/../b', '/ä', '/a b', '/api', '/_next/x', '/a"', '//evil'])(
    'refuses %s',
    (text) => {
      expect(failure({ argv: ['--base-path', text, ...connect('qemu:///system')] }).message).toContain('--base-path')
    },
  )
})

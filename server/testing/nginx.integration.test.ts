import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { request } from 'node:https'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { WebSocket } from 'ws'
import { SUBPROTOCOL } from '../../lib/sync/wire/protocol.ts'
import { freePort } from './free-port.ts'
import { selfSigned } from './self-signed.ts'
import { type Domscope, startDomscope } from './start-domscope.ts'
import { type Subprocess, startProcess } from './subprocess.ts'
import { until } from './until.ts'

const PER_ADDRESS = 2
const NAME = 'vms.example.org'

const folder = mkdtempSync(join(tmpdir(), 'domscope-nginx-'))
let domscope: Domscope
let nginx: Subprocess
let port: number

/** The configuration of docs/operations-proxy.md, where nothing is root's; visitors say which address they have. */
const configOf = (upstream: number) => `
daemon off; worker_processes 1; pid ${folder}/pid; error_log stderr;
events {}
http {
  access_log off;
  ${['client_body', 'proxy', 'fastcgi', 'uwsgi', 'scgi'].map((name) => `${name}_temp_path ${folder}/${name};`).join(' ')}
  # Stands in for visitors at several addresses: this machine has but one.
  set_real_ip_from 127.0.0.1; real_ip_header X-Test-Address;
  map $http_upgrade $connection_upgrade { default upgrade; '' ''; }
  server {
    listen 127.0.0.1:${port} ssl;
    server_name ${NAME};
    ssl_certificate ${folder}/cert.pem;
    ssl_certificate_key ${folder}/key.pem;
    location = /vms { return 301 /vms/; }
    location /vms/ {
      proxy_pass http://127.0.0.1:${upstream};
      proxy_http_version 1.1;
      proxy_set_header Host $http_host;
      proxy_set_header Upgrade $http_upgrade;
      proxy_set_header Connection $connection_upgrade;
      proxy_set_header X-Forwarded-For $remote_addr;
      proxy_set_header X-Forwarded-Proto $scheme;
      proxy_set_header X-Forwarded-Host $http_host;
      proxy_read_timeout 75s;
    }
  }
}`

beforeAll(async () => {
  port = await freePort()
  const { cert, key } = selfSigned(NAME)
  writeFileSync(join(folder, 'cert.pem'), cert)
  writeFileSync(join(folder, 'key.pem'), key)
  const settings = {
    basePath: '/vms',
    allowedHosts: [NAME],
    trustedProxies: ['127.0.0.1'],
    limits: { streamsPerAddress: PER_ADDRESS },
  }
  writeFileSync(join(folder, 'domscope.json'), JSON.stringify(settings))
  const sim = 'sim:?hosts=1&domains=10&churn=off'
  domscope = await startDomscope(['--config', join(folder, 'domscope.json'), '--connect', sim])
  writeFileSync(join(folder, 'nginx.conf'), configOf(domscope.port))
  nginx = startProcess('nginx', ['-p', folder, '-c', join(folder, 'nginx.conf')], {
    PATH: `${process.env.PATH}:/usr/sbin:/sbin`,
  })
  const answers = async () => ((await ask('/vms/healthz').catch(() => null))?.status === 200 ? true : undefined)
  await until('nginx to answer', answers, { timeoutMs: 20_000 })
})
afterAll(async () => {
  await nginx?.stop()
  await domscope?.stop()
  rmSync(folder, { recursive: true })
})

function ask(path: string, fields: Readonly<Record<string, string>> = {}) {
  const headers = { Host: NAME, ...fields }
  return new Promise<{ status: number; body: string; location: string | undefined }>((resolve, reject) => {
    const asked = request({ port, host: '127.0.0.1', path, headers, rejectUnauthorized: false, agent: false })
    asked.on('response', (answer) => {
      let body = ''
      answer.setEncoding('utf8').on('data', (text: string) => {
        body += text
      })
      answer.on('end', () => resolve({ status: answer.statusCode!, body, location: answer.headers.location }))
    })
    asked.on('error', reject)
    asked.end()
  })
}

/** A stream from a page of the proxy's; tells whether it is open, or with which code it was closed. */
function openStream(address: string, origin = `https://${NAME}`) {
  const headers = { Host: NAME, 'X-Test-Address': address }
  const socket = new WebSocket(`wss://127.0.0.1:${port}/vms/api/v1/stream`, SUBPROTOCOL, {
    ...{ origin, headers, rejectUnauthorized: false },
  })
  const outcome = new Promise<string>((resolve) => {
    // One that is being closed gets no pong any more.
    socket.on('open', () => socket.ping())
    socket.on('pong', () => resolve('open'))
    socket.on('close', (code, reason) => resolve(`${code} ${reason.toString()}`))
    socket.on('unexpected-response', (_request, { statusCode }) => resolve(`refused ${statusCode}`))
    socket.on('error', () => {})
  })
  return { socket, outcome }
}

describe('behind nginx with https and a path', () => {
  it('serves page, script and API', async () => {
    const page = await ask('/vms/')
    const script = /src="(\/vms\/_next\/static\/[^"]+\.js)"/.exec(page.body)![1]!
    expect([page.status, (await ask(script)).status, (await ask('/vms/api/v1/hosts')).status]).toEqual([200, 200, 200])
    const { status, location } = await ask('/vms')
    expect([status, location]).toEqual([301, `https://${NAME}:${port}/vms/`])
  })

  it('[S-2] [S-3] refuses other names, and pages that came by another scheme or from elsewhere', async () => {
    expect((await ask('/vms/', { Host: 'evil.example' })).body).toContain('HOST_REFUSED')
    const from = async (origin: string) => (await ask('/vms/api/v1/hosts', { Origin: origin })).status
    expect([await from(`https://${NAME}`), await from(`http://${NAME}`)]).toEqual([200, 403])
    expect(await openStream('192.0.2.9', `http://${NAME}`).outcome).toBe('refused 403')
  })

  it('counts streams by the address that nginx tells, whatever a visitor writes', async () => {
    const first = [openStream('192.0.2.1'), openStream('192.0.2.1')]
    expect(await Promise.all(first.map(({ outcome }) => outcome))).toEqual(['open', 'open'])
    const third = openStream('192.0.2.1')
    expect(await third.outcome).toMatch(/^\d+ too many connections from this address$/)
    const other = openStream('192.0.2.2')
    expect(await other.outcome).toBe('open')
    for (const { socket } of [...first, third, other]) socket.terminate()
  })
})

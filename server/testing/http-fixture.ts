import { randomBytes } from 'node:crypto'
import { mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { Duplex } from 'node:stream'
import { type Auth, openToAll } from '../auth/auth.ts'
import type { WallLinks } from '../auth/links/wall-links.ts'
import { SessionStore } from '../auth/session-store.ts'
import { systemClock } from '../clock.ts'
import { EventLog } from '../fleet/events/event-log.ts'
import { loadSite } from '../http/assets.ts'
import type { TlsFiles } from '../http/edge/tls-files.ts'
import { HttpServer } from '../http/http-server.ts'
import { HTTP_LIMITS, type HttpLimits } from '../http/limits.ts'
import { createSitePages } from '../http/pages.ts'
import type { RequestPolicy } from '../http/request-policy.ts'
import { type Log, silentLog } from '../log.ts'
import { ScopeRegistry } from '../scope/scope-registry.ts'
import { noSamples } from '../scope/testing/nothing.ts'
import { type FakeDomain, fakeFleet } from './fake-fleet.ts'
import { keptHistory } from './kept-history.ts'
import { type RawAnswer, rawExchange, rawRequest } from './raw-http.ts'

export const UUID_A = '0a0a0a0a-0000-4000-8000-000000000001'
export const UUID_B = '0b0b0b0b-0000-4000-8000-000000000002'
export const RAW = [
  { name: 'state.state', type: 'int', value: '1', ageMs: 10 },
  { name: 'vcpu.3.time', type: 'ullong', value: '18446744073709551615', ageMs: 20 },
] as const
export const PAGE =
  '<!DOCTYPE html><html><head><script src="/x.js"></script></head><body><script>self.a=1</script></body></html>'
export const SCRIPT = 'console.log(1);'.repeat(200)

const HOSTILE = '=HYPERLINK("http://evil","<b>x</b>")'
const DOMAINS: readonly FakeDomain[] = [
  { host: 0, uuid: UUID_A, name: 'web-2', values: { cpuPercent: 12.3456789, overheadCores: -0.25 }, raw: RAW },
  { host: 1, uuid: UUID_A, name: 'web-2', values: { cpuPercent: 50 } },
  { host: 0, uuid: UUID_B, name: HOSTILE, values: { cpuPercent: 99 } },
]

/** Writes a small export with a symbolic link that leads out of it; returns its path and the undo. */
export function writeSite(): { directory: string; remove: () => void } {
  const root = mkdtempSync(join(tmpdir(), 'domscope-pages-'))
  const directory = join(root, 'public')
  mkdirSync(join(directory, '_next/static/chunks'), { recursive: true })
  writeFileSync(join(directory, 'index.html'), PAGE)
  writeFileSync(join(directory, 'domain.html'), PAGE)
  writeFileSync(join(directory, '404.html'), '<!DOCTYPE html><p>Not here</p>')
  writeFileSync(join(directory, '_next/static/chunks/a.js'), SCRIPT)
  writeFileSync(join(directory, '_next/static/chunks/[x].js'), 'x')
  writeFileSync(join(directory, 'font.woff2'), Buffer.alloc(4000))
  writeFileSync(join(root, 'secret'), 'secret')
  symlinkSync(join(root, 'secret'), join(directory, 'link.txt'))
  return { directory, remove: () => rmSync(root, { recursive: true }) }
}

/** A server with two hosts and three domains that stand still. */
export interface HttpFixture {
  readonly server: HttpServer
  readonly port: number
  /** Sockets that reached the hub, which answers 101 and ends them. */
  readonly handedOver: readonly Duplex[]
  /** What `/api/v1/events` tells of; empty at first. */
  readonly events: EventLog
  get(target: string, fields?: Readonly<Record<string, string>>): Promise<RawAnswer>
  json(target: string): Promise<{ status: number; body: Record<string, unknown> }>
}

/** How people come in, and what is told of it; everybody may do everything where nothing is said. */
export interface HttpFixtureAuth {
  readonly sessions?: SessionStore
  readonly auth?: Auth
  readonly wallLinks?: WallLinks | null
  readonly log?: Log
  readonly basePath?: string
  readonly policy?: Partial<RequestPolicy>
  readonly tls?: TlsFiles | null
}

export async function startHttp(
  directory: string,
  limits: Partial<HttpLimits> = {},
  {
    sessions = new SessionStore(systemClock, randomBytes),
    auth = openToAll(),
    wallLinks = null,
    log = silentLog,
    basePath = '',
    policy = {},
    tls = null,
  }: HttpFixtureAuth = {},
): Promise<HttpFixture> {
  const handedOver: Duplex[] = []
  const events = new EventLog(systemClock)
  const history = keptHistory(UUID_A, ['kvm-01', 'kvm-02'])
  const whole = {
    fleet: fakeFleet({ hosts: ['kvm-01', 'kvm-02'], domains: DOMAINS, simulated: true }),
    samples: noSamples,
    events,
    history,
    labels: new Map([['kvm-01', { rack: '3' }]]),
  }
  const server: HttpServer = new HttpServer({
    limits: { ...HTTP_LIMITS, ...limits },
    policy: { names: new Set(), ...policy },
    tls,
    basePath,
    context: {
      ...{ auth, sessions, wallLinks, log, random: randomBytes },
      ...{ ...whole, views: new ScopeRegistry(whole, systemClock) },
      clock: systemClock,
      build: { version: '1.2.3', build: 'abc', mode: 'production', nodeEnv: 'test', node: 'v20' },
      links: [{ label: 'Grafana', url: 'https://grafana.example/d/vm?h={host}&u={uuid}&n={name}' }],
      startedAt: systemClock.now(),
      counts: () => server.counts,
    },
    pages: createSitePages(loadSite(directory, basePath)),
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
  const { port } = await server.listen('127.0.0.1', 0)
  return {
    server,
    port,
    handedOver,
    events,
    get: (target, fields) => rawExchange(port, rawRequest(target, fields)),
    async json(target) {
      const response = await fetch(`http://127.0.0.1:${port}${target}`)
      return { status: response.status, body: (await response.json()) as Record<string, unknown> }
    },
  }
}

import { randomBytes } from 'node:crypto'
import path from 'node:path'
import { HistoryMemory, LEAST_BUDGET_BYTES } from '../../lib/history/history-memory.ts'
import { HistoryStore } from '../../lib/history/history-store.ts'
import { openToAll } from '../../server/auth/auth.ts'
import { SessionStore } from '../../server/auth/session-store.ts'
import { systemClock } from '../../server/clock.ts'
import type { Fleet } from '../../server/fleet/fleet.ts'
import { StoreReader } from '../../server/history/store-reader.ts'
import { loadSite } from '../../server/http/assets.ts'
import { HttpServer } from '../../server/http/http-server.ts'
import { HTTP_LIMITS } from '../../server/http/limits.ts'
import { createSitePages } from '../../server/http/pages.ts'
import { createHub } from '../../server/hub/hub.ts'
import { silentLog } from '../../server/log.ts'
import { ScopeRegistry } from '../../server/scope/scope-registry.ts'

const LOOPBACK = '127.0.0.1'

/** Nothing is recorded here: the row measures the grid. */
const NO_HISTORY = new StoreReader(new HistoryStore([], new HistoryMemory(LEAST_BUDGET_BYTES)), systemClock)

/** Serves the built pages and the stream of a fleet on loopback; resolves with the port. */
export async function serveDomscope(fleet: Fleet): Promise<number> {
  const hub = createHub({ fleet, clock: systemClock, log: silentLog, build: 'bench' })
  const build = {
    version: 'bench',
    build: 'bench',
    mode: 'production',
    nodeEnv: 'production',
    node: process.version,
  } as const
  const whole = { fleet, samples: fleet.samples, events: fleet.events, history: NO_HISTORY, labels: new Map() }
  const http = new HttpServer({
    limits: HTTP_LIMITS,
    basePath: '',
    tls: null,
    policy: { names: new Set(['localhost', LOOPBACK]) },
    context: {
      ...{
        auth: openToAll(),
        wallLinks: null,
        sessions: new SessionStore(systemClock, randomBytes),
        log: silentLog,
        random: randomBytes,
      },
      ...{ ...whole, views: new ScopeRegistry(whole, systemClock) },
      clock: systemClock,
      build,
      links: [],
      startedAt: systemClock.now(),
      counts: () => ({}),
    },
    pages: createSitePages(loadSite(path.resolve('dist', 'public'))),
    hub,
    clock: systemClock,
    log: silentLog,
    random: Math.random,
  })
  return (await http.listen(LOOPBACK, 0)).port
}

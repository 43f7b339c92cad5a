import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import path from 'node:path'
import { type WebSocket, WebSocketServer } from 'ws'
import type { Fleet } from '../../server/fleet/fleet.ts'
import { type JsonFrame, jsonFrame } from '../baseline/json-frame.ts'
import { FleetDrive } from '../workload/fleet-drive.ts'
import { MovingCells } from '../workload/moving-cells.ts'
import { recordedFields } from '../workload/recorded-fields.ts'
import { serveDomscope } from './serve-domscope.ts'

export interface PageServerInput {
  readonly domains: number
}

export interface PageServerReady {
  /** Ports of Domscope's pages and of the baseline's. */
  readonly port: number
  readonly tablePort: number
}

/** What the baseline's page receives first: every row with its words, then values as in each later frame. */
export interface TableStart {
  readonly rows: readonly { readonly name: string; readonly host: string; readonly state: string }[]
  readonly frame: JsonFrame
}

const CHANGED = 0.3
const TICK_MS = 1000
const PER_HOST = 2_500
const LOOPBACK = '127.0.0.1'
/** Enough for rows to be born: the cells of the bench are made, not derived. */
const FEW_FIELDS = /^(state\..*|cpu\.time|balloon\.(current|maximum|rss))$/

/** Serves Domscope's own pages, and a plain table, from one fleet that changes once a second; until stdin ends. */
export async function servePages({ domains }: PageServerInput): Promise<void> {
  const fields = recordedFields().filter(({ name }) => FEW_FIELDS.test(name))
  const drive = new FleetDrive(fields, { domains, hosts: domains / PER_HOST, busyShare: 0 })
  for (let i = 0; i < 3; i++) drive.tick()
  const cells = new MovingCells(drive.fleet, CHANGED, 4)
  cells.move(1)
  drive.refresh()
  drive.clock.advance(TICK_MS)
  const { fleet } = drive
  const port = await serveDomscope(fleet)
  const tablePort = await serveTable(fleet, cells)
  setInterval(() => {
    cells.move()
    drive.refresh()
    drive.clock.advance(TICK_MS)
  }, TICK_MS)
  const ready: PageServerReady = { port, tablePort }
  process.stdout.write(`${JSON.stringify(ready)}\n`)
  process.stdin.resume().on('end', () => process.exit(0))
  await new Promise<never>(() => {})
}

/** The page of `bench/browser`, and its data as JSON over a WebSocket. */
async function serveTable(fleet: Fleet, { columns }: MovingCells): Promise<number> {
  const script = await bundleTable()
  const server = createServer((request, response) => {
    const isScript = request.url === '/table.js'
    response.setHeader('content-type', isScript ? 'text/javascript' : 'text/html')
    response.end(isScript ? script : PAGE)
  })
  const clients = new Set<WebSocket>()
  const webSockets = new WebSocketServer({ server, perMessageDeflate: false })
  webSockets.on('connection', (client) => {
    clients.add(client)
    client.on('close', () => clients.delete(client))
    client.send(JSON.stringify(tableStart(fleet, columns)))
  })
  fleet.onCommit((offset) => {
    if (clients.size === 0) return
    const text = JSON.stringify(jsonFrame(columns, fleet.domains.rowLimit, offset))
    for (const client of clients) client.send(text)
  })
  await new Promise<void>((resolve) => server.listen(0, LOOPBACK, resolve))
  return (server.address() as AddressInfo).port
}

function tableStart(fleet: Fleet, columns: MovingCells['columns']): TableStart {
  const names = fleet.domains.text('name')
  const rows = Array.from({ length: fleet.domains.rowLimit }, (_, row) => ({
    name: names?.get(row) ?? '',
    host: `kvm-${fleet.domains.keys[row * 5]}`,
    state: 'running',
  }))
  return { rows, frame: jsonFrame(columns, rows.length, fleet.offset, true) }
}

async function bundleTable(): Promise<string> {
  const { build } = await import('esbuild')
  const { outputFiles } = await build({
    entryPoints: [path.resolve('bench', 'browser', 'react-table.ts')],
    bundle: true,
    minify: true,
    write: false,
    format: 'esm',
    define: { 'process.env.NODE_ENV': '"production"' },
  })
  return outputFiles[0]?.text ?? ''
}

const PAGE = `<!doctype html><meta charset="utf-8"><title>Table</title><style>
body { margin: 0; background: #14161a; color: #e6e6e6; font: 13px sans-serif; font-variant-numeric: tabular-nums }
#scroll { height: 100vh; overflow-y: auto } table { border-collapse: collapse; table-layout: fixed; width: 100% }
td, th { height: 28px; padding: 0 6px; text-align: right; white-space: nowrap; overflow: hidden; box-sizing: border-box }
</style><div id="scroll"></div><script type="module" src="/table.js"></script>`

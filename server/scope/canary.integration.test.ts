import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import WebSocket from 'ws'
import { Replica } from '../../lib/sync/grid/replica.ts'
import { SUBPROTOCOL } from '../../lib/sync/wire/protocol.ts'
import { type Domscope, startDomscope } from '../testing/start-domscope.ts'
import { until } from '../testing/until.ts'

const PROJECT = 'retail'
/** As in the config below: who comes through the proxy. */
const [WHOLE, SCOPED] = ['boss', 'anna']
const CONFIG = {
  auth: {
    mode: 'proxy',
    proxy: { peers: ['127.0.0.1'], userHeader: 'X-Remote-User' },
    users: { [WHOLE]: { role: 'admin' }, [SCOPED]: { role: 'viewer', scope: [{ projects: [PROJECT] }] } },
  },
}

interface Listed {
  readonly uuid: string
  readonly name: string
  readonly host: string
  readonly project: string | null
}

let folder: string
let domscope: Domscope
let all: readonly Listed[]
/** Texts that only somebody with another scope may read. */
let canaries: readonly string[]

beforeAll(async () => {
  folder = mkdtempSync(path.join(tmpdir(), 'domscope-scope-'))
  const file = path.join(folder, 'config.json')
  writeFileSync(file, JSON.stringify(CONFIG))
  const source = 'sim:?hosts=3&domains=300&seed=7&churn=off'
  domscope = await startDomscope(['--config', file, '--connect', source], { env: { XDG_STATE_HOME: folder } })
  await domscope.ready()
  // Projects come with the XML of the domains, one after the other.
  all = await until('the projects of the domains', async () => {
    const rows = await domainsAs(WHOLE)
    const mine = rows.filter(isMine).length
    const seen = (await domainsAs(SCOPED)).length
    return rows.length === 300 && mine > 3 && seen === mine ? rows : undefined
  })
  const own = JSON.stringify(all.filter(isMine)).toLowerCase()
  const others = all.filter((one) => !isMine(one))
  const texts = new Set(
    others.flatMap(({ uuid, name, project }) => [uuid, name, ...(project === null ? [] : [project])]),
  )
  canaries = [...texts].filter((text) => !own.includes(text.toLowerCase()))
})

afterAll(async () => {
  await domscope?.stop()
  rmSync(folder, { recursive: true, force: true })
})

const isMine = ({ project }: Listed) => project === PROJECT

async function ask(user: string, route: string): Promise<{ status: number; text: string }> {
  const response = await fetch(domscope.origin + route, { headers: { 'X-Remote-User': user } })
  return { status: response.status, text: await response.text() }
}

async function domainsAs(user: string): Promise<readonly Listed[]> {
  const { text } = await ask(user, '/api/v1/domains?columns=project')
  return (JSON.parse(text) as { rows: Listed[] }).rows
}

function canariesIn(bytes: Buffer | string): string[] {
  const text = (typeof bytes === 'string' ? bytes : bytes.toString('latin1')).toLowerCase()
  return canaries.filter((canary) => text.includes(Buffer.from(canary.toLowerCase()).toString('latin1')))
}

/** Everything that the stream sends in its first seconds, and what a page makes of it. */
async function listen(user: string, commits: number): Promise<{ bytes: Buffer; replica: Replica }> {
  const { origin } = domscope
  const socket = new WebSocket(`${origin.replace('http', 'ws')}/api/v1/stream`, SUBPROTOCOL, {
    origin,
    headers: { 'X-Remote-User': user },
  })
  const replica = new Replica()
  replica.want(['state', 'project', 'cpuPercent'], ['state'])
  const pieces: Buffer[] = []
  let applied = 0
  socket.on('open', () => socket.send(replica.openMessage()))
  socket.on('message', (message: Buffer) => {
    pieces.push(message)
    const received = replica.receive(new Uint8Array(message), performance.now())
    if (received.kind !== 'applied') return
    applied++
    socket.send(received.ack)
  })
  await until(`${commits} frames for ${user}`, () => (applied >= commits ? true : undefined))
  socket.terminate()
  return { bytes: Buffer.concat(pieces), replica }
}

const uuidBytes = (uuid: string) => Buffer.from(uuid.replaceAll('-', ''), 'hex')

describe('[A-8] whoever may see one project', () => {
  test('is told of its domains and of no other, in no answer of the API', async () => {
    const other = all.find((one) => !isMine(one))!
    const mine = all.find(isMine)!
    const routes = [
      '/api/v1/hosts',
      '/api/v1/domains',
      '/api/v1/domains?format=csv',
      '/api/v1/domains?sort=-cpuPercent&limit=500',
      `/api/v1/domains?filter=${encodeURIComponent(other.name)}`,
      '/api/v1/events',
      '/healthz',
      '/readyz',
      '/api/v1/session',
      `/api/v1/domains/${mine.uuid}`,
      `/api/v1/domains/${mine.uuid}/stats/vcpu.0.time`,
    ]
    for (const route of routes) {
      const { status, text } = await ask(SCOPED, route)
      const asked = route.includes(encodeURIComponent(other.name))
        ? canariesIn(text).filter((one) => one !== other.name)
        : canariesIn(text)
      expect({ route, status, told: asked }).toEqual({ route, status: 200, told: [] })
    }
    expect((await domainsAs(SCOPED)).map(({ uuid }) => uuid).sort()).toEqual(
      all
        .filter(isMine)
        .map(({ uuid }) => uuid)
        .sort(),
    )
  })

  test('gets the same answer for a domain out of the scope as for one that does not exist', async () => {
    const other = all.find((one) => !isMine(one))!
    const nobody = 'ffffffff-ffff-4fff-8fff-ffffffffffff'
    for (const rest of ['', `?host=${other.host}`, '/stats/state.state', '/history?metrics=cpuPercent']) {
      const hidden = await ask(SCOPED, `/api/v1/domains/${other.uuid}${rest}`)
      const missing = await ask(SCOPED, `/api/v1/domains/${nobody}${rest}`)
      expect(hidden.status, rest).toBe(missing.status)
      expect(hidden.status, rest).toBeGreaterThanOrEqual(400)
      expect(hidden.text.replaceAll(other.uuid, nobody), rest).toBe(missing.text)
    }
  })

  test('is sent no byte of another domain on the stream', async () => {
    const { bytes, replica } = await listen(SCOPED, 6)
    expect(canariesIn(bytes)).toEqual([])
    const others = all.filter((one) => !isMine(one))
    expect(others.filter(({ uuid }) => bytes.includes(uuidBytes(uuid)))).toEqual([])
    expect(replica.domains.aliveCount).toBe(all.filter(isMine).length)
    // Row numbers would tell how many there are.
    expect(replica.domains.rowLimit).toBeLessThan(all.length / 2)
  })

  test('is sent all of it without a scope: the search finds what is there', async () => {
    const { bytes, replica } = await listen(WHOLE, 6)
    expect(replica.domains.aliveCount).toBe(all.length)
    expect(canariesIn(bytes).length).toBeGreaterThan(100)
    const { text } = await ask(WHOLE, '/api/v1/domains')
    expect(canariesIn(text).length).toBeGreaterThan(100)
  })

  test('finds nothing of others in the log', () => {
    expect(canariesIn(domscope.process.stderr())).toEqual([])
  })
})

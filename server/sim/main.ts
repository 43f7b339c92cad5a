import { mkdirSync, rmSync } from 'node:fs'
import path from 'node:path'
import { createInterface } from 'node:readline'
import { parseArgs } from 'node:util'
import { DomscopeError, findDomscopeError } from '../../lib/errors/domscope-error.ts'
import { systemClock } from '../clock.ts'
import { parseCommand } from './control-command.ts'
import type { SimDaemon } from './sim-daemon.ts'
import { createSimDaemon } from './sim-daemon.ts'
import { deriveSimHosts, parseSimUri } from './sim-uri.ts'
import { ReplyPool } from './wire/reply-pool.ts'

/**
 * The process of the simulated fleet: `--uri 'sim:?…' --dir DIR`.
 *
 * @remarks Listens on DIR/<host>.sock, one socket a host, and says so in one JSON line on stdout. Then each line on stdin
 * is `{"id": 1, "host": "sim-01", "op": …}`, answered by a line with the same id; host `*` is all of them. Ends, and
 * removes its sockets, when stdin ends or on SIGTERM: it never outlives whoever started it. With `--own-dir` the folder
 * goes too, so that a parent that was killed leaves nothing behind.
 */

const EXIT_CONFIG = 78

function say(line: object): void {
  process.stdout.write(`${JSON.stringify(line)}\n`)
}

function sayError(error: unknown) {
  const known = findDomscopeError(error)
  if (known === null) return { code: 'INTERNAL', message: String(error), detail: {}, remedy: null }
  return { code: known.code, message: known.message, detail: known.detail, remedy: known.remedy }
}

interface Fleet {
  readonly daemons: ReadonlyMap<string, SimDaemon>
  /** Folder to remove at the end; null when it belongs to somebody else. */
  readonly ownDir: string | null
}

async function listenAll(): Promise<Fleet> {
  const { values } = parseArgs({
    options: { uri: { type: 'string' }, dir: { type: 'string' }, 'own-dir': { type: 'boolean' } },
  })
  if (values.dir === undefined) {
    throw new DomscopeError('SIM_NO_DIR', 'no folder for the sockets', { radius: 'process', remedy: 'Give --dir DIR.' })
  }
  mkdirSync(values.dir, { recursive: true })
  const daemons = new Map<string, SimDaemon>()
  const hosts = []
  const replies = new ReplyPool()
  for (const spec of deriveSimHosts(parseSimUri(values.uri ?? 'sim:'))) {
    const daemon = createSimDaemon({ host: spec, clock: systemClock, replies })
    const socket = path.join(values.dir, `${spec.name}.sock`)
    await daemon.listen(socket)
    daemons.set(spec.name, daemon)
    hosts.push({ name: spec.name, socket })
  }
  say({ ready: true, hosts })
  return { daemons, ownDir: values['own-dir'] === true ? values.dir : null }
}

/** Runs one command on one host or on all of them. */
async function obey(line: string, daemons: ReadonlyMap<string, SimDaemon>): Promise<void> {
  let id: unknown = null
  try {
    const request: unknown = JSON.parse(line)
    const { id: given, host } = request as { id?: unknown; host?: unknown }
    id = given
    const command = parseCommand(request)
    if (host === '*') {
      const results = [...daemons].map(async ([name, daemon]) => [name, await daemon.control(command)] as const)
      say({ id, ok: true, result: Object.fromEntries(await Promise.all(results)) })
      return
    }
    const daemon = daemons.get(String(host))
    if (daemon === undefined) {
      throw new DomscopeError('SIM_NO_HOST', `no simulated host "${String(host)}"`, { radius: 'client' })
    }
    say({ id, ok: true, result: (await daemon.control(command)) ?? null })
  } catch (error) {
    say({ id, ok: false, error: sayError(error) })
  }
}

async function main(): Promise<void> {
  const { daemons, ownDir } = await listenAll()
  let ending = false
  const end = () => {
    if (ending) return
    ending = true
    void Promise.all([...daemons.values()].map((daemon) => daemon.close())).then(() => {
      if (ownDir !== null) rmSync(ownDir, { recursive: true, force: true })
      process.exit(0)
    })
  }
  process.on('SIGTERM', end)
  process.on('SIGINT', end)
  // A parent that was killed cannot send a signal, but its end of our stdin closes; its end of stdout may close first.
  process.stdout.on('error', end)
  createInterface({ input: process.stdin })
    .on('line', (line) => void obey(line, daemons))
    .on('close', end)
}

try {
  await main()
} catch (error) {
  say({ ready: false, error: sayError(error) })
  process.exitCode = EXIT_CONFIG
  process.stdin.destroy()
}

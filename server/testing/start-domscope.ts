import { existsSync } from 'node:fs'
import path from 'node:path'
import { fileURLToPath } from 'node:url'
import { freePort } from './free-port.ts'
import { type Subprocess, startProcess } from './subprocess.ts'
import { until } from './until.ts'

/** A running Domscope. */
export interface Domscope {
  readonly process: Subprocess
  readonly port: number
  /** `http://127.0.0.1:PORT`. */
  readonly origin: string
  /** Answer of the API as JSON, whatever its status. */
  get(route: string): Promise<{ status: number; body: unknown }>
  /** Resolves when every host was tried once. */
  ready(timeoutMs?: number): Promise<void>
  stop(): Promise<void>
}

const root = path.resolve(path.dirname(fileURLToPath(import.meta.url)), '..', '..')

/** The built program. */
export const PROGRAM = path.join(root, 'dist', 'domscope.mjs')

/** Nothing of the tester's own settings reaches the program: each test says what it wants. */
const CLEAN = {
  DOMSCOPE_CONNECT: '',
  DOMSCOPE_LISTEN: '',
  DOMSCOPE_CONFIG: '',
  LIBVIRT_DEFAULT_URI: '',
  SSH_CONNECTION: '',
}

/** Runs the built program with arguments and waits for its end. */
export async function runDomscope(args: readonly string[], env: Readonly<Record<string, string>> = {}) {
  const running = spawnDomscope(args, env)
  const timer = setTimeout(() => running.child.kill('SIGKILL'), 30_000)
  const { code, signal } = await running.ended
  clearTimeout(timer)
  return { code, signal, stdout: running.stdout(), stderr: running.stderr() }
}

function spawnDomscope(args: readonly string[], env: Readonly<Record<string, string>>): Subprocess {
  if (!existsSync(PROGRAM)) throw new Error(`${PROGRAM} is not built: npm run build`)
  return startProcess(process.execPath, [PROGRAM, ...args], { ...CLEAN, ...env })
}

/** Starts the built program on a free port (or `port`) and waits until it listens. */
export async function startDomscope(
  args: readonly string[],
  { env = {}, port = 0 }: { env?: Readonly<Record<string, string>>; port?: number } = {},
): Promise<Domscope> {
  const chosen = port === 0 ? await freePort() : port
  const running = spawnDomscope(['--listen', `127.0.0.1:${chosen}`, ...args], env)
  try {
    await running.line(/^domscope listening on http:/)
  } catch (error) {
    await running.stop()
    throw error
  }
  const origin = `http://127.0.0.1:${chosen}`
  const get = async (route: string) => {
    const response = await fetch(origin + route)
    return { status: response.status, body: (await response.json()) as unknown }
  }
  return {
    process: running,
    port: chosen,
    origin,
    get,
    async ready(timeoutMs = 30_000) {
      const answers = async () => ((await fetch(`${origin}/readyz`)).ok ? true : undefined)
      await until('every host to be tried once', answers, { timeoutMs })
    },
    stop: () => running.stop(),
  }
}

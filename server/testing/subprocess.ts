import { type ChildProcess, execFile, spawn } from 'node:child_process'
import { delimiter } from 'node:path'

/** Environment with the folders that only root has on its path. */
export const toolEnv = (extra: Readonly<Record<string, string>> = {}): NodeJS.ProcessEnv => ({
  ...process.env,
  PATH: [process.env.PATH ?? '', '/usr/sbin', '/sbin'].join(delimiter),
  LC_ALL: 'C.UTF-8',
  ...extra,
})

/** Runs a program to its end and gives back what it wrote; rejects with its words when it fails. */
export function runTool(command: string, args: readonly string[], env: Readonly<Record<string, string>> = {}) {
  return new Promise<string>((resolve, reject) => {
    const options = { env: toolEnv(env), maxBuffer: 256 * 1024 * 1024, timeout: 60_000 }
    const child = execFile(command, args, options, (error, stdout, stderr) => {
      if (error === null) resolve(stdout)
      else reject(new Error(`${command} ${args.join(' ')}: ${stderr.trim() || error.message}`, { cause: error }))
    })
    child.stdin?.end()
  })
}

/** A process that runs beside the test. */
export interface Subprocess {
  readonly child: ChildProcess
  readonly pid: number
  /** Everything written so far. */
  stdout(): string
  stderr(): string
  /** Resolves with the line when one matches; rejects when the process ends first or `timeoutMs` pass. */
  line(pattern: RegExp, timeoutMs?: number): Promise<string>
  /** Code and signal when it is over. */
  readonly ended: Promise<{ code: number | null; signal: NodeJS.Signals | null }>
  /** Asks by `signal`, insists with SIGKILL after `patienceMs`; resolves when the process is gone. */
  stop(signal?: NodeJS.Signals, patienceMs?: number): Promise<void>
}

/** Starts a program with pipes on all three streams. */
export function startProcess(
  command: string,
  args: readonly string[],
  env: Readonly<Record<string, string>> = {},
): Subprocess {
  const child = spawn(command, args, { env: toolEnv(env), stdio: 'pipe' })
  const written = { stdout: '', stderr: '' }
  const watchers = new Set<() => void>()
  for (const name of ['stdout', 'stderr'] as const) {
    child[name].setEncoding('utf8').on('data', (chunk: string) => {
      written[name] += chunk
      for (const watcher of watchers) watcher()
    })
  }
  const ended = new Promise<{ code: number | null; signal: NodeJS.Signals | null }>((resolve) => {
    child.on('error', (error) => {
      written.stderr += error.message
      resolve({ code: 127, signal: null })
    })
    child.on('close', (code, signal) => resolve({ code, signal }))
  })
  const line = (pattern: RegExp, timeoutMs = 30_000) =>
    new Promise<string>((resolve, reject) => {
      const finish = (act: () => void) => {
        clearTimeout(timer)
        watchers.delete(look)
        act()
      }
      const why = (reason: string) =>
        new Error(`${command}: no line like ${pattern} (${reason})\n${written.stdout}${written.stderr}`)
      const look = () => {
        const found = written.stdout
          .split('\n')
          .slice(0, -1)
          .find((one) => pattern.test(one))
        if (found !== undefined) finish(() => resolve(found))
      }
      const timer = setTimeout(() => finish(() => reject(why(`${timeoutMs} ms passed`))), timeoutMs)
      watchers.add(look)
      void ended.then(({ code, signal }) => finish(() => reject(why(`ended with ${signal ?? code}`))))
      look()
    })
  const stop = async (signal: NodeJS.Signals = 'SIGTERM', patienceMs = 5_000) => {
    child.kill(signal)
    const timer = setTimeout(() => child.kill('SIGKILL'), patienceMs)
    await ended
    clearTimeout(timer)
  }
  return {
    child,
    pid: child.pid ?? -1,
    stdout: () => written.stdout,
    stderr: () => written.stderr,
    line,
    ended,
    stop,
  }
}

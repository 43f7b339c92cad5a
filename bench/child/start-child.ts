import { spawn } from 'node:child_process'
import { createInterface } from 'node:readline'

/** Longest that a child of the bench may run, ms; then it is killed and its row fails. */
const DEADLINE_MS = 180_000

function spawnChild(
  name: string,
  input: object,
  flags: readonly string[],
  stdin: 'ignore' | 'pipe',
  script = process.argv[1] ?? '',
) {
  const args = ['--expose-gc', ...flags, script, 'child', name, JSON.stringify(input)]
  return spawn(process.execPath, args, { stdio: [stdin, 'pipe', 'inherit'] })
}

/**
 * Runs a job of `run-child.ts` in a process of its own and resolves with its result.
 *
 * @param flags - For node, before the script.
 * @param script - The bundled bench whose job it is: this one, or that of another checkout.
 */
export async function startChild<Result>(
  name: string,
  input: object,
  flags: readonly string[] = [],
  script?: string,
): Promise<Result> {
  const child = spawnChild(name, input, flags, 'ignore', script)
  const kill = setTimeout(() => child.kill('SIGKILL'), DEADLINE_MS)
  let output = ''
  child.stdout?.setEncoding('utf8').on('data', (chunk: string) => {
    output += chunk
  })
  const code = await new Promise<number | null>((resolve, reject) => {
    child.on('error', reject)
    child.on('close', resolve)
  })
  clearTimeout(kill)
  if (code !== 0) throw new Error(`the child process "${name}" ended with ${code ?? 'a signal'}`)
  // Printed by `runChild`, which runs the job that the caller named.
  return JSON.parse(output.trim().split('\n').at(-1) ?? '') as Result
}

/** A child that serves until it is stopped. */
export interface Service<Ready> {
  /** What it printed first. */
  readonly ready: Ready
  stop(): Promise<void>
}

/** Starts a job that prints one line of JSON when it serves and ends when its stdin does. */
export async function startService<Ready>(name: string, input: object): Promise<Service<Ready>> {
  const child = spawnChild(name, input, [], 'pipe')
  const ended = new Promise<void>((resolve) => void child.on('close', () => resolve()))
  const kill = setTimeout(() => child.kill('SIGKILL'), DEADLINE_MS)
  const line = await new Promise<string>((resolve, reject) => {
    child.on('error', reject)
    void ended.then(() => reject(new Error(`the child process "${name}" ended before it served`)))
    if (child.stdout !== null) createInterface({ input: child.stdout }).once('line', resolve)
  })
  return {
    // Printed by the job that the caller named.
    ready: JSON.parse(line) as Ready,
    async stop() {
      child.stdin?.end()
      await ended
      clearTimeout(kill)
    },
  }
}

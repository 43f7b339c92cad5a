import { spawn } from 'node:child_process'

/** Longest that a child of the bench may run, ms; then it is killed and its row fails. */
const DEADLINE_MS = 180_000

/**
 * Runs a job of `run-child.ts` in a process of its own and resolves with its result.
 *
 * @param flags - For node, before the script.
 */
export async function startChild<Result>(name: string, input: object, flags: readonly string[] = []): Promise<Result> {
  const script = process.argv[1] ?? ''
  const args = ['--expose-gc', ...flags, script, 'child', name, JSON.stringify(input)]
  const child = spawn(process.execPath, args, { stdio: ['ignore', 'pipe', 'inherit'] })
  const kill = setTimeout(() => child.kill('SIGKILL'), DEADLINE_MS)
  let output = ''
  child.stdout.setEncoding('utf8').on('data', (chunk: string) => {
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

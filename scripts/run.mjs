import { spawn } from 'node:child_process'
import path from 'node:path'
import { fileURLToPath } from 'node:url'

/** Top folder of the project. */
export const root = path.resolve(path.dirname(fileURLToPath(import.meta.url)), '..')

/** Path of a program that npm installed. */
export const bin = (name) =>
  path.join(root, 'node_modules', '.bin', process.platform === 'win32' ? `${name}.cmd` : name)

/**
 * Runs a program in the project folder and gives back how it ended and what it printed.
 *
 * @remarks With `show` the output also goes to our stderr line by line as it comes. Never rejects: a program that
 * cannot be started ends with code 127 and the reason as its output.
 */
export function run(command, args, { env = {}, show = false, cwd = root, input = null } = {}) {
  return new Promise((resolve) => {
    const child = spawn(command, args, {
      cwd,
      env: { ...process.env, ...env },
      stdio: [input === null ? 'ignore' : 'pipe', 'pipe', 'pipe'],
    })
    let output = ''
    let stdout = ''
    const take = (chunk, own) => {
      output += chunk
      if (own) stdout += chunk
      if (show) process.stderr.write(chunk)
    }
    child.stdout.setEncoding('utf8').on('data', (chunk) => take(chunk, true))
    child.stderr.setEncoding('utf8').on('data', (chunk) => take(chunk, false))
    child.on('error', (error) => resolve({ code: 127, output: `${command}: ${error.message}`, stdout }))
    child.on('close', (code, signal) => resolve({ code: code ?? 128, signal, output, stdout }))
    if (input !== null) child.stdin.end(input)
  })
}

/** Says what is done now, and after it how long it took; on failure prints the output and ends the process. */
export async function step(what, command, args, options = {}) {
  process.stderr.write(`domscope: ${what} … `)
  const began = performance.now()
  const ended = await run(command, args, options)
  process.stderr.write(`${ended.code === 0 ? 'done' : 'failed'} in ${seconds(performance.now() - began)}\n`)
  if (ended.code === 0) return ended
  process.stderr.write(
    `${ended.output.trimEnd()}\ndomscope: \`${[command, ...args].join(' ')}\` ended with code ${ended.code}\n`,
  )
  process.exit(ended.code === 127 ? 1 : ended.code)
}

export const seconds = (ms) => `${(ms / 1000).toFixed(1)} s`

/** Node as npm needs it on this platform. */
export const npm = process.platform === 'win32' ? 'npm.cmd' : 'npm'

// `npm start -- [arguments of domscope]`: sets up what is missing, then runs the server in the foreground.
import { spawn } from 'node:child_process'
import path from 'node:path'
import { build } from './build.mjs'
import { requireNode } from './node-version.mjs'
import { root } from './run.mjs'

requireNode()
await build()
const child = spawn(process.execPath, [path.join(root, 'dist', 'domscope.mjs'), ...process.argv.slice(2)], {
  stdio: 'inherit',
  env: { ...process.env, DOMSCOPE_FALLBACK_SIM: '1' },
})
// Ctrl-C in a terminal already reaches the whole process group; a second copy would read as "stop at once".
process.on('SIGINT', () => {
  if (!process.stdin.isTTY) child.kill('SIGINT')
})
for (const signal of ['SIGTERM', 'SIGHUP', 'SIGQUIT', 'SIGUSR2']) process.on(signal, () => child.kill(signal))
// A signal to npm reaches the shell between npm and us, and ends there. Losing that shell tells us the same.
if (process.env.npm_lifecycle_event !== undefined) {
  const parent = process.ppid
  setInterval(() => {
    if (process.ppid !== parent) child.kill('SIGTERM')
  }, 500).unref()
}
child.on('error', (error) => {
  process.stderr.write(`domscope: cannot start node: ${error.message}\n`)
  process.exit(1)
})
child.on('exit', (code, signal) => {
  if (signal === null) process.exit(code ?? 1)
  for (const name of ['SIGINT', 'SIGTERM', 'SIGHUP', 'SIGQUIT']) process.removeAllListeners(name)
  process.kill(process.pid, signal)
})

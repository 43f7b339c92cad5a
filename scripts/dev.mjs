// `npm run dev -- [arguments of domscope]`: the same server; pages by Next's compiler as they change, the server bundled
// and started again when its sources change.
import { spawn } from 'node:child_process'
import { mkdirSync, watch } from 'node:fs'
import path from 'node:path'
import { bundleServer } from './bundle.mjs'
import { ensureDependencies } from './install.mjs'
import { requireNode } from './node-version.mjs'
import { root } from './run.mjs'

/** Editors write a file in several steps. */
const SETTLE_MS = 200

requireNode()
await ensureDependencies()
mkdirSync(path.join(root, 'dist'), { recursive: true })

let child = null
let stopping = false

async function startServer() {
  await bundleServer({ build: `dev-${Date.now().toString(36)}` })
  child = spawn(
    process.execPath,
    ['--enable-source-maps', path.join(root, 'dist', 'domscope.mjs'), ...process.argv.slice(2)],
    {
      stdio: 'inherit',
      cwd: root,
      env: {
        ...process.env,
        NODE_ENV: 'development',
        DOMSCOPE_DEV: '1',
        DOMSCOPE_FALLBACK_SIM: '1',
        NEXT_TELEMETRY_DISABLED: '1',
      },
    },
  )
  const started = child
  started.on('exit', (code) => {
    if (started !== child) return
    child = null
    if (stopping) process.exit(code ?? 0)
    process.stderr.write(`domscope: the server ended with code ${code}; waiting for a change\n`)
  })
}

async function restart() {
  const old = child
  child = null
  if (old !== null) {
    const gone = new Promise((resolve) => old.once('exit', resolve))
    old.kill('SIGTERM')
    await gone
  }
  const parent = process.ppid
  setInterval(() => {
    if (process.ppid === parent || stopping) return
    stopping = true
    if (child === null) process.exit(0)
    child.kill('SIGTERM')
  }, 500).unref()
  await startServer()
}

let timer = null
for (const folder of ['server', 'lib']) {
  watch(path.join(root, folder), { recursive: true }, (_event, file) => {
    if (file === null || !/\.ts$/.test(file) || /\.test\.ts$/.test(file)) return
    clearTimeout(timer)
    timer = setTimeout(() => void restart(), SETTLE_MS)
  })
}
for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP']) {
  process.on(signal, () => {
    stopping = true
    if (child === null) process.exit(0)
    child.kill(signal === 'SIGINT' ? 'SIGTERM' : signal)
  })
}
const parent = process.ppid
setInterval(() => {
  if (process.ppid === parent || stopping) return
  stopping = true
  if (child === null) process.exit(0)
  child.kill('SIGTERM')
}, 500).unref()
await startServer()

import { spawn } from 'node:child_process'
import { mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { createServer } from 'node:net'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { npm, run } from '../run.mjs'

const PATIENCE_MS = 60_000

/** Installs the tarball in an empty folder, without network and without our node_modules, and looks at what it serves. */
export async function tryPackage(tarball) {
  const folder = mkdtempSync(path.join(tmpdir(), 'domscope-installed-'))
  try {
    const installed = await run(
      npm,
      ['install', '--offline', '--ignore-scripts', '--no-audit', '--no-fund', '--prefix', folder, tarball],
      { cwd: folder },
    )
    expect(installed.code === 0, `npm install failed: ${installed.output}`)
    const top = path.join(folder, 'node_modules', 'domscope')
    const { version } = JSON.parse(readFileSync(path.join(top, 'package.json'), 'utf8'))
    const said = await run(path.join(folder, 'node_modules', '.bin', 'domscope'), ['--version'], { cwd: folder })
    expect(said.code === 0 && said.stdout.includes(version), `--version said: ${said.output}`)
    await tryServer(path.join(top, 'dist', 'domscope.mjs'), folder)
  } finally {
    rmSync(folder, { recursive: true, force: true })
  }
}

async function tryServer(program, cwd) {
  const port = await freePort()
  const args = [program, '--listen', `127.0.0.1:${port}`, '--connect', 'sim:?hosts=1&domains=7&seed=1']
  const child = spawn(process.execPath, args, { cwd, stdio: ['ignore', 'pipe', 'pipe'] })
  let output = ''
  for (const stream of [child.stdout, child.stderr]) stream.on('data', (chunk) => (output += chunk))
  const ended = new Promise((resolve) => child.on('close', resolve))
  try {
    const origin = `http://127.0.0.1:${port}`
    const total = await eventually(async () => {
      const { total } = await (await fetch(`${origin}/api/v1/domains?limit=1`)).json()
      return total === 7 ? total : undefined
    })
    expect(total === 7, `the simulated fleet did not appear:\n${output}`)
    for (const page of ['/', '/hosts']) {
      const response = await fetch(origin + page)
      const text = await response.text()
      expect(response.status === 200 && text.includes('</html>'), `${page} answered ${response.status}`)
      for (const [, asset] of text.matchAll(/(?:src|href)="(\/_next\/[^"]+)"/g)) {
        const { status } = await fetch(origin + asset)
        expect(status === 200, `${asset} of ${page} answered ${status}`)
      }
    }
  } finally {
    child.kill('SIGTERM')
    await ended
  }
}

async function eventually(probe) {
  const deadline = Date.now() + PATIENCE_MS
  while (Date.now() < deadline) {
    const found = await probe().catch(() => undefined)
    if (found !== undefined) return found
    await new Promise((resolve) => setTimeout(resolve, 200))
  }
  return undefined
}

function freePort() {
  return new Promise((resolve, reject) => {
    const server = createServer().once('error', reject)
    server.listen(0, '127.0.0.1', () => {
      const { port } = server.address()
      server.close(() => resolve(port))
    })
  })
}

function expect(truth, otherwise) {
  if (!truth) throw new Error(otherwise)
}

// `npm run test:newer -- DIR [FILE…]`: the tests with a real daemon, with the libvirt that `scripts/newer-root.mjs` put
// into DIR in the place of the machine's own. Not part of CI: what it needs takes minutes and 1.5 GB.
import { existsSync } from 'node:fs'
import path from 'node:path'
import { build } from './build.mjs'
import { whyNoDaemon } from './machine.mjs'
import { requireNode } from './node-version.mjs'
import { bin, run } from './run.mjs'

const USAGE = `npm run test:newer -- DIR [FILE…]
  DIR   a folder made by: node scripts/newer-root.mjs SUITE DIR
  FILE  some tests only, for example server/testing/values`

function fail(line) {
  process.stderr.write(`domscope: ${line}\n`)
  process.exit(2)
}

requireNode()
const [folder, ...files] = process.argv.slice(2)
if (folder === undefined) fail(USAGE)
const root = path.resolve(folder)
if (!existsSync(path.join(root, 'usr', 'sbin', 'libvirtd'))) fail(`no libvirtd in ${root}\n${USAGE}`)
if (process.getuid?.() !== 0) fail('needs root: the daemon runs with its root changed to that folder')
const why = await whyNoDaemon()
if (why !== null) fail(why)
await build()
const version = await run('chroot', [root, 'libvirtd', '--version'])
process.stderr.write(`domscope: testing with ${version.output.trim()}\n`)
const args = ['run', '--config', 'vitest.integration.config.ts', ...(files.length === 0 ? ['server/testing'] : files)]
const { code, output } = await run(bin('vitest'), args, { env: { DOMSCOPE_LIBVIRT_ROOT: root }, show: true })
if (!/Tests\s+.*\d+ passed/.test(output)) fail('no test passed')
process.exit(code)

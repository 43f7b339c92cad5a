// `npm run bench -- [arguments of the bench]`: builds what is stale, bundles bench/main.ts and runs it.
import { spawn } from 'node:child_process'
import path from 'node:path'
import { build } from './build.mjs'
import { bundleNode } from './bundle.mjs'
import { requireNode } from './node-version.mjs'
import { root } from './run.mjs'

requireNode()
await build()
await bundleNode('bench/main.ts', '.cache/bench.mjs')
const child = spawn(
  process.execPath,
  ['--expose-gc', path.join(root, '.cache', 'bench.mjs'), ...process.argv.slice(2)],
  {
    stdio: 'inherit',
    cwd: root,
    env: { ...process.env, NODE_ENV: 'production' },
  },
)
for (const signal of ['SIGTERM', 'SIGHUP']) process.on(signal, () => child.kill(signal))
process.on('SIGINT', () => {})
child.on('exit', (code, signal) => process.exit(signal === null ? (code ?? 1) : 1))

import { execFile } from 'node:child_process'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { fileURLToPath } from 'node:url'
import { promisify } from 'node:util'

const run = promisify(execFile)
/** Run as a program and not imported: the product does not depend on it. */
const ESBUILD = fileURLToPath(new URL('../../node_modules/.bin/esbuild', import.meta.url))
const ENTRY = fileURLToPath(new URL('./main.ts', import.meta.url))

/**
 * Builds the simulation's entry into a file of its own, for tests and benchmarks that run without `npm run build`.
 *
 * @returns the entry for `startSim`, and the undo.
 */
export async function bundleSim(): Promise<{ entry: string; remove: () => Promise<void> }> {
  const dir = await mkdtemp(path.join(tmpdir(), 'domscope-sim-build-'))
  const entry = path.join(dir, 'sim.mjs')
  const options = ['--bundle', '--platform=node', '--format=esm', '--target=node20.9', '--log-level=warning']
  await run(ESBUILD, [ENTRY, ...options, `--outfile=${entry}`])
  return { entry, remove: () => rm(dir, { recursive: true, force: true }) }
}

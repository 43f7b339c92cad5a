import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { fileURLToPath } from 'node:url'

/**
 * Builds the simulation's entry into a file of its own, for tests and benchmarks that run without `npm run build`.
 *
 * @returns the entry for `startSim`, and the undo.
 */
export async function bundleSim(): Promise<{ entry: string; remove: () => Promise<void> }> {
  // Loaded only here: the product must run without esbuild.
  const { build } = await import('esbuild')
  const dir = await mkdtemp(path.join(tmpdir(), 'domscope-sim-build-'))
  const entry = path.join(dir, 'sim.mjs')
  await build({
    entryPoints: [fileURLToPath(new URL('./main.ts', import.meta.url))],
    outfile: entry,
    bundle: true,
    platform: 'node',
    format: 'esm',
    target: 'node20.9',
    logLevel: 'warning',
  })
  return { entry, remove: () => rm(dir, { recursive: true, force: true }) }
}

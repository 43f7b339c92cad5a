import { mkdirSync, writeFileSync } from 'node:fs'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { fileURLToPath } from 'node:url'

/** A built server with a page of one line, for tests that run without `npm run build`. */
export interface BundledServer {
  /** Path of domscope.mjs. */
  readonly program: string
  readonly directory: string
  remove(): Promise<void>
}

/** Builds the server and the simulation into a folder of their own. */
export async function bundleServer(): Promise<BundledServer> {
  const { build } = await import('esbuild')
  const directory = await mkdtemp(path.join(tmpdir(), 'domscope-server-build-'))
  mkdirSync(path.join(directory, 'public'))
  writeFileSync(path.join(directory, 'public', 'index.html'), '<!DOCTYPE html><title>Domscope</title>')
  const bundle = (entry: string, name: string) =>
    build({
      entryPoints: [fileURLToPath(new URL(entry, import.meta.url))],
      outfile: path.join(directory, name),
      bundle: true,
      platform: 'node',
      format: 'esm',
      target: 'node20.9',
      external: ['next', 'bufferutil', 'utf-8-validate'],
      // ws is CommonJS and asks for node modules with `require`.
      banner: {
        js: "import { createRequire as __createRequire } from 'node:module'; const require = __createRequire(import.meta.url);",
      },
      define: { __DOMSCOPE_VERSION__: '"1.2.3"', __DOMSCOPE_BUILD__: '"test-build"' },
      logLevel: 'warning',
    })
  await bundle('../main.ts', 'domscope.mjs')
  await bundle('../sim/main.ts', 'sim.mjs')
  return {
    program: path.join(directory, 'domscope.mjs'),
    directory,
    remove: () => rm(directory, { recursive: true, force: true }),
  }
}

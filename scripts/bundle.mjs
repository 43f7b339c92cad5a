import { cpSync, readdirSync, readFileSync } from 'node:fs'
import path from 'node:path'
import { root, seconds } from './run.mjs'

const REQUIRE =
  "import { createRequire as __createRequire } from 'node:module'; const require = __createRequire(import.meta.url);"

/** What every bundle of ours shares: one ES module for Node, our packages inside, Next outside. */
export async function bundleNode(entry, outfile, define = {}) {
  const { build, stop } = await import('esbuild')
  await build({
    entryPoints: [path.join(root, entry)],
    outfile: path.join(root, outfile),
    bundle: true,
    platform: 'node',
    format: 'esm',
    // Bundling makes variables of constants, which hot loops would read anew in every turn: this writes numbers in place.
    minifySyntax: true,
    target: 'node20.9',
    external: ['next', 'next/*', 'bufferutil', 'utf-8-validate', 'playwright', '@playwright/test', 'esbuild'],
    // ws is CommonJS and asks for node modules with `require`.
    banner: { js: `#!/usr/bin/env node\n${REQUIRE}` },
    define,
    legalComments: 'inline',
    logLevel: 'warning',
    absWorkingDir: root,
  })
  // Its helper process would otherwise stay as long as we do.
  await stop()
}

/** The machine code that checks passwords cannot be bundled: it lies beside the program, for every machine npm has here. */
function copyMachineCode() {
  const packages = path.join(root, 'node_modules', '@node-rs')
  for (const name of readdirSync(packages).filter((one) => one.startsWith('argon2-'))) {
    for (const file of readdirSync(path.join(packages, name)).filter((one) => one.endsWith('.node'))) {
      cpSync(path.join(packages, name, file), path.join(root, 'dist', file))
    }
  }
}

/** dist/domscope.mjs, dist/sim.mjs, and the machine code that they load. */
export async function bundleServer({ build }) {
  const began = performance.now()
  process.stderr.write('domscope: bundling the server … ')
  const { version } = JSON.parse(readFileSync(path.join(root, 'package.json'), 'utf8'))
  const define = { __DOMSCOPE_VERSION__: JSON.stringify(version), __DOMSCOPE_BUILD__: JSON.stringify(build) }
  try {
    await bundleNode('server/main.ts', 'dist/domscope.mjs', define)
    await bundleNode('server/sim/main.ts', 'dist/sim.mjs', define)
    copyMachineCode()
  } catch (error) {
    process.stderr.write(`failed\n${error.message}\n`)
    process.exit(1)
  }
  process.stderr.write(`done in ${seconds(performance.now() - began)}\n`)
}

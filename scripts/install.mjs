import { createHash } from 'node:crypto'
import { existsSync, lstatSync, readFileSync, writeFileSync } from 'node:fs'
import path from 'node:path'
import { npm, root, step } from './run.mjs'

const modules = path.join(root, 'node_modules')
const stamp = path.join(modules, '.domscope-lock')

/** Installs the locked dependencies when there are none or the lock file changed. No package's script is run. */
export async function ensureDependencies() {
  const lock = createHash('sha256')
    .update(readFileSync(path.join(root, 'package-lock.json')))
    .digest('hex')
  if (existsSync(stamp) && readFileSync(stamp, 'utf8') === lock) return
  if (existsSync(modules) && lstatSync(modules).isSymbolicLink()) {
    // npm would follow the link and empty the folder of another checkout.
    throw new Error('node_modules is a link: remove it, so that the locked dependencies can be installed here')
  }
  await step('installing dependencies (npm ci)', npm, ['ci', '--ignore-scripts', '--no-audit', '--no-fund'])
  writeFileSync(stamp, lock)
}

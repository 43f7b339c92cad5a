import { realpathSync } from 'node:fs'
import { fileURLToPath } from 'node:url'

/** True when Node was started with this module, not when another imports it. */
export function isMain(moduleUrl) {
  const started = process.argv[1]
  return started !== undefined && realpathSync(started) === realpathSync(fileURLToPath(moduleUrl))
}

// Completes package-lock.json with the optional packages of other platforms.
//
// A registry that does not carry a platform's binary (a mirror, a proxy) makes `npm install` leave that package out of
// the lock file, and then `npm ci` refuses the lock on every platform. This adds what is missing, with the platform
// that its name tells, so that npm skips it where it does not fit and installs it where it does. Run it after every
// change of a dependency; `npm run test:floors` fails when something is missing.
import { readFileSync, writeFileSync } from 'node:fs'
import path from 'node:path'
import { isMain } from './is-main.mjs'
import { root } from './run.mjs'

const FILE = path.join(root, 'package-lock.json')
const OS = ['android', 'darwin', 'freebsd', 'netbsd', 'openbsd', 'openharmony', 'aix', 'sunos', 'linux', 'win32']
const CPU = ['arm64', 'x64', 'ia32', 'arm', 'riscv64', 's390x', 'ppc64', 'loong64', 'mips64el', 'wasm32']

/** Lock entries for the optional packages that `lock` names and does not hold: path to entry. */
export function missingPlatforms(lock) {
  const missing = {}
  for (const [where, entry] of Object.entries(lock.packages)) {
    for (const [name, version] of Object.entries(entry.optionalDependencies ?? {})) {
      const key = `node_modules/${name}`
      if (where === '' || key in lock.packages || `${where}/${key}` in lock.packages) continue
      const platform = platformOf(name)
      if (platform === null) continue
      missing[key] = { version, ...platform, ...(entry.dev ? { dev: true } : {}), optional: true }
    }
  }
  return missing
}

function platformOf(name) {
  const words = name.split('/').at(-1).split('-')
  const os = words.find((word) => OS.includes(word))
  const cpu = words.find((word) => CPU.includes(word))
  if (os === undefined || cpu === undefined) return null
  const musl = words.some((word) => word === 'musl' || word === 'linuxmusl')
  return { cpu: [cpu], ...(musl ? { libc: ['musl'] } : {}), os: [os] }
}

if (isMain(import.meta.url)) {
  const lock = JSON.parse(readFileSync(FILE, 'utf8'))
  const missing = missingPlatforms(lock)
  const packages = Object.entries({ ...lock.packages, ...missing }).sort(([a], [b]) => (a < b ? -1 : 1))
  writeFileSync(FILE, `${JSON.stringify({ ...lock, packages: Object.fromEntries(packages) }, null, 2)}\n`)
  console.log(`added ${Object.keys(missing).length} packages of other platforms`)
}

// Supply chain (S-14): minimum versions, a lock file without download addresses, no unknown install scripts,
// and a reason on record for every direct dependency. Works offline: an audit service may be out of reach.
import { readFileSync } from 'node:fs'
import path from 'node:path'
import { isMain } from './is-main.mjs'
import { missingPlatforms } from './lock-platforms.mjs'
import { root } from './run.mjs'

/** Oldest version we accept, with the advisory that set it. */
const FLOORS = {
  next: ['16.2.11', 'CVE-2026-64649 and eight more of July 2026'],
  react: ['19.2.6', 'CVE-2026-23870'],
  'react-dom': ['19.2.6', 'CVE-2026-23870'],
  ws: ['8.23.0', 'CVE-2026-48779 and the limit on unsent pongs'],
}

/** Packages that come with an install script. None is run (`ignore-scripts`); a new name here wants a look first. */
const INSTALL_SCRIPTS = new Set(['esbuild', 'fsevents', 'sharp', 'unrs-resolver'])

const MAX_DIRECT = 15

const read = (file) => readFileSync(path.join(root, file), 'utf8')
const numbers = (version) => version.split('-')[0].split('.').map(Number)

/** Negative when `a` is older than `b`. A pre-release counts as older than its release. */
export function compareVersions(a, b) {
  const [left, right] = [numbers(a), numbers(b)]
  for (let i = 0; i < 3; i++) {
    if (left[i] !== right[i]) return left[i] - right[i]
  }
  return Number(b.includes('-')) - Number(a.includes('-'))
}

/**
 * A binary for a platform that Domscope does not run on: npm skips it here. The lock file names it without a checksum
 * when the registry that the lock was made with does not carry it (`scripts/lock-platforms.mjs`).
 */
const isForeign = ({ optional, os, cpu, libc }) =>
  optional === true && os !== undefined && !(os.includes('linux') && cpu?.includes('x64') && !libc?.includes('musl'))

/** What is wrong, in lines; empty when all is well. */
export function findProblems({ manifest, lock, npmrc, reasons }) {
  const problems = []
  const direct = { ...manifest.dependencies, ...manifest.devDependencies }
  for (const [name, [floor, why]] of Object.entries(FLOORS)) {
    const installed = lock.packages[`node_modules/${name}`]?.version
    if (installed === undefined) problems.push(`${name} is not in the lock file`)
    else if (compareVersions(installed, floor) < 0)
      problems.push(`${name} ${installed} is older than ${floor} (${why})`)
  }
  for (const [name, version] of Object.entries(direct)) {
    if (!/^\d/.test(version)) problems.push(`${name} is not pinned to one version: ${version}`)
    if (!reasons.includes(`\`${name}\``)) problems.push(`${name} has no reason in docs/decisions/dependencies.md`)
  }
  for (const [where, entry] of Object.entries(lock.packages)) {
    const name = where.split('node_modules/').at(-1)
    if (/^https?:/.test(entry.resolved ?? '')) problems.push(`${name}: the lock file holds a download address`)
    if (where !== '' && entry.integrity === undefined && !isForeign(entry)) {
      problems.push(`${name}: no checksum in the lock file`)
    }
    if (entry.hasInstallScript && !INSTALL_SCRIPTS.has(name))
      problems.push(`${name} has an install script and is not on the list`)
  }
  for (const setting of ['ignore-scripts=true', 'omit-lockfile-registry-resolved=true', 'save-exact=true']) {
    if (!npmrc.split('\n').includes(setting)) problems.push(`.npmrc lacks ${setting}`)
  }
  for (const name of Object.keys(missingPlatforms(lock))) {
    problems.push(`${name} is named and not in the lock file; run scripts/lock-platforms.mjs`)
  }
  const runtime = Object.keys(manifest.dependencies).length
  if (runtime > MAX_DIRECT) problems.push(`${runtime} direct dependencies at run time; the limit is ${MAX_DIRECT}`)
  return problems
}

if (isMain(import.meta.url)) {
  const lock = JSON.parse(read('package-lock.json'))
  const problems = findProblems({
    manifest: JSON.parse(read('package.json')),
    lock,
    npmrc: read('.npmrc'),
    reasons: read('docs/decisions/dependencies.md'),
  })
  for (const problem of problems) console.log(`FAIL ${problem}`)
  console.log(`${Object.keys(lock.packages).length - 1} packages looked at, ${problems.length} problems`)
  process.exit(problems.length === 0 ? 0 : 1)
}

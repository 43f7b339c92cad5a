import { expect, test } from 'vitest'
import { compareVersions, findProblems } from './floors.mjs'
import { missingPlatforms } from './lock-platforms.mjs'

const NPMRC = 'ignore-scripts=true\nomit-lockfile-registry-resolved=true\nsave-exact=true\n'

/** A project that is in order, changed by `over`. */
function project({ packages = {}, dependencies = {}, npmrc = NPMRC, reasons } = {}) {
  const good = { next: '16.4.6', react: '19.3.1', 'react-dom': '19.3.1', ws: '8.23.0', ...dependencies }
  const locked = Object.entries(good).map(([name, version]) => [
    `node_modules/${name}`,
    { version, integrity: 'sha512-x' },
  ])
  return {
    manifest: { dependencies: good, devDependencies: {} },
    lock: { packages: { '': {}, ...Object.fromEntries(locked), ...packages } },
    npmrc,
    reasons:
      reasons ??
      Object.keys(good)
        .map((name) => `\`${name}\``)
        .join(' '),
  }
}

test('compares versions by number, a pre-release before its release', () => {
  expect(compareVersions('8.9.0', '8.23.0')).toBeLessThan(0)
  expect(compareVersions('8.23.0', '8.23.0')).toBe(0)
  expect(compareVersions('9.0.0-rc.1', '9.0.0')).toBeLessThan(0)
  expect(compareVersions('19.3.1', '19.2.6')).toBeGreaterThan(0)
})

test('[S-14] finds nothing in a project that is in order', () => {
  expect(findProblems(project())).toEqual([])
})

test.each([
  ['a version below its floor', { dependencies: { ws: '8.22.9' } }, 'ws 8.22.9 is older than 8.23.0'],
  ['a range in place of a version', { dependencies: { zustand: '^5.0.0' } }, 'zustand is not pinned'],
  ['a dependency without a reason', { reasons: '`next` `react` `react-dom`' }, 'ws has no reason'],
  [
    'a download address',
    { packages: { 'node_modules/a': { version: '1.0.0', integrity: 'x', resolved: 'https://example.org/a.tgz' } } },
    'a: the lock file holds a download address',
  ],
  ['a package without checksum', { packages: { 'node_modules/a': { version: '1.0.0' } } }, 'a: no checksum'],
  [
    'an install script that nobody looked at',
    { packages: { 'node_modules/x/node_modules/b': { version: '1.0.0', integrity: 'x', hasInstallScript: true } } },
    'b has an install script',
  ],
  ['a missing setting of npm', { npmrc: 'save-exact=true' }, '.npmrc lacks ignore-scripts=true'],
  [
    'a platform that the lock file forgot',
    {
      packages: {
        'node_modules/c': { version: '1.0.0', integrity: 'x', optionalDependencies: { 'c-darwin-arm64': '1.0.0' } },
      },
    },
    'c-darwin-arm64 is named and not in the lock file',
  ],
])('[S-14] finds %s', (_what, over, words) => {
  expect(findProblems(project(over)).join('\n')).toContain(words)
})

test('accepts a binary for another platform without checksum, not one for ours', () => {
  const binary = (os, cpu) => ({ version: '1.0.0', optional: true, os: [os], cpu: [cpu] })
  expect(findProblems(project({ packages: { 'node_modules/a': binary('darwin', 'arm64') } }))).toEqual([])
  expect(findProblems(project({ packages: { 'node_modules/a': binary('linux', 'x64') } }))).toHaveLength(1)
})

test('reads platform and processor of a forgotten package from its name', () => {
  const packages = { 'node_modules/c': { version: '1.0.0', optionalDependencies: { '@c/linux-arm64-musl': '1.0.0' } } }
  expect(missingPlatforms({ packages })).toEqual({
    'node_modules/@c/linux-arm64-musl': {
      version: '1.0.0',
      cpu: ['arm64'],
      libc: ['musl'],
      os: ['linux'],
      optional: true,
    },
  })
})

import { cpSync, existsSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import path from 'node:path'
import { ensureDependencies } from './install.mjs'
import { isMain } from './is-main.mjs'
import { bin, root, step } from './run.mjs'
import { hashOf } from './sources.mjs'

const PAGES = [
  'app',
  'components',
  'lib',
  'public',
  'next.config.js',
  'tsconfig.base.json',
  'tsconfig.json',
  'package-lock.json',
]
const SERVER = ['server', 'lib', 'package.json', 'package-lock.json', 'scripts/build.mjs', 'scripts/bundle.mjs']
const dist = path.join(root, 'dist')

/** Builds what is older than its sources: pages into dist/public, the server and the simulator into dist. */
export async function build({ force = false } = {}) {
  await ensureDependencies()
  mkdirSync(dist, { recursive: true })
  const pages = hashOf(PAGES)
  const server = hashOf([...SERVER, ...PAGES])
  if (force || stampOf('pages') !== pages || !existsSync(path.join(dist, 'public', 'index.html'))) {
    rmSync(path.join(root, 'out'), { recursive: true, force: true })
    await step('building the pages (next build)', bin('next'), ['build'], {
      env: { NEXT_TELEMETRY_DISABLED: '1', NODE_ENV: 'production' },
    })
    rmSync(path.join(dist, 'public'), { recursive: true, force: true })
    cpSync(path.join(root, 'out'), path.join(dist, 'public'), { recursive: true })
    setStamp('pages', pages)
  }
  if (force || stampOf('server') !== server || !existsSync(path.join(dist, 'domscope.mjs'))) {
    const { bundleServer } = await import('./bundle.mjs')
    await bundleServer({ build: server })
    setStamp('server', server)
  }
  return server
}

const stampFile = (name) => path.join(dist, `.${name}-built`)
const stampOf = (name) => (existsSync(stampFile(name)) ? readFileSync(stampFile(name), 'utf8') : '')
const setStamp = (name, value) => writeFileSync(stampFile(name), value)

if (isMain(import.meta.url)) await build({ force: true })

// `npm run pack`: domscope-VERSION.tgz, which runs with Node alone. `--check` also installs and starts it.
import { cpSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { build } from './build.mjs'
import { isMain } from './is-main.mjs'
import { thirdPartyNotices } from './pack/notices.mjs'
import { tryPackage } from './pack/try-package.mjs'
import { npm, root, step } from './run.mjs'

/** Writes the tarball into `folder` and gives back its path. */
export async function pack(folder) {
  await build()
  const source = JSON.parse(readFileSync(path.join(root, 'package.json'), 'utf8'))
  const { name, version, description, license, type, engines, bin } = source
  const staging = mkdtempSync(path.join(tmpdir(), 'domscope-pack-'))
  try {
    mkdirSync(path.join(staging, 'dist'))
    const machineCode = readdirSync(path.join(root, 'dist')).filter((file) => file.endsWith('.node'))
    for (const file of machineCode) cpSync(path.join(root, 'dist', file), path.join(staging, 'dist', file))
    for (const file of ['dist/domscope.mjs', 'dist/sim.mjs', 'dist/public', 'LICENSE', 'README.md', 'CHANGELOG.md']) {
      cpSync(path.join(root, file), path.join(staging, file), { recursive: true })
    }
    const manifest = { name, version, description, license, type, engines, bin }
    writeFileSync(path.join(staging, 'package.json'), `${JSON.stringify(manifest, null, 2)}\n`)
    writeFileSync(path.join(staging, 'THIRD-PARTY-LICENSES.txt'), thirdPartyNotices())
    mkdirSync(folder, { recursive: true })
    await step('packing', npm, ['pack', '--silent', '--pack-destination', folder, staging])
  } finally {
    rmSync(staging, { recursive: true, force: true })
  }
  return path.join(folder, `${name}-${version}.tgz`)
}

if (isMain(import.meta.url)) {
  const check = process.argv.includes('--check')
  const folder = check ? mkdtempSync(path.join(tmpdir(), 'domscope-tarball-')) : root
  try {
    const tarball = await pack(folder)
    if (check) await tryPackage(tarball)
    console.log(check ? 'the tarball installs, starts and serves' : tarball)
  } catch (error) {
    console.error(`domscope: ${error.message}`)
    process.exitCode = 1
  } finally {
    if (check) rmSync(folder, { recursive: true, force: true })
  }
}

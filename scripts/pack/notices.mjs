import { existsSync, readdirSync, readFileSync } from 'node:fs'
import path from 'node:path'
import { root } from '../run.mjs'

/** Licence texts of every package that may be inside our bundles, in the order of their names. */
export function thirdPartyNotices() {
  const { packages } = JSON.parse(readFileSync(path.join(root, 'package-lock.json'), 'utf8'))
  const shipped = Object.entries(packages)
    .filter(([where, entry]) => where !== '' && !entry.dev && !entry.optional && existsSync(path.join(root, where)))
    .map(([where, entry]) => ({ where, name: where.split('node_modules/').at(-1), ...entry }))
    .sort((a, b) => (a.name < b.name ? -1 : 1))
  const text = shipped.map(({ where, name, version, license }) => {
    const folder = path.join(root, where)
    const file = readdirSync(folder).find((one) => /^(licen[sc]e|copying)/i.test(one))
    const words =
      file === undefined
        ? `No licence file in the package; it declares ${license}.`
        : readFileSync(path.join(folder, file), 'utf8').trim()
    return `${name} ${version} (${license})\n${'-'.repeat(72)}\n${words}\n`
  })
  return `Domscope contains parts of the following packages.\n\n${text.join(`\n${'='.repeat(72)}\n\n`)}`
}

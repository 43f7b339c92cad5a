import { createHash } from 'node:crypto'
import { readdirSync, readFileSync, statSync } from 'node:fs'
import path from 'node:path'
import { root } from './run.mjs'

/** Files below `top` (a file or a folder of the project) in a fixed order, as project paths with slashes. */
export function filesBelow(top, wanted = () => true) {
  const found = []
  const walk = (relative) => {
    const stat = statSync(path.join(root, relative), { throwIfNoEntry: false })
    if (stat === undefined) return
    if (stat.isFile()) {
      if (wanted(relative)) found.push(relative)
      return
    }
    for (const name of readdirSync(path.join(root, relative)).sort()) {
      if (name !== 'node_modules' && !name.startsWith('.')) walk(`${relative}/${name}`)
    }
  }
  walk(top)
  return found
}

/** Tests and what serves only them: not part of any build. */
export const isTest = (file) => /\.test\.tsx?$|\/testing\//.test(file)

/** One number for the content of everything that goes into a build: the build id. */
export function hashOf(tops) {
  const hash = createHash('sha256')
  for (const file of tops.flatMap((top) => filesBelow(top, (name) => !isTest(name)))) {
    hash
      .update(`${file}\0`)
      .update(readFileSync(path.join(root, file)))
      .update('\0')
  }
  return hash.digest('hex').slice(0, 16)
}

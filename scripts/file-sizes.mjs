// One idea per file, one subject per folder: a source file over 400 lines fails, one over 300 is named, and so does a
// folder of more than 25 source files, which nobody takes in at a glance.
import { readFileSync } from 'node:fs'
import path from 'node:path'
import { root } from './run.mjs'
import { filesBelow, isTest } from './sources.mjs'

const STOP = 400
const WARN = 300
const FOLDER_STOP = 25
const TOPS = ['app', 'components', 'server', 'lib', 'e2e', 'bench', 'scripts']

const files = TOPS.flatMap((top) => filesBelow(top, (name) => /\.(tsx?|mjs|css)$/.test(name)))
const counted = files.filter((file) => !file.includes('.generated.') && !isTest(file) && !file.includes('/fixtures/'))
const sizes = counted.map((file) => ({
  file,
  lines: readFileSync(path.join(root, file), 'utf8').split('\n').length - 1,
}))
const over = sizes.filter(({ lines }) => lines > STOP)
for (const { file, lines } of sizes.filter((one) => one.lines > WARN && one.lines <= STOP)) {
  console.log(`note: ${file} has ${lines} lines; aim at 60 to 170`)
}
for (const { file, lines } of over)
  console.log(`FAIL ${file} has ${lines} lines; the limit is ${STOP}: split it by idea`)

const perFolder = new Map()
for (const file of counted) perFolder.set(path.dirname(file), (perFolder.get(path.dirname(file)) ?? 0) + 1)
const full = [...perFolder].filter(([, count]) => count > FOLDER_STOP)
for (const [folder, count] of full) {
  console.log(`FAIL ${folder} has ${count} source files; the limit is ${FOLDER_STOP}: split it by subject`)
}
console.log(
  `${counted.length} files in ${perFolder.size} folders looked at, ${over.length} over ${STOP} lines, ${full.length} folders over ${FOLDER_STOP} files`,
)
process.exit(over.length + full.length === 0 && counted.length > 0 ? 0 : 1)

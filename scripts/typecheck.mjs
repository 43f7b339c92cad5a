// Types of every zone, each with the library it may see: lib has neither DOM nor Node.
import { existsSync } from 'node:fs'
import path from 'node:path'
import { bin, root, run } from './run.mjs'

// Route types and next-env.d.ts, which declares style sheets, are written by Next and not kept in git.
if (existsSync(path.join(root, 'app'))) {
  const generated = await run(bin('next'), ['typegen'], { env: { NEXT_TELEMETRY_DISABLED: '1' } })
  if (generated.code !== 0) {
    console.error(generated.output.trimEnd())
    process.exit(generated.code)
  }
}
let failed = false
for (const project of ['lib', 'server', 'tsconfig.json', 'tsconfig.tools.json']) {
  const { code, output } = await run(bin('tsc'), ['--pretty', 'false', '-p', project])
  console.log(`${code === 0 ? 'ok  ' : 'FAIL'} tsc -p ${project}`)
  if (code === 0) continue
  failed = true
  console.log(output.trimEnd())
}
process.exit(failed ? 1 : 0)

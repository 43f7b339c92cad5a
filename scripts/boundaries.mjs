// Checks who imports whom, and that the check itself sees the sources and reports what is wrong.
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { cruise } from 'dependency-cruiser'
import { PLANTED } from './boundaries/planted.mjs'
import { RULES } from './boundaries/rules.mjs'
import { root } from './run.mjs'
import { filesBelow } from './sources.mjs'

const ZONES = ['app', 'components', 'server', 'lib', 'e2e', 'bench']

async function violationsIn(folder, tops) {
  const { output } = await cruise(tops, {
    baseDir: folder,
    ruleSet: { forbidden: RULES },
    validate: true,
    tsPreCompilationDeps: true,
    doNotFollow: { path: 'node_modules' },
    exclude: { path: '^(\\.next|dist|out)/' },
    enhancedResolveOptions: {
      extensions: ['.ts', '.tsx', '.mjs', '.js', '.json', '.css'],
      exportsFields: ['exports'],
      conditionNames: ['import', 'types', 'node', 'default'],
    },
  })
  const cruised = output.modules.filter(
    ({ source }) => tops.some((top) => source.startsWith(`${top}/`)) && /\.tsx?$/.test(source),
  )
  return { found: output.summary.violations, cruised: cruised.length }
}

/** Plants every known violation in a scratch folder and gives back the rules that did not speak. */
async function deafRules() {
  const scratch = mkdtempSync(path.join(tmpdir(), 'domscope-boundaries-'))
  try {
    const tops = new Set()
    for (const [file, text] of Object.values(PLANTED).flatMap((files) => Object.entries(files))) {
      const target = path.join(scratch, file)
      mkdirSync(path.dirname(target), { recursive: true })
      writeFileSync(target, text)
      tops.add(file.split('/')[0])
    }
    const { found } = await violationsIn(scratch, [...tops])
    return Object.entries(PLANTED)
      .filter(([rule, files]) => !found.some((one) => one.rule.name === rule && one.from === Object.keys(files)[0]))
      .map(([rule]) => rule)
  } finally {
    rmSync(scratch, { recursive: true, force: true })
  }
}

const sources = ZONES.flatMap((zone) => filesBelow(zone, (name) => /\.tsx?$/.test(name) && !name.endsWith('.d.ts')))
const { found, cruised } = await violationsIn(
  root,
  ZONES.filter((zone) => sources.some((file) => file.startsWith(`${zone}/`))),
)
const deaf = await deafRules()

for (const { rule, from, to } of found) {
  console.log(`FAIL ${rule.name}: ${from} → ${to} (${RULES.find(({ name }) => name === rule.name)?.comment})`)
}
for (const rule of deaf) console.log(`FAIL the rule ${rule} did not report its planted violation`)
if (cruised < sources.length) console.log(`FAIL only ${cruised} of ${sources.length} source files were looked at`)
console.log(
  `${cruised} modules, ${RULES.length} rules, ${Object.keys(PLANTED).length} planted violations, ${found.length} real ones`,
)
process.exit(found.length === 0 && deaf.length === 0 && cruised >= sources.length ? 0 : 1)

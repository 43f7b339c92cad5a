// `npm test`: every gate and every test, on a machine that may have nothing but Node and git.
// The last line is `N passed, N failed`: tests and gates together.
import { mkdirSync, readFileSync, rmSync } from 'node:fs'
import path from 'node:path'
import { playwrightFailures, vitestFailures } from './failures.mjs'
import { ensureDependencies } from './install.mjs'
import { prepareMachine, whyNoBrowser, whyNoDaemon } from './machine.mjs'
import { requireNode } from './node-version.mjs'
import { bin, root, run, seconds } from './run.mjs'

const strict = process.env.CI === 'true' || process.env.CI === '1'
const reports = path.join(root, '.cache', 'test')
const totals = { passed: 0, failed: 0 }
const skipped = []
const failures = []

const say = (line) => process.stdout.write(`${line}\n`)

function record(name, began, { passed, failed, skips = [], why = [] }, output = '') {
  totals.passed += passed
  totals.failed += failed
  for (const skip of skips) skipped.push(`${name}: ${skip}`)
  const count = passed + failed === 1 ? '' : ` ${passed} passed, ${failed} failed`
  say(`${failed === 0 ? 'ok  ' : 'FAIL'} ${name}${count} (${seconds(performance.now() - began)})`)
  if (failed === 0) return
  failures.push(...(why.length === 0 ? [name] : why.map(({ title }) => `${name}: ${title}`)))
  // The report tells what matters; the runner's own words stand in where it tells nothing.
  const told = why.flatMap(({ title, lines }) => [title, ...lines.map((line) => `  ${line}`)])
  say(indent(told.length === 0 ? output : told.join('\n')))
}

const indent = (text) =>
  text
    .trimEnd()
    .split('\n')
    .slice(-200)
    .map((line) => `     ${line}`)
    .join('\n')

/** A gate is one check: it passes or fails as a whole. */
async function gate(name, command, args) {
  const began = performance.now()
  const { code, output } = await run(command, args)
  record(name, began, { passed: code === 0 ? 1 : 0, failed: code === 0 ? 0 : 1 }, output)
  return code === 0
}

/** Runs a test runner that leaves a JSON report; without a report the run counts as one failure. */
async function suite(name, command, args, { read, env = {} }) {
  const began = performance.now()
  const file = path.join(reports, `${name}.json`)
  rmSync(file, { force: true })
  const { code, output } = await run(command, [...args], { env: { ...env, DOMSCOPE_TEST_REPORT: file } })
  let counts
  try {
    counts = read(JSON.parse(readFileSync(file, 'utf8')))
  } catch (error) {
    counts = { passed: 0, failed: 1, skips: [] }
    record(name, began, counts, `${output}\nno usable report: ${error.message}`)
    return
  }
  // The runner can fail without a failing test: an error outside tests, or no test at all.
  if (counts.failed === 0 && (code !== 0 || counts.passed === 0)) counts.failed = 1
  record(name, began, counts, output)
}

function readVitest(report) {
  const all = report.testResults.flatMap((file) => file.assertionResults)
  const brokenFiles = report.testResults.filter(
    (file) => file.status === 'failed' && file.assertionResults.length === 0,
  )
  const waiting = all.filter(({ status }) => status !== 'passed' && status !== 'failed')
  return {
    passed: all.filter(({ status }) => status === 'passed').length,
    failed: all.filter(({ status }) => status === 'failed').length + brokenFiles.length,
    skips: waiting.map(({ fullName }) => `skipped by its own code: ${fullName}`),
    why: vitestFailures(report),
  }
}

function readPlaywright(report) {
  const { stats, errors } = report
  return {
    passed: stats.expected + stats.flaky,
    failed: stats.unexpected + errors.length,
    skips: stats.skipped > 0 ? [`${stats.skipped} tests skipped by their own code`] : [],
    why: playwrightFailures(report),
  }
}

const vitest = (name, extra = []) =>
  suite(
    name,
    bin('vitest'),
    ['run', ...extra, '--reporter=dot', '--reporter=json', `--outputFile.json=${path.join(reports, `${name}.json`)}`],
    {
      read: readVitest,
    },
  )

function skip(name, why) {
  skipped.push(`${name}: ${why}`)
  say(`skip ${name}: ${why}`)
}

requireNode()
const began = performance.now()
mkdirSync(reports, { recursive: true })
await ensureDependencies()
for (const line of await prepareMachine()) say(`note ${line}`)

await gate('format', bin('biome'), ['format', '.'])
await gate('lint', bin('biome'), ['lint', '--error-on-warnings', '.'])
await gate('types', process.execPath, ['scripts/typecheck.mjs'])
await gate('boundaries', process.execPath, ['scripts/boundaries.mjs'])
await gate('floors', process.execPath, ['scripts/floors.mjs'])
await gate('file-sizes', process.execPath, ['scripts/file-sizes.mjs'])
await vitest('unit')
const built = await gate('build', process.execPath, ['scripts/build.mjs'])
if (built) {
  await gate('pack', process.execPath, ['scripts/pack.mjs', '--check'])
  const noDaemon = await whyNoDaemon()
  if (noDaemon === null) await vitest('integration', ['--config', 'vitest.integration.config.ts'])
  else skip('integration', noDaemon)
  const noBrowser = await whyNoBrowser()
  if (noBrowser === null) {
    await suite('browser', bin('playwright'), ['test', '--project', 'scenarios'], {
      read: readPlaywright,
      env: noDaemon === null ? {} : { DOMSCOPE_NO_DAEMON: noDaemon },
    })
  } else skip('browser', noBrowser)
} else {
  skip('pack, integration, browser', 'the build failed')
}

say('')
say(`${seconds(performance.now() - began)} in all`)
if (skipped.length === 0) say('nothing was skipped')
else say(`skipped:\n${skipped.map((line) => `  ${line}`).join('\n')}`)
if (strict && skipped.length > 0) {
  say('CI is set: what was skipped counts as failed')
  totals.failed += skipped.length
}
if (failures.length > 0) say(`failed:\n${failures.map((line) => `  ${line}`).join('\n')}`)
say(`${totals.passed} passed, ${totals.failed} failed`)
process.exit(totals.failed === 0 ? 0 : 1)

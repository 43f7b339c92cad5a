import { existsSync } from 'node:fs'
import path from 'node:path'
import { setFlagsFromString } from 'node:v8'
import { runChild } from './child/run-child.ts'
import { beginConditions } from './conditions.ts'
import { keepResult, plainText, publish } from './report.ts'
import type { BenchOptions, BenchRow } from './row.ts'
import { ROWS } from './rows.ts'

/**
 * `npm run bench -- [--quick] [--before DIR] [--list] [ROW…]`: measures the rows named, or all of them.
 *
 * @remarks Results go to bench/results, and from there into docs/performance.md; those of --quick go nowhere else.
 */

const USAGE = `npm run bench -- [--quick] [--before DIR] [--list] [ROW…]
  --quick       smaller counts, fewer runs; results are not published
  --before DIR  a checkout of the build before a change: the row poll measures it by turns with this one
  --list        names of the rows`

interface Request extends BenchOptions {
  readonly rows: readonly BenchRow[]
}

function parse(args: readonly string[]): Request | string {
  const at = args.indexOf('--before')
  const before = at < 0 ? null : path.resolve(args[at + 1] ?? '', '.cache', 'bench.mjs')
  if (before !== null && !existsSync(before)) return `no ${before}: run "npm run bench -- --list" there first`
  const rest = at < 0 ? args : args.filter((_, i) => i !== at && i !== at + 1)
  const names = rest.filter((arg) => !arg.startsWith('--'))
  const unknownFlag = rest.find((arg) => arg.startsWith('--') && arg !== '--quick')
  if (unknownFlag !== undefined) return `unknown option ${unknownFlag}\n${USAGE}`
  const unknownRow = names.find((name) => ROWS.every((row) => row.name !== name))
  if (unknownRow !== undefined) return `no row "${unknownRow}"; there are: ${ROWS.map((row) => row.name).join(' ')}`
  const rows = names.length === 0 ? ROWS : ROWS.filter((row) => names.includes(row.name))
  return { rows, quick: rest.includes('--quick'), before }
}

async function bench({ rows, quick, before }: Request): Promise<boolean> {
  let sound = true
  for (const row of rows) {
    const conditions = beginConditions()
    const began = performance.now()
    try {
      const result = await row.run({ quick, before })
      const file = keepResult({ result, conditions: conditions(), quick })
      console.log(`${plainText(result)}\n  ${((performance.now() - began) / 1000).toFixed(1)} s → ${file}\n`)
    } catch (error) {
      sound = false
      console.error(`${row.name}: FAILED: ${error instanceof Error ? (error.stack ?? error.message) : String(error)}\n`)
    }
  }
  if (!quick) console.log(`published: ${publish(ROWS.map((row) => row.name))}`)
  return sound
}

// Many forced collections between two runs would make the engine forget the code of whoever waits for his turn.
setFlagsFromString('--no-flush-bytecode')
const args = process.argv.slice(2)
if (args[0] === 'child') await runChild(args.slice(1))
else if (args.includes('--help')) console.log(USAGE)
else if (args.includes('--list')) console.log(ROWS.map((row) => `${row.name}  ${row.title}`).join('\n'))
else {
  const request = parse(args)
  if (typeof request === 'string') {
    console.error(request)
    process.exitCode = 2
  } else process.exitCode = (await bench(request)) ? 0 : 1
}

import { mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs'
import path from 'node:path'
import type { Conditions } from './conditions.ts'
import { type Claim, holds, type RowResult } from './row.ts'
import type { Summary } from './timing.ts'

/** A row as it is kept on disk: the numbers and the conditions under which they were taken. */
export interface KeptResult {
  readonly result: RowResult
  readonly conditions: Conditions
  /** Taken with --quick: never published. */
  readonly quick: boolean
}

const RESULTS = 'bench/results'
/** Not kept in git. */
const QUICK_RESULTS = '.cache/bench'
const PAGE = 'docs/performance.md'
const BEGIN = '<!-- bench:begin (written by `npm run bench`, do not edit) -->'
const END = '<!-- bench:end -->'

export function keepResult(kept: KeptResult): string {
  const folder = kept.quick ? QUICK_RESULTS : RESULTS
  mkdirSync(folder, { recursive: true })
  const file = path.join(folder, `${kept.result.name}.json`)
  writeFileSync(file, `${JSON.stringify(kept, rounded, 2)}\n`)
  return file
}

/** Six significant digits: what lies below is noise. */
function rounded(_key: string, value: unknown): unknown {
  return typeof value === 'number' && !Number.isInteger(value) ? Number(value.toPrecision(6)) : value
}

/** Writes the results that are on disk into the page, in the order of `names`. Leaves the rest of the page alone. */
export function publish(names: readonly string[]): string {
  const files = new Set(readdirSync(RESULTS))
  const kept = names
    .filter((name) => files.has(`${name}.json`))
    // Written by `keepResult` above.
    .map((name) => JSON.parse(readFileSync(path.join(RESULTS, `${name}.json`), 'utf8')) as KeptResult)
  const page = readFileSync(PAGE, 'utf8')
  const begin = page.indexOf(BEGIN)
  const end = page.indexOf(END)
  if (begin < 0 || end < begin) throw new Error(`${PAGE} has lost its marks ${BEGIN} and ${END}`)
  const sections = [overview(kept), ...kept.map(section)].join('\n\n')
  writeFileSync(PAGE, `${page.slice(0, begin + BEGIN.length)}\n\n${sections}\n\n${page.slice(end)}`)
  return PAGE
}

function overview(kept: readonly KeptResult[]): string {
  const lines = ['| row | claim | median | spread | budget | kept |', '|---|---|---:|---:|---:|---|']
  for (const { result } of kept) {
    for (const claim of result.claims) {
      if (claim.budget === null) continue
      const cells = [
        result.name,
        claim.label,
        `**${value(claim.summary.median, claim.unit)}**`,
        spread(claim.summary),
        budget(claim),
        verdict(claim),
      ]
      lines.push(`| ${cells.join(' | ')} |`)
    }
  }
  return lines.join('\n')
}

function section({ result, conditions }: KeptResult): string {
  const { cpu, cores, memoryGiB, node, loadBefore, loadAfter, preemptions, date, commit } = conditions
  const lines = [`### ${result.name}: ${result.title}`, '', result.setting, '']
  lines.push('| measured | median | least to most | runs |', '|---|---:|---:|---:|')
  for (const { label, unit, summary } of result.measures) {
    lines.push(`| ${label} | ${value(summary.median, unit)} | ${spread(summary)} | ${summary.samples} |`)
  }
  if (result.claims.length > 0) {
    lines.push('', '| claim | median | least to most | budget | kept |', '|---|---:|---:|---:|---|')
    for (const claim of result.claims) {
      const { label, unit, summary } = claim
      lines.push(
        `| ${label} | ${value(summary.median, unit)} | ${spread(summary)} | ${budget(claim)} | ${verdict(claim)} |`,
      )
    }
  }
  if (result.remarks.length > 0) lines.push('', ...result.remarks.map((remark) => `- ${remark}`))
  lines.push(
    '',
    `<sub>${date} UTC, commit ${commit}, Node ${node}, ${cpu}, ${cores} cores, ${memoryGiB} GiB, load ${loadBefore} before and ${loadAfter} after, preempted ${preemptions} times.</sub>`,
  )
  return lines.join('\n')
}

function value(number: number, unit: string): string {
  return unit === '×' ? `${digits(number)}×` : `${digits(number)} ${unit}`.trim()
}

function spread({ min, max }: Summary): string {
  return min === max ? digits(min) : `${digits(min)} to ${digits(max)}`
}

/** Three significant digits, no exponents. */
export function digits(number: number): string {
  if (number === 0) return '0'
  const decimals = Math.max(0, 2 - Math.floor(Math.log10(Math.abs(number))))
  const text = number.toLocaleString('en', { maximumFractionDigits: Math.min(decimals, 6) })
  return text
}

function budget({ budget: bar, unit }: Claim): string {
  if (bar === null) return '–'
  return `${bar.kind === 'atMost' ? '≤' : '≥'} ${value(bar.value, unit)}`
}

function verdict(claim: Claim): string {
  const kept = holds(claim)
  return kept === null ? '–' : kept ? 'yes' : '**no**'
}

/** A row as text for a terminal. */
export function plainText(result: RowResult): string {
  const lines = [`${result.name}: ${result.title}`]
  for (const { label, unit, summary } of result.measures) {
    lines.push(`  ${label}: ${value(summary.median, unit)} (${spread(summary)})`)
  }
  for (const claim of result.claims) {
    const bar = claim.budget === null ? '' : `  [${budget(claim)}: ${holds(claim) ? 'kept' : 'MISSED'}]`
    lines.push(`  → ${claim.label}: ${value(claim.summary.median, claim.unit)} (${spread(claim.summary)})${bar}`)
  }
  for (const remark of result.remarks) lines.push(`  note: ${remark}`)
  return lines.join('\n')
}

import type { Samples, Summary } from './timing.ts'
import { summarize } from './timing.ts'

/** What a run was asked for. */
export interface BenchOptions {
  /** Smaller counts and fewer rounds: proves that everything runs, says little about speed. */
  readonly quick: boolean
  /** The bundled bench of a checkout before a change, for the rows that measure it by turns with this one. */
  readonly before: string | null
}

/** A measured quantity with all of its samples. */
export interface Measure {
  readonly label: string
  readonly unit: string
  readonly summary: Summary
  readonly samples: Samples
}

/** A ratio or size that the design promises to stay within. */
export interface Claim {
  readonly label: string
  readonly unit: string
  readonly summary: Summary
  /** Null when the number is told for orientation only. */
  readonly budget: { readonly kind: 'atMost' | 'atLeast'; readonly value: number } | null
}

export interface RowResult {
  readonly name: string
  readonly title: string
  /** What was measured, on which data, against what: one paragraph. */
  readonly setting: string
  readonly measures: readonly Measure[]
  readonly claims: readonly Claim[]
  /** What was left out and why, and what the numbers cannot say. */
  readonly remarks: readonly string[]
}

/** A row of the bench. */
export interface BenchRow {
  readonly name: string
  readonly title: string
  run(options: BenchOptions): Promise<RowResult> | RowResult
}

export function measure(label: string, unit: string, samples: Samples): Measure {
  return { label, unit, summary: summarize(samples), samples }
}

export function atMost(label: string, unit: string, samples: Samples, value: number): Claim {
  return { label, unit, summary: summarize(samples), budget: { kind: 'atMost', value } }
}

export function atLeast(label: string, unit: string, samples: Samples, value: number): Claim {
  return { label, unit, summary: summarize(samples), budget: { kind: 'atLeast', value } }
}

/** A claim without a budget. */
export function told(label: string, unit: string, samples: Samples): Claim {
  return { label, unit, summary: summarize(samples), budget: null }
}

export function holds({ summary, budget }: Claim): boolean | null {
  if (budget === null) return null
  return budget.kind === 'atMost' ? summary.median <= budget.value : summary.median >= budget.value
}

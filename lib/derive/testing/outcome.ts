/** What a metric reads in the model. */
export type Outcome =
  | { readonly kind: 'known'; readonly value: number }
  | { readonly kind: 'unknown' }
  | { readonly kind: 'reset' }

export const UNKNOWN: Outcome = { kind: 'unknown' }
export const RESET: Outcome = { kind: 'reset' }

export function known(value: number): Outcome {
  return { kind: 'known', value }
}

/** `factor * over / under`; unknown without a dividend or with nothing to divide by. */
export function quotient(over: bigint | null, under: number, factor: number): Outcome {
  return over === null || under === 0 ? UNKNOWN : known((Number(over) / under) * factor)
}

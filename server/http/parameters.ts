import { type HttpProblem, problem, quoted } from './problem.ts'

/** Query parameters of one request, each known to the route and given at most once. */
export type Parameters = ReadonlyMap<string, string>

export type Read<Value> =
  | { readonly ok: true; readonly value: Value }
  | { readonly ok: false; readonly problem: HttpProblem }

/** Refusal of one parameter: says which, what it was, and what is allowed. */
export function badParameter(
  name: string,
  value: string,
  why: string,
  allowed: string | readonly string[],
): { readonly ok: false; readonly problem: HttpProblem } {
  const detail = { parameter: name, value: value.slice(0, 200), allowed }
  return { ok: false, problem: problem(400, 'BAD_PARAMETER', `${name}=${quoted(value)}: ${why}`, detail) }
}

/** Reads a query string against the names that a route knows. */
export function readParameters(search: string, known: readonly string[]): Read<Parameters> {
  const parameters = new Map<string, string>()
  for (const [name, value] of new URLSearchParams(search)) {
    if (!known.includes(name)) {
      const allowed = known.length === 0 ? 'no parameters' : known.join(', ')
      const message = `There is no parameter ${quoted(name)} here; this address takes ${allowed}.`
      const detail = { parameter: name.slice(0, 200), allowed: known }
      return { ok: false, problem: problem(400, 'UNKNOWN_PARAMETER', message, detail) }
    }
    if (parameters.has(name)) return badParameter(name, value, 'it is given twice.', 'one value')
    parameters.set(name, value)
  }
  return { ok: true, value: parameters }
}

/** A whole number within bounds, or `fallback` when the parameter is not given. */
export function readWhole(
  parameters: Parameters,
  name: string,
  bounds: { readonly min: number; readonly max: number; readonly fallback: number },
): Read<number> {
  const text = parameters.get(name)
  if (text === undefined) return { ok: true, value: bounds.fallback }
  const value = /^\d{1,9}$/.test(text) ? Number(text) : Number.NaN
  if (value >= bounds.min && value <= bounds.max) return { ok: true, value }
  const allowed = `a whole number from ${bounds.min} to ${bounds.max}`
  return badParameter(name, text, `it must be ${allowed}.`, allowed)
}

/** One word of a list, or `fallback` when the parameter is not given. */
export function readWord<const Word extends string>(
  parameters: Parameters,
  name: string,
  words: readonly Word[],
  fallback: Word,
): Read<Word> {
  const text = parameters.get(name)
  if (text === undefined) return { ok: true, value: fallback }
  const found = words.find((word) => word === text)
  if (found !== undefined) return { ok: true, value: found }
  return badParameter(name, text, `it must be ${words.join(' or ')}.`, words)
}

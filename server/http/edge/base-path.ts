import { type HttpProblem, problem } from '../problem.ts'

/** What stands in the built pages where the base path belongs; `next.config.js` has the same text. */
export const BUILT_BASE = '/__domscope_base__'

/** Asked by those who watch the process itself, not by browsers: also where a proxy's path does not lead. */
const EVERYWHERE: ReadonlySet<string> = new Set(['/healthz', '/readyz'])

/**
 * The part of a request's target that follows the base path, with a slash at its start; null for what is not below it.
 *
 * @param base - `/vms`, or empty at the root.
 */
export function belowBase(url: string, base: string): string | null {
  if (base === '' || EVERYWHERE.has(url)) return url
  if (!url.startsWith(base)) return null
  const rest = url.slice(base.length)
  if (rest === '' || rest.startsWith('?')) return `/${rest}`
  return rest.startsWith('/') && !rest.startsWith('//') ? rest : null
}

/** Tells somebody who asked beside the base path where Domscope is. */
export function outsideBase(base: string): HttpProblem {
  return problem(404, 'OUTSIDE_BASE_PATH', `Domscope is below ${base}/ here.`, { basePath: base })
}

/** A built file with the base path written in. */
export function withBase(text: string, base: string): string {
  return text.replaceAll(BUILT_BASE, base)
}

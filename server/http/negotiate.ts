/** Content codings that assets are kept in, best first. */
export const CODINGS = ['br', 'gzip'] as const
export type Coding = (typeof CODINGS)[number]

/** The best coding that `Accept-Encoding` allows; null means plain. A weight of 0 forbids. */
export function chooseCoding(acceptEncoding: string | undefined): Coding | null {
  if (acceptEncoding === undefined) return null
  const weights = new Map<string, number>()
  for (const item of acceptEncoding.toLowerCase().split(',')) {
    const [name, ...parameters] = item.split(';').map((part) => part.trim())
    if (name !== undefined && name !== '') weights.set(name, weightOf(parameters))
  }
  const fallback = weights.get('*') ?? 0
  return CODINGS.find((coding) => (weights.get(coding) ?? fallback) > 0) ?? null
}

function weightOf(parameters: readonly string[]): number {
  const q = parameters.find((parameter) => parameter.startsWith('q='))
  if (q === undefined) return 1
  const weight = Number(q.slice(2))
  return Number.isFinite(weight) ? weight : 0
}

/** Whether `If-None-Match` names this entity tag. Weak and strong compare alike, as for a cached read. */
export function matchesTag(ifNoneMatch: string | undefined, tag: string): boolean {
  if (ifNoneMatch === undefined) return false
  if (ifNoneMatch.trim() === '*') return true
  return ifNoneMatch.split(',').some((item) => item.trim().replace(/^W\//, '') === tag)
}

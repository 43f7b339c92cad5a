/** When Node's release lines stop getting security fixes; odd lines live half a year. */
const END_OF_LIFE: Readonly<Record<number, string>> = {
  18: '2025-04-30',
  20: '2026-04-30',
  21: '2024-06-01',
  22: '2027-04-30',
  23: '2025-06-01',
  24: '2028-04-30',
  25: '2026-06-01',
}

const OLDEST_LISTED = 18

/**
 * What to say about this Node at the start, or null.
 *
 * @param version - As `process.version` has it.
 * @param wallMs - Today, ms since 1970.
 */
export function nodeWarning(version: string, wallMs: number): string | null {
  const major = Number(/^v(\d+)\./.exec(version)?.[1])
  const end = END_OF_LIFE[major] ?? (major < OLDEST_LISTED ? END_OF_LIFE[OLDEST_LISTED]! : null)
  if (end === null || wallMs < Date.parse(end)) return null
  return `Node ${version} gets no security fixes since ${end}; run Domscope with a newer release.`
}

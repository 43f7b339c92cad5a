import { partialWords } from '../metrics/partial-cause.ts'
import { STAT_GROUP_NAMES } from '../metrics/types.ts'
import type { Age } from '../query/freshness.ts'
import { ageText } from './age-text.ts'

/** What a row's last records left out, and why, for a tooltip. */
export function partialText(groups: number, cause: number): string {
  const names = STAT_GROUP_NAMES.filter((_, group) => (groups & (1 << group)) !== 0)
  const why = partialWords(cause)
  return `Partial, ${why}: fields of ${names.join(', ')} are missing. Their last values stay, with their age.`
}

/**
 * An age in full: `26 s old, kept every 20 s, overdue by 6.0 s`.
 *
 * @param intervalMs - The interval that is kept where the oldest sample comes from.
 */
export function lateText({ ageMs, overdueMs }: Pick<Age, 'ageMs' | 'overdueMs'>, intervalMs: number): string {
  if (Number.isNaN(ageMs)) return 'not read yet'
  const kept = intervalMs > 0 ? `, kept every ${ageText(intervalMs)}` : ''
  return `${ageText(ageMs)} old${kept}${overdueMs >= 100 ? `, overdue by ${ageText(overdueMs)}` : ''}`
}

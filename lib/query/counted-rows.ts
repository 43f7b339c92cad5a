import type { CodeTable } from '../columns/code-table.ts'
import { UNKNOWN_16 } from '../columns/encodings.ts'
import { uuidOfRow } from './row-uuid.ts'

/** Column of words: the host on which the domain of a row is counted, because two connections see it. */
export const COUNTED_ON = 'countedOn'

/**
 * Keeps each domain once among the first `count` of `rows`, in place and in their order, and returns how many are left.
 *
 * @remarks A row that is counted on another host stays where the row there is not among these: whoever filters by one of
 * two connections sees its figures. Costs a look at each row, and more only where a domain is seen twice.
 */
export function keepCounted(domains: CodeTable, rows: Uint32Array, count: number): number {
  const codes = domains.column(COUNTED_ON)?.codes
  if (codes === undefined) return count
  let first = 0
  while (first < count && codes[rows[first]!] === UNKNOWN_16) first++
  if (first === count) return count
  const known = new Set<string>()
  for (let i = 0; i < count; i++) if (codes[rows[i]!] === UNKNOWN_16) known.add(uuidOfRow(domains, rows[i]!))
  let kept = first
  for (let i = first; i < count; i++) {
    const row = rows[i]!
    if (codes[row] !== UNKNOWN_16) {
      const uuid = uuidOfRow(domains, row)
      if (known.has(uuid)) continue
      known.add(uuid)
    }
    rows[kept++] = row
  }
  return kept
}

/** Living rows that are counted in another row. */
export function countSeenTwice(domains: CodeTable): number {
  const codes = domains.column(COUNTED_ON)?.codes
  let twice = 0
  if (codes === undefined) return twice
  for (let row = 0; row < domains.rowLimit; row++) if (domains.isAlive(row) && codes[row] !== UNKNOWN_16) twice++
  return twice
}

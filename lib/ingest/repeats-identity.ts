import type { LaneRows } from './lane-rows.ts'
import type { Shape } from './shape.ts'

/**
 * Whether a record that has the row's shape tells the same numbers in its identity fields as the row's last one. Texts
 * were compared with the shape.
 *
 * @param bases - Where the segments of the record start in `words`.
 */
export function repeatsIdentity(
  shape: Shape,
  lane: LaneRows,
  row: number,
  words: Uint32Array,
  bases: Int32Array,
): boolean {
  const { identityNumbers, slabAt, valueWords } = shape
  const { fieldSegment, fieldAt } = shape.layout
  const pool = lane.pool.words
  const slab = lane.slabAt(row, shape)
  for (let i = 0; i < identityNumbers.length; i++) {
    const field = identityNumbers[i]!
    const at = bases[fieldSegment[field]!]! + fieldAt[field]!
    const kept = slab + slabAt[field]!
    if (words[at] !== pool[kept]) return false
    if (valueWords[field] === 2 && words[at + 1] !== pool[kept + 1]) return false
  }
  return true
}

import type { SortKey } from '../query/sort-spec.ts'
import { MAX_SORT_KEYS } from '../query/sort-spec.ts'

/**
 * The sort after a click on a column's header.
 *
 * @param first - The column with the direction it opens in.
 * @param add - Shift was held: the column becomes a further key, or turns round where it already is one. Without it,
 * the column becomes the only key, or turns round when it is the first one.
 */
export function columnSortKey(sort: readonly SortKey[], first: SortKey, add: boolean): readonly SortKey[] {
  const at = sort.findIndex((key) => key.column === first.column)
  const turned = (key: SortKey): SortKey => ({ column: key.column, descending: !key.descending })
  if (add) {
    if (at >= 0) return sort.map((key, index) => (index === at ? turned(key) : key))
    return [...sort.slice(0, MAX_SORT_KEYS - 1), first]
  }
  return at === 0 ? [turned(sort[0]!)] : [first]
}

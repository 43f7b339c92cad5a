/** Up to this many columns, all are painted: leaving some out would cost more than it saves. */
export const MAX_PAINTED_WHOLE = 25
const OVERSCAN_PX = 200

export interface ColumnWindow {
  /** First scrolling column to paint; frozen columns are always painted. */
  readonly first: number
  /** One more than the last column to paint. */
  readonly end: number
  /** Width of the columns left out between the frozen ones and `first`. */
  readonly leadPx: number
}

/** Left edges of columns, and the total width as the last entry. */
export function columnEdges(widths: readonly number[]): number[] {
  const edges = [0]
  for (const width of widths) edges.push(edges.at(-1)! + width)
  return edges
}

/**
 * Which columns to paint at a horizontal scroll position.
 *
 * @param frozen - How many columns at the left stay in place; they cover what scrolls under them.
 */
export function columnsAt(
  edges: readonly number[],
  frozen: number,
  scrollLeft: number,
  viewportPx: number,
): ColumnWindow {
  const count = edges.length - 1
  if (count <= MAX_PAINTED_WHOLE) return { first: frozen, end: count, leadPx: 0 }
  const from = scrollLeft + edges[frozen]! - OVERSCAN_PX
  const to = scrollLeft + viewportPx + OVERSCAN_PX
  let first = frozen
  while (first < count - 1 && edges[first + 1]! <= from) first++
  let end = first + 1
  while (end < count && edges[end]! < to) end++
  return { first, end, leadPx: edges[first]! - edges[frozen]! }
}

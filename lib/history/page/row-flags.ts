/** The row follows a gap: nothing is known of the time between it and the row before. */
export const GAP_FLAG = 1

/** A row's flags: whether it follows a gap, and the stat groups (bits) that have no sample in it and hold their values. */
export function rowFlags(gap: boolean, heldGroups: number): number {
  return (gap ? GAP_FLAG : 0) | (heldGroups << 1)
}

/** Stat groups (bits) of which a row holds the values of an earlier one. */
export function heldGroups(flags: number): number {
  return flags >>> 1
}

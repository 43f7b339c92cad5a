/** Furthest from its place that the picture goes, px. */
export const SHIFT_PX = 4
const MINUTE_MS = 60_000
/** Steps of a way to one side, to the other, and back. */
const ROUND = 4 * SHIFT_PX

export interface Shift {
  readonly x: number
  readonly y: number
}

/**
 * Where the picture stands, so that no pixel shows the same for months: it moves by one pixel to the side each minute, and
 * by one up or down each round, until it has stood everywhere in the square of ±4 px.
 */
export function shiftAt(elapsedMs: number): Shift {
  const minute = Math.floor(Math.max(0, elapsedMs) / MINUTE_MS)
  return { x: swing(minute), y: swing(Math.floor(minute / ROUND)) }
}

/** 0, 1, … 4, 3, … -4, … 0, one step at a time. */
function swing(step: number): number {
  const place = (step + SHIFT_PX) % ROUND
  return (place <= 2 * SHIFT_PX ? place : ROUND - place) - SHIFT_PX
}

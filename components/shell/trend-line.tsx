import { TREND_POINTS } from './trend-ring.ts'

const WIDTH = 60
const HEIGHT = 16
/** Parts of a pixel that points are rounded to: whole numbers are written and read fastest. */
const PARTS = 10
const MARGIN = 1.5

/**
 * A line of the last minute without axes: it tells calm from change, not amounts. Its height runs from 0 to the greatest
 * value shown.
 *
 * @remarks Polylines, not a path: `d` is a property of style too, and each change of it would cost a round of style.
 */
export function TrendLine({ values }: { values: readonly number[] }) {
  return (
    <svg
      className="trend"
      width={WIDTH}
      height={HEIGHT}
      viewBox={`0 0 ${WIDTH * PARTS} ${HEIGHT * PARTS}`}
      aria-hidden="true"
    >
      {trendRuns(values).map((points, run) => (
        // biome-ignore lint/suspicious/noArrayIndexKey: a run has no other name.
        <polyline key={run} points={points} />
      ))}
    </svg>
  )
}

/** The stretches of known values, in tenths of a pixel; the newest value is at the right edge. */
export function trendRuns(values: readonly number[]): string[] {
  let max = 0
  for (const value of values) if (value > max) max = value
  const runs: string[] = []
  let points = ''
  const end = (): void => {
    if (points !== '') runs.push(points)
    points = ''
  }
  for (const [index, value] of values.entries()) {
    if (Number.isNaN(value)) {
      end()
      continue
    }
    const x = ((index + TREND_POINTS - values.length) * (WIDTH - 1)) / (TREND_POINTS - 1)
    const y = HEIGHT - MARGIN - (max === 0 ? 0 : value / max) * (HEIGHT - 2 * MARGIN)
    points += `${Math.round(x * PARTS)},${Math.round(y * PARTS)} `
  }
  end()
  return runs
}

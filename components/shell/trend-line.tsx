import { TREND_POINTS } from './trend-ring.ts'

const WIDTH = 60
const HEIGHT = 16
const MARGIN = 1.5

/**
 * A line of the last minute without axes: it tells calm from change, not amounts. Its height runs from 0 to the greatest
 * value shown.
 */
export function TrendLine({ values }: { values: readonly number[] }) {
  return (
    <svg className="trend" width={WIDTH} height={HEIGHT} viewBox={`0 0 ${WIDTH} ${HEIGHT}`} aria-hidden="true">
      <path d={trendPath(values)} />
    </svg>
  )
}

export function trendPath(values: readonly number[]): string {
  const max = Math.max(0, ...values.filter((value) => !Number.isNaN(value)))
  let path = ''
  let drawing = false
  values.forEach((value, index) => {
    if (Number.isNaN(value)) {
      drawing = false
      return
    }
    const x = ((index + TREND_POINTS - values.length) * (WIDTH - 1)) / (TREND_POINTS - 1)
    const y = HEIGHT - MARGIN - (max === 0 ? 0 : value / max) * (HEIGHT - 2 * MARGIN)
    path += `${drawing ? 'L' : 'M'}${x.toFixed(1)} ${y.toFixed(1)}`
    drawing = true
  })
  return path
}

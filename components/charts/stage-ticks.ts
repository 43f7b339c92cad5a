import type { TimeTick } from '../../lib/view/time-ticks.ts'
import { relativeTicks, wallTicks } from '../../lib/view/time-ticks.ts'
import type { ChartStage, TimeStretch } from './chart-stage.ts'

/** Ticks of the common time axis: relative while it ends now, of the clock while it shows a closed stretch. */
export function axisTicks(
  stage: ChartStage,
  spanMs: number,
  zoom: TimeStretch | null,
  pixels: number,
): readonly TimeTick[] {
  if (zoom === null) return relativeTicks(spanMs, pixels)
  const wall = zoom.from + stage.wallOffsetMs
  const zoneMs = -new Date(wall).getTimezoneOffset() * 60_000
  return wallTicks(wall, zoom.to + stage.wallOffsetMs, zoneMs, pixels)
}

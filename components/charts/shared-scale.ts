import { HeldScale } from '../../lib/view/held-scale.ts'
import type { ChartSeries } from './chart-model.ts'
import type { TimeStretch } from './chart-stage.ts'
import type { Extent } from './series-extent.ts'
import { extentOf } from './series-extent.ts'

/** One value axis for several charts: it shows what any of them has, also those that cannot be seen at the moment. */
export class SharedScale extends HeldScale {
  private members: readonly ChartSeries[] = []
  private measured: { readonly time: TimeStretch; readonly now: number; readonly extent: Extent } | null = null

  /** The series of all charts on this axis. */
  setMembers(series: readonly ChartSeries[]): void {
    this.members = series
    this.measured = null
  }

  /** What the axis has to show. Charts that are drawn together give the same arguments: then it is measured once. */
  extent(time: TimeStretch, now: number): Extent {
    if (this.measured?.time !== time || this.measured.now !== now) {
      this.measured = { time, now, extent: extentOf(this.members, time) }
    }
    return this.measured.extent
  }
}

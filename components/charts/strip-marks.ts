import type { DetailMark } from '../live/live-detail.ts'
import type { TimeStretch } from './chart-stage.ts'
import type { StripModel } from './strip-model.ts'

/** Height of a mark of one vCPU where its row is thinner than this. */
const LEAST_PX = 5

/** Lines of one strip, as the `d` of a path each. `edge` is all of them: a dark edge that shows on every colour. */
export type MarkLines = Readonly<Record<DetailMark['kind'] | 'edge', string>>

/**
 * Where the marks of a stretch of time are drawn on a strip: those of the domain from top to bottom, those of a vCPU in
 * its row; those of disks and NICs are not.
 *
 * @param width - Of the plot, in pixels.
 */
export function markLines(
  marks: readonly DetailMark[],
  { rows, rowPx }: Pick<StripModel, 'rows' | 'rowPx'>,
  { from, to }: TimeStretch,
  width: number,
): MarkLines {
  const lines = { event: '', reset: '', handover: '', edge: '' }
  for (const { at, kind, of } of marks) {
    if (at < from || at > to || (of !== undefined && of.entity !== 'vcpu')) continue
    const row = of === undefined ? -1 : rows.findIndex(({ identity }) => identity === of.identity)
    if (of !== undefined && row === -1) continue
    const height = of === undefined ? rows.length * rowPx : Math.max(rowPx, LEAST_PX)
    const top = of === undefined ? 0 : Math.max(0, row * rowPx - (height - rowPx) / 2)
    const line = `M${Math.round(((at - from) / (to - from)) * width) + 0.5} ${top}v${height}`
    lines[kind] += line
    lines.edge += line
  }
  return lines
}

import { formatValue } from '../../../lib/metrics/format.ts'
import type { DiskFill } from '../domain-answer.ts'

/** How full each disk is on the host, by name: `fill 12.3 GiB of 40.0 GiB (31 %)`. */
export function diskFillTexts(fills: readonly DiskFill[]): ReadonlyMap<string, string> {
  return new Map(fills.map((fill) => [fill.disk, fillText(fill)]))
}

function fillText({ usedBytes, capacityBytes, note }: DiskFill): string {
  const capacity = formatValue('B', capacityBytes)
  if (usedBytes === null) return `${capacity}, fill not known${note === null ? '' : ` (${note})`}`
  const share = formatValue('%', (100 * usedBytes) / capacityBytes)
  return `fill ${formatValue('B', usedBytes)} of ${capacity} (${share}${note === null ? '' : `, ${note}`})`
}

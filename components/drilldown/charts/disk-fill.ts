import { formatValue } from '../../../lib/metrics/format.ts'
import type { RawParameter } from '../domain-answer.ts'

const DISK_NAME = /^block\.(\d+)\.name$/
/** Sizes that differ by less than this share are one and the same for a person. */
const SAME_SHARE = 0.01

/**
 * How full each disk is on the host, by name: `fill 12.3 GiB of 40.0 GiB (31 %)`. The size of its file or device is said
 * where it is neither of the two. Disks whose sizes libvirt does not tell are missing.
 */
export function diskFills(raw: readonly RawParameter[]): ReadonlyMap<string, string> {
  const values = new Map(raw.map(({ name, value }) => [name, value]))
  const fills = new Map<string, string>()
  for (const { name, value } of raw) {
    const index = DISK_NAME.exec(name)?.[1]
    if (index === undefined) continue
    const size = (leaf: string): number => Number(values.get(`block.${index}.${leaf}`) ?? Number.NaN)
    const text = fillText(size('allocation'), size('capacity'), size('physical'))
    // The first of the name is the disk itself; layers of its backing chain follow under the same one.
    if (text !== null && !fills.has(value)) fills.set(value, text)
  }
  return fills
}

function fillText(allocation: number, capacity: number, physical: number): string | null {
  if (!(allocation >= 0 && capacity > 0)) return null
  const share = formatValue('%', (100 * allocation) / capacity)
  const fill = `fill ${formatValue('B', allocation)} of ${formatValue('B', capacity)} (${share})`
  const differs = (other: number): boolean => Math.abs(physical - other) > SAME_SHARE * capacity
  return physical > 0 && differs(allocation) && differs(capacity) ? `${fill} in ${formatValue('B', physical)}` : fill
}

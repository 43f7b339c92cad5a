import { RESET_VALUE } from '../../../lib/columns/derived-column.ts'
import { rawShape } from '../../../lib/metrics/raw-metric.ts'
import type { SampleReader } from '../../fleet/sample-reader.ts'

const TWO_POW_32 = 4_294_967_296
const words = new Uint32Array(2)
const double = new DataView(new ArrayBuffer(8))

/** Typed parameters of one vCPU that are no columns, with the sample before: counters become rates. */
export class RawRates {
  private readonly before = new Map<string, { readonly high: number; readonly low: number; readonly at: number }>()

  /**
   * The value of a field path (`vcpu.*.halt_exits.sum`) at the newest sample: per second, % of the time, or as it is.
   *
   * @param at - Time of the sample, and `spanMs` what passed since the one before, NaN when no rate may be taken over it.
   */
  read(samples: SampleReader, row: number, vcpu: string, path: string, at: number, spanMs: number): number {
    const kind = samples.rawWords(row, path.replace('*', vcpu), words)
    if (kind === 'none') {
      this.before.delete(path)
      return Number.NaN
    }
    const [high, low] = [words[0]!, words[1]!]
    const shape = rawShape(path)
    if (shape === 'gauge' || kind === 'double') return asNumber(kind, high, low)
    const before = this.before.get(path)
    this.before.set(path, { high, low, at })
    // The span is that of the two newest samples: what was read at an older one does not fit it.
    if (before === undefined || !(Math.abs(at - before.at - spanMs) < 1)) return Number.NaN
    const delta = (high - before.high) * TWO_POW_32 + low - before.low
    if (delta < 0) return RESET_VALUE
    return shape === 'time' ? delta / (spanMs * 1e4) : (delta * 1000) / spanMs
  }
}

function asNumber(kind: 'signed' | 'unsigned' | 'double', high: number, low: number): number {
  if (kind !== 'double') return (kind === 'signed' ? high | 0 : high) * TWO_POW_32 + low
  double.setUint32(0, high)
  double.setUint32(4, low)
  return double.getFloat64(0)
}

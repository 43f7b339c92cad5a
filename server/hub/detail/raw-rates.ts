import { RESET_VALUE } from '../../../lib/columns/derived-column.ts'
import { rawShape } from '../../../lib/metrics/raw-metric.ts'
import type { SampleReader } from '../../fleet/sample-reader.ts'

const TWO_POW_32 = 4_294_967_296
const words = new Uint32Array(2)
const double = new DataView(new ArrayBuffer(8))

interface RawSample {
  readonly high: number
  readonly low: number
  readonly at: number
}

/** Typed parameters of one vCPU that are no columns, with the samples before: counters become rates. */
export class RawRates {
  /** By field path: the newest two. An interval may begin with the older one, when a better end took the newer one's place. */
  private readonly before = new Map<string, readonly RawSample[]>()

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
    const known = this.before.get(path) ?? []
    // The span is that of the interval that ends now: what was read at another time than its beginning does not fit it.
    const begin = known.find((sample) => Math.abs(at - sample.at - spanMs) < 1)
    const kept = begin ?? known[0]
    this.before.set(path, kept === undefined ? [{ high, low, at }] : [{ high, low, at }, kept])
    if (begin === undefined) return Number.NaN
    const delta = (high - begin.high) * TWO_POW_32 + low - begin.low
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

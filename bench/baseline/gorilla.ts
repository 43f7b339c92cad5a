const float = new Float64Array(1)
const words = new Uint32Array(float.buffer)

/**
 * Bits that one series takes in the way of Gorilla (Pelkonen et al., VLDB 2015, section 4.1): doubles combined with the one
 * before, times as differences of differences. Counts them and writes nothing.
 *
 * @remarks Resolution of times is 1 ms here and was 1 s there, with the same classes of length: theirs took one bit for
 * nearly all, so times of a group of series are counted once here, not with each series.
 */
export class GorillaSeries {
  bits = 0
  private high = 0
  private low = 0
  private leading = 64
  private trailing = 0
  private first = true

  add(value: number): void {
    float[0] = value
    const [low, high] = [words[0]!, words[1]!]
    const [differenceHigh, differenceLow] = [high ^ this.high, low ^ this.low]
    this.high = high
    this.low = low
    if (this.first) {
      this.first = false
      this.bits += 64
    } else if (differenceHigh === 0 && differenceLow === 0) this.bits += 1
    else this.addDifference(differenceHigh, differenceLow)
  }

  private addDifference(high: number, low: number): void {
    const leading = Math.min(high === 0 ? 32 + Math.clz32(low) : Math.clz32(high), MOST_LEADING)
    const trailing = low === 0 ? 32 + trailingZeros(high) : trailingZeros(low)
    if (leading >= this.leading && trailing >= this.trailing) {
      this.bits += 2 + 64 - this.leading - this.trailing
      return
    }
    this.leading = leading
    this.trailing = trailing
    this.bits += 2 + LEADING_BITS + LENGTH_BITS + 64 - leading - trailing
  }
}

const LEADING_BITS = 5
const LENGTH_BITS = 6
const MOST_LEADING = 31

function trailingZeros(word: number): number {
  return word === 0 ? 32 : 31 - Math.clz32(word & -word)
}

/** Bits of the times of a group of series. */
export class GorillaTimes {
  bits = 0
  private last = Number.NaN
  private step = 0

  add(time: number): void {
    const step = Math.round(time) - this.last
    if (Number.isNaN(step)) this.bits += 64
    else this.bits += bitsOfStep(Math.abs(step - this.step))
    this.step = Number.isNaN(step) ? 0 : step
    this.last = Math.round(time)
  }
}

function bitsOfStep(change: number): number {
  if (change === 0) return 1
  if (change <= 63) return 9
  if (change <= 255) return 12
  return change <= 2047 ? 16 : 36
}

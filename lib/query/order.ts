const BITS = 11
const BUCKETS = 1 << BITS
const MASK = BUCKETS - 1
const TOP_SHIFT = 2 * BITS
const UNKNOWN_KEY = 0xffffffff
const SIGN = 0x80000000

/** One sort key: fills `out[i]` with the value of `rows[i]`; NaN is unknown and sorts last in both directions. */
export interface OrderKey {
  readonly descending: boolean
  readonly gather: (rows: Uint32Array, count: number, out: Float32Array) => void
}

export interface Order {
  /**
   * Sorts the first `count` rows in place by the keys, the first one being the major one.
   *
   * @remarks Stable: rows that are equal in every key keep the order in which they came, in both directions. Keys are
   * float32, which is finer than any 16-bit cell code; ranks and `u32` values are exact up to 2^24.
   */
  sort(rows: Uint32Array, count: number, keys: readonly OrderKey[]): void
}

/** A radix sorter with its own scratch memory, which grows to the largest count it has seen. */
export function createOrder(): Order {
  let floats = new Float32Array(0)
  let keys = new Uint32Array(0)
  let spareKeys = new Uint32Array(0)
  let spareRows = new Uint32Array(0)
  const histogram = new Uint32Array(3 * BUCKETS)

  function reserve(count: number): void {
    if (count <= floats.length) return
    const capacity = Math.max(count, floats.length * 2, 256)
    floats = new Float32Array(capacity)
    keys = new Uint32Array(floats.buffer)
    spareKeys = new Uint32Array(capacity)
    spareRows = new Uint32Array(capacity)
  }

  function sortByKey(rows: Uint32Array, count: number, key: OrderKey): void {
    key.gather(rows, count, floats)
    makeSortable(floats, keys, count, key.descending)
    countDigits(keys, count, histogram)
    // Passes whose digit is the same everywhere move nothing and are left out, so buffers may end up swapped.
    let fromKeys = keys
    let fromRows = rows
    let toKeys = spareKeys
    let toRows = spareRows
    for (let pass = 0; pass < 3; pass++) {
      const shift = pass * BITS
      const starts = histogram.subarray(pass * BUCKETS, (pass + 1) * BUCKETS)
      if (starts[(fromKeys[0]! >>> shift) & MASK] === count) continue
      toStarts(starts)
      scatter(fromKeys, fromRows, toKeys, toRows, count, shift, starts)
      ;[fromKeys, toKeys] = [toKeys, fromKeys as Uint32Array<ArrayBuffer>]
      ;[fromRows, toRows] = [toRows, fromRows as Uint32Array<ArrayBuffer>]
    }
    if (fromRows !== rows) rows.set(fromRows.subarray(0, count))
  }

  return {
    sort(rows, count, orderKeys) {
      reserve(count)
      if (count < 2) return
      for (let i = orderKeys.length - 1; i >= 0; i--) sortByKey(rows, count, orderKeys[i]!)
    },
  }
}

/** Turns float bits, in place, into words that compare as unsigned integers in the wanted direction. */
function makeSortable(floats: Float32Array, bits: Uint32Array, count: number, descending: boolean): void {
  const invert = descending ? 0xffffffff : 0
  for (let i = 0; i < count; i++) {
    const value = floats[i]!
    if (Number.isNaN(value)) {
      bits[i] = UNKNOWN_KEY
      continue
    }
    if (value === 0) floats[i] = 0
    const word = bits[i]!
    bits[i] = word ^ ((word >> 31) | SIGN) ^ invert
  }
}

function countDigits(keys: Uint32Array, count: number, histogram: Uint32Array): void {
  histogram.fill(0)
  for (let i = 0; i < count; i++) {
    const key = keys[i]!
    histogram[key & MASK]!++
    histogram[BUCKETS + ((key >>> BITS) & MASK)]!++
    histogram[2 * BUCKETS + (key >>> TOP_SHIFT)]!++
  }
}

function toStarts(counts: Uint32Array): void {
  let start = 0
  for (let i = 0; i < BUCKETS; i++) {
    const count = counts[i]!
    counts[i] = start
    start += count
  }
}

function scatter(
  fromKeys: Uint32Array,
  fromRows: Uint32Array,
  toKeys: Uint32Array,
  toRows: Uint32Array,
  count: number,
  shift: number,
  starts: Uint32Array,
): void {
  for (let i = 0; i < count; i++) {
    const key = fromKeys[i]!
    const to = starts[(key >>> shift) & MASK]!++
    toKeys[to] = key
    toRows[to] = fromRows[i]!
  }
}

/** Mixes two 32-bit integers into one; equal inputs give equal outputs on every machine. */
export function mix(a: number, b: number): number {
  let h = Math.imul(a ^ (a >>> 16), 0x7feb352d) ^ Math.imul(b + 0x9e3779b9, 0x85ebca6b)
  h = Math.imul(h ^ (h >>> 15), 0x846ca68b)
  return (h ^ (h >>> 16)) >>> 0
}

/** A hash as a number in [0, 1). */
export function unit(hash: number): number {
  return hash / 4294967296
}

/** A stream of reproducible pseudo-random numbers. Not for secrets. */
export class Seeded {
  #seed: number
  #step = 0

  constructor(seed: number) {
    this.#seed = seed >>> 0
  }

  /** 32 bits. */
  bits(): number {
    return mix(this.#seed, this.#step++)
  }

  /** In [0, 1). */
  next(): number {
    return unit(this.bits())
  }

  /** In [low, high). */
  range(low: number, high: number): number {
    return low + (high - low) * this.next()
  }

  /** An integer in [low, high], both included. */
  int(low: number, high: number): number {
    return low + Math.floor(this.next() * (high - low + 1))
  }

  chance(probability: number): boolean {
    return this.next() < probability
  }

  pick<T>(items: readonly T[]): T {
    const item = items[Math.floor(this.next() * items.length)]
    if (item === undefined) throw new RangeError('nothing to pick from')
    return item
  }

  /** One of `items`, each with its own weight. */
  weighted<T extends { readonly weight: number }>(items: readonly T[]): T {
    let left = this.next() * items.reduce((sum, item) => sum + item.weight, 0)
    for (const item of items) {
      left -= item.weight
      if (left < 0) return item
    }
    return this.pick(items)
  }
}

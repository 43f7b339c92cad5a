/** Hosts that may be connecting at once. */
export const MAX_CONNECTS = 8

/** Lets a limited number in at once; the others wait in line. */
export class ConnectGate {
  readonly #limit: number
  readonly #waiting: (() => void)[] = []
  #inside = 0

  constructor(limit = MAX_CONNECTS) {
    this.#limit = limit
  }

  /** Resolves when there is room, with the function that makes room again. */
  async enter(): Promise<() => void> {
    if (this.#inside < this.#limit) this.#inside++
    else await new Promise<void>((resolve) => this.#waiting.push(resolve))
    let left = false
    return () => {
      if (left) return
      left = true
      this.#leave()
    }
  }

  /** The place passes on to the next in line, without becoming free in between. */
  #leave(): void {
    const next = this.#waiting.shift()
    if (next === undefined) this.#inside--
    else next()
  }
}

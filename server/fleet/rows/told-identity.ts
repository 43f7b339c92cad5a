/** A row whose statistics name other things now one, now the other, has its XML read again this often at most. ms. */
const LEAST_GAP_MS = 5_000
/** Rows looked at in one call: when a large host connects, all of its rows are new. */
const MOST_LOOKS = 500
const NOTHING: readonly string[] = []

/**
 * Finds out from statistics that a domain has other disks, images, NICs or limits than before, whether an event told of
 * it or not.
 *
 * @remarks Looks only at rows that had a record which was no repetition of the last one, and at each only once.
 */
export class ToldIdentity {
  readonly #identityOf: (row: number) => readonly string[]
  /** Rows to look at, and when their record came. */
  readonly #suspects = new Map<number, number>()
  /** By row: what its statistics named last, by lane; empty before the first record of the process. */
  readonly #told: (readonly string[])[] = []
  /** By row that ever did: when it named other things last. */
  readonly #changedAt = new Map<number, number>()

  /** @param identityOf - What a row's last records name, a text for each lane; empty when one names nothing. */
  constructor(identityOf: (row: number) => readonly string[]) {
    this.#identityOf = identityOf
  }

  /** A row begins, or it has another process, or none any more: what comes next is no contradiction. */
  begin(row: number): void {
    this.#told[row] = NOTHING
    this.#suspects.delete(row)
    this.#changedAt.delete(row)
  }

  /** A record of the row was not a repetition of its last one. */
  unrepeated(row: number, now: number): void {
    this.#suspects.set(row, now)
  }

  /** Rows whose statistics began to name other things since the last call, each with the time of the record. */
  changed(now: number): [row: number, at: number][] {
    const changed: [number, number][] = []
    let looks = 0
    for (const [row, at] of this.#suspects) {
      if (looks === MOST_LOOKS) break
      if (now - (this.#changedAt.get(row) ?? Number.NEGATIVE_INFINITY) < LEAST_GAP_MS) continue
      looks++
      this.#suspects.delete(row)
      const before = this.#told[row] ?? NOTHING
      const named = this.#identityOf(row)
      // The first record of a lane tells nothing that could be another thing than before.
      this.#told[row] = named.map((text, lane) => text || (before[lane] ?? ''))
      if (!before.some((text, lane) => text !== '' && text !== this.#told[row]![lane])) continue
      this.#changedAt.set(row, now)
      changed.push([row, at])
    }
    return changed
  }
}

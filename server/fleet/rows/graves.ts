/** As many as can matter: a call has to be under way while its domain ends. */
const MOST_GRAVES = 10_000

/**
 * Domains that ended, so that the reply to a call that was under way then does not bring them back.
 *
 * @remarks Only the newest are remembered; what a reply brings back all the same goes with the next roster.
 */
export class Graves {
  /** By host and UUID: when its row was buried, monotonic ms. The oldest first. */
  private readonly at = new Map<string, number>()

  /** @param uuid - Four words, as on the wire. */
  dig(host: number, uuid: ArrayLike<number>, now: number): void {
    const key = keyOf(host, uuid)
    this.at.delete(key)
    this.at.set(key, now)
    if (this.at.size > MOST_GRAVES) this.at.delete(this.at.keys().next().value!)
  }

  /** When a domain was buried last; -Infinity when it never was, as far as is remembered. */
  since(host: number, uuid: ArrayLike<number>): number {
    return this.at.get(keyOf(host, uuid)) ?? Number.NEGATIVE_INFINITY
  }
}

function keyOf(host: number, uuid: ArrayLike<number>): string {
  return `${host} ${uuid[0]} ${uuid[1]} ${uuid[2]} ${uuid[3]}`
}

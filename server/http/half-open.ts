import type { Clock } from '../clock.ts'

/** A burst of honest clients is one poll away from sending its first bytes: only silence beyond this counts. */
const GRACE_MS = 500

export interface HalfOpenBudget<Connection> {
  /** A connection was accepted. Returns the silent ones that must go to make room. */
  opened(connection: Connection): Connection[]
  /** It sent a whole request head, or is gone. */
  settled(connection: Connection): void
  readonly size: number
}

/**
 * Bounds the connections that were opened and say nothing (S-8).
 *
 * @remarks As sshd's MaxStartups: up to `budget` are fine; beyond, each newcomer displaces the oldest silent one with
 * rising probability, and from twice the budget on always. The silent one goes, not the newcomer, so that somebody
 * who holds connections open cannot keep others out; browsers that opened a spare connection do not notice.
 * @param random - In [0, 1).
 */
export function createHalfOpenBudget<Connection>(
  budget: number,
  clock: Clock,
  random: () => number,
): HalfOpenBudget<Connection> {
  // A Map keeps the order of insertion: the first is the oldest.
  const since = new Map<Connection, number>()

  function silentCount(now: number): number {
    let count = 0
    for (const openedAt of since.values()) {
      if (now - openedAt < GRACE_MS) break
      count++
    }
    return count
  }

  return {
    get size() {
      return since.size
    },
    opened(connection) {
      const now = clock.now()
      const evicted: Connection[] = []
      let silent = silentCount(now)
      while (silent > budget && random() < (silent - budget) / budget) {
        const [oldest] = since.keys()
        since.delete(oldest!)
        evicted.push(oldest!)
        silent--
      }
      since.set(connection, now)
      return evicted
    },
    settled(connection) {
      since.delete(connection)
    },
  }
}

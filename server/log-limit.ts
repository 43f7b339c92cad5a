import type { Clock } from './clock.ts'
import type { LogFields } from './log.ts'

/** What comes again within this time is counted instead of written. */
const QUIET_MS = 60_000

interface Held {
  readonly since: number
  count: number
  last: LogFields
}

/**
 * Writes the first event of a kind at once, then at most one line a minute that tells how many there were: somebody who
 * fails a thousand times a second must not fill the disk, and nothing fails in silence.
 *
 * @remarks Kinds come from a small fixed set, such as error codes: each is kept for up to two minutes.
 */
export class LogLimit {
  private readonly clock: Clock
  private readonly write: (fields: LogFields) => void
  private readonly kinds = new Map<string, Held>()

  /** @param write - Gets the fields of the event with `count`, the events of its kind that the line stands for. */
  constructor(clock: Clock, write: (fields: LogFields) => void) {
    this.clock = clock
    this.write = write
  }

  add(kind: string, fields: LogFields): void {
    const held = this.kinds.get(kind)
    if (held === undefined) {
      this.kinds.set(kind, { since: this.clock.now(), count: 0, last: fields })
      this.write({ ...fields, count: 1 })
      return
    }
    held.count++
    held.last = fields
  }

  /** Writes what was only counted and is due; to be called every now and then. */
  sweep(): void {
    const now = this.clock.now()
    for (const [kind, { since, count, last }] of this.kinds) {
      if (now - since < QUIET_MS) continue
      if (count === 0) this.kinds.delete(kind)
      else {
        this.kinds.set(kind, { since: now, count: 0, last })
        this.write({ ...last, count })
      }
    }
  }

  /** Writes at once what was only counted. */
  flush(): void {
    for (const { count, last } of this.kinds.values()) if (count > 0) this.write({ ...last, count })
    this.kinds.clear()
  }
}

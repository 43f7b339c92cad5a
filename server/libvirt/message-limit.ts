import { floodError } from './rpc-errors.ts'

/** Messages in a second that belong to no registered event before the connection is closed. */
const MAX_UNASKED_PER_SECOND = 1_000
/** The same for events we asked for: far above what 16,384 domains do, below what harms us. */
const MAX_EVENTS_PER_SECOND = 20_000

/** Counts the daemon's unsolicited messages, second by second. */
export class MessageLimit {
  #second = 0
  #unasked = 0
  #events = 0
  /** Messages that belong to no registered event, since the start. */
  ignored = 0

  /** @throws DomscopeError `EVENT_FLOOD` when there are too many. */
  count(now: number, registered: boolean): void {
    const second = Math.floor(now / 1000)
    if (second !== this.#second) {
      this.#second = second
      this.#unasked = 0
      this.#events = 0
    }
    if (registered) {
      if (++this.#events > MAX_EVENTS_PER_SECOND) throw floodError(MAX_EVENTS_PER_SECOND)
      return
    }
    this.ignored++
    if (++this.#unasked > MAX_UNASKED_PER_SECOND) throw floodError(MAX_UNASKED_PER_SECOND)
  }
}

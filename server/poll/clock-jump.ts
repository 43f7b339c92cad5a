import type { Clock } from '../clock.ts'

/** More than the two clocks drift apart between two polls, and less than anybody suspends a machine for. */
const JUMP_MS = 5_000

/**
 * Tells when the wall clock and the monotonic one went apart between two polls of a lane.
 *
 * @remarks The monotonic clock may stand still while this machine is suspended, but the counters of the hosts went on: a
 * rate over that time would be far too high. A wall clock that is set (by hand, by NTP) looks the same; it costs rates
 * that were fine for an interval or two, which is better than a spike that never was.
 */
export class ClockJump {
  readonly #clock: Clock
  /** Wall minus monotonic time when the poll under way began, and when the last one that succeeded did. */
  #begun: number
  #base: number

  constructor(clock: Clock) {
    this.#clock = clock
    this.#begun = this.#apart
    this.#base = this.#begun
  }

  begin(): void {
    this.#begun = this.#apart
  }

  /** The poll that began last brought samples: the next ones are compared with its beginning. */
  succeeded(): void {
    this.#base = this.#begun
  }

  /** Whether samples taken now would end an interval that has a jump in it. */
  get seen(): boolean {
    return Math.abs(this.#apart - this.#base) > JUMP_MS
  }

  get #apart(): number {
    return this.#clock.wall() - this.#clock.now()
  }
}

/** A jump of the server's clock by more than this is taken over at once; less is the network's own unevenness. */
const NOISE_MS = 500

/** The server's wall clock, as far as this page knows it: for labels, never for ages. */
export class ServerClock {
  /** Wall clock minus the browser's monotonic clock, ms; null before the first answer. */
  private offsetMs: number | null = null

  /** The server said `wallMs` between these two moments of the browser's monotonic clock. */
  note(wallMs: number, askedAt: number, answeredAt: number): void {
    const offset = wallMs - (askedAt + answeredAt) / 2
    if (this.offsetMs === null || Math.abs(offset - this.offsetMs) > NOISE_MS) this.offsetMs = offset
  }

  /** Ms since 1970 at a moment of the browser's monotonic clock; null while it is not known. */
  at(now: number): number | null {
    return this.offsetMs === null ? null : now + this.offsetMs
  }
}

/** A time of day as clocks on walls show it, in the time zone of the browser. */
export function clockText(wallMs: number): string {
  const date = new Date(wallMs)
  const two = (value: number): string => String(value).padStart(2, '0')
  return Number.isNaN(wallMs) ? '' : `${two(date.getHours())}:${two(date.getMinutes())}:${two(date.getSeconds())}`
}

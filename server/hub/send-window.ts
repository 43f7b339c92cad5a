interface UnderWay {
  readonly bytes: number
  readonly offset: number
}

/**
 * Frames that went out and are not acknowledged.
 *
 * @remarks The kernel hides megabytes of unsent data behind an empty `bufferedAmount`, so only the client's own word
 * tells how far it is.
 */
export class SendWindow {
  private readonly maxFrames: number
  private readonly maxBytes: number
  private readonly underWay: UnderWay[] = []
  private bytes = 0
  private sentFrames = 0
  /** Since when the oldest frame, or what is left after the last acknowledgement, waits. */
  private waitingSince: number | null = null
  ackedFrames = 0
  ackedOffset = 0

  constructor(maxFrames: number, maxBytes: number) {
    this.maxFrames = maxFrames
    this.maxBytes = maxBytes
  }

  get isOpen(): boolean {
    return this.underWay.length < this.maxFrames && this.bytes < this.maxBytes
  }

  get isIdle(): boolean {
    return this.underWay.length === 0
  }

  sent(bytes: number, offset: number, now: number): void {
    this.underWay.push({ bytes, offset })
    this.bytes += bytes
    this.sentFrames++
    this.waitingSince ??= now
  }

  /** Takes an acknowledgement of the first `frames` frames; an old one again is fine. False when it cannot be true. */
  acknowledge(frames: number, offset: number, now: number): boolean {
    if (frames > this.sentFrames) return false
    if (frames <= this.ackedFrames) return true
    const last = this.underWay[frames - this.ackedFrames - 1]!
    if (last.offset !== offset) return false
    for (const { bytes } of this.underWay.splice(0, frames - this.ackedFrames)) this.bytes -= bytes
    this.ackedFrames = frames
    this.ackedOffset = offset
    this.waitingSince = this.isIdle ? null : now
    return true
  }

  /** How long the server has waited for an acknowledgement; 0 when it waits for none. */
  waitedMs(now: number): number {
    return this.waitingSince === null ? 0 : now - this.waitingSince
  }
}

import { writeFill } from '../../../lib/sync/detail/detail-encode.ts'
import { FILL_HEADER_BYTES, MAX_FILL_BYTES } from '../../../lib/sync/detail/detail-protocol.ts'
import type { ByteWriter } from '../../../lib/sync/wire/byte-writer.ts'
import { SECTION_HEADER_BYTES } from '../../../lib/sync/wire/protocol.ts'
import type { HistoryReader, HistoryTrack } from '../../fleet/history-reader.ts'
import { forgetWaits, type Wait } from './stays.ts'

const BYTES_PER_BUCKET = 8

/** A track to fill: its number, and where its series are. */
export interface FillTarget {
  readonly track: HistoryTrack
  readonly number: number
  /** By series of the client, its place in the history track; -1 when history does not have it. */
  readonly places: readonly number[]
  /** When the guest was elsewhere: nothing of it is sent. */
  readonly waits: readonly Wait[]
}

/**
 * A stretch of the past on its way to one client: where it is, and nothing of its bytes.
 *
 * @remarks What is not sent yet is read from history when there is room for it.
 */
export class FillRun {
  private readonly history: HistoryReader
  private readonly targets: readonly FillTarget[]
  private readonly from: number
  private readonly to: number
  private readonly buckets: number
  private target = 0
  /** Place of the next series of the target. */
  private series = 0

  constructor(history: HistoryReader, targets: readonly FillTarget[], from: number, to: number, buckets: number) {
    this.history = history
    this.targets = targets
    this.from = from
    this.to = to
    this.buckets = buckets
  }

  get done(): boolean {
    return this.target >= this.targets.length
  }

  /** Writes as much as the frame may still hold; always something. */
  write(writer: ByteWriter): void {
    for (let first = true; !this.done; first = false) {
      const room = MAX_FILL_BYTES - writer.length - SECTION_HEADER_BYTES - FILL_HEADER_BYTES
      const fits = Math.floor(room / (this.buckets * BYTES_PER_BUCKET))
      if (fits < 1 && !first) return
      this.writePart(writer, Math.max(1, fits))
    }
  }

  /** Writes a run of series that history has; what is between two runs stays unknown. */
  private writePart(writer: ByteWriter, most: number): void {
    const { number, track, places, waits } = this.targets[this.target]!
    const firstSeries = nextKnown(places, this.series)
    let end = firstSeries
    while (end < places.length && places[end]! >= 0 && end - firstSeries < most) end++
    this.series = end
    const last = nextKnown(places, end) === places.length
    const { from, to, buckets } = this
    const width = (to - from) / buckets
    writeFill(writer, {
      ...{ track: number, firstSeries, buckets, last },
      begin: from,
      width,
      series: places.slice(firstSeries, end).map((place) => {
        const read = this.history.read(track, place, from, to, buckets)
        forgetWaits(read, from, width, waits)
        return read
      }),
    })
    if (!last) return
    this.target++
    this.series = 0
  }
}

function nextKnown(places: readonly number[], from: number): number {
  let at = from
  while (at < places.length && places[at]! < 0) at++
  return at
}

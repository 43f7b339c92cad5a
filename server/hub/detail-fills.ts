import type { ByteWriter } from '../../lib/sync/byte-writer.ts'
import { writeFill } from '../../lib/sync/detail-encode.ts'
import { FILL_HEADER_BYTES, MAX_FILL_BYTES } from '../../lib/sync/detail-protocol.ts'
import { SECTION_HEADER_BYTES } from '../../lib/sync/protocol.ts'
import type { HistoryBuckets, HistoryReader, HistoryTrack } from '../fleet/history-reader.ts'

const BYTES_PER_BUCKET = 8

/** A track to fill: its number, and its series in the order in which the client has them. */
export interface FillTarget {
  readonly track: HistoryTrack
  readonly number: number
  readonly series: readonly string[]
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

  private writePart(writer: ByteWriter, most: number): void {
    const { number, track, series } = this.targets[this.target]!
    const firstSeries = this.series
    const ids = series.slice(firstSeries, firstSeries + most)
    this.series += ids.length
    const last = this.series >= series.length
    const { from, to, buckets } = this
    writeFill(writer, {
      ...{ track: number, firstSeries, buckets, last },
      begin: from,
      width: (to - from) / buckets,
      series: ids.map((id) => this.read(track, id)),
    })
    if (!last) return
    this.target++
    this.series = 0
  }

  private read(track: HistoryTrack, id: string): HistoryBuckets {
    const place = track.series.findIndex((metric) => metric.id === id)
    if (place >= 0) return this.history.read(track, place, this.from, this.to, this.buckets)
    const unknown = new Float32Array(this.buckets).fill(Number.NaN)
    return { low: unknown, high: unknown }
  }
}

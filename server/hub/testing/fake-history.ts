import { CHILD_METRICS } from '../../../lib/metrics/child-metrics.ts'
import { Lane } from '../../fleet/fleet-writer.ts'
import type {
  HistoryBuckets,
  HistoryKept,
  HistoryMark,
  HistoryReader,
  HistoryReset,
  HistoryTrack,
} from '../../fleet/history-reader.ts'

/** A past in which every vCPU used 10 %, but for one spike, and began anew once in the middle. */
export class FakeHistory implements HistoryReader {
  private readonly uuid: string
  private readonly vcpus: number
  private readonly tracks: HistoryTrack[] = []
  private spikeAt = Number.NaN

  constructor(uuid: string, vcpus = 1) {
    this.uuid = uuid
    this.vcpus = vcpus
  }

  record(host: string, from: number, to: number, { spikeAt }: { spikeAt?: number }): void {
    this.spikeAt = spikeAt ?? this.spikeAt
    const shared = { host, uuid: this.uuid, lane: Lane.Monitor, from, to }
    this.tracks.push({ ...shared, entity: 'domain', identity: '', series: [] })
    for (let i = 0; i < this.vcpus; i++) {
      this.tracks.push({ ...shared, entity: 'vcpu', identity: String(i), series: CHILD_METRICS.vcpu })
    }
  }

  kept(): HistoryKept {
    return {
      exactMs: 600_000,
      coarseMs: 7_200_000,
      bytes: 0,
      budgetBytes: 0,
      domainsWithoutChildren: 0,
      domainsNotRecorded: 0,
    }
  }

  recorded(): 'all' {
    return 'all'
  }

  tracksOf(uuid: string): readonly HistoryTrack[] {
    return uuid === this.uuid ? this.tracks : []
  }

  read(track: HistoryTrack, _series: number, from: number, to: number, count: number): HistoryBuckets {
    const low = new Float32Array(count).fill(Number.NaN)
    const high = low.slice()
    const width = (to - from) / count
    for (let i = 0; i < count; i++) {
      const [begin, end] = [from + i * width, from + (i + 1) * width]
      if (end <= track.from || begin >= track.to) continue
      low[i] = 10
      high[i] = this.spikeAt > begin && this.spikeAt <= end ? 100 : 10
    }
    return { low, high }
  }

  means(track: HistoryTrack, series: number, from: number, to: number, count: number): Float32Array {
    return this.read(track, series, from, to, count).low
  }

  marks(track: HistoryTrack, from: number, to: number): readonly HistoryMark[] {
    const at = middleOf(track)
    const marks: HistoryMark[] = [
      { at, kind: 'reset' },
      { at: at + 1, kind: 'gap' },
    ]
    return track.host === 'kvm-02' ? marks.filter((mark) => mark.at >= from && mark.at <= to) : []
  }

  resets(track: HistoryTrack, from: number, to: number): readonly HistoryReset[] {
    const resets = this.marks(track, from, to).filter(({ kind }) => kind === 'reset')
    return resets.map(({ at }) => ({ at, ofDomain: true, children: [], othersWentOn: false }))
  }
}

function middleOf({ from, to }: HistoryTrack): number {
  return (from + to) / 2
}

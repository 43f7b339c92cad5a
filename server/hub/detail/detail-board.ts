import type { Lane } from '../../fleet/fleet-writer.ts'
import type { SampleReader } from '../../fleet/sample-reader.ts'
import { OpenDomain } from './open-domain.ts'

interface Entry {
  readonly domain: OpenDomain
  readonly unwatch: () => void
}

/** The domains that clients look at: each is sampled once, however many look. */
export class DetailBoard {
  /** Details open in all. */
  details = 0
  private readonly samples: SampleReader
  private readonly fault: (error: unknown) => void
  private readonly entries = new Map<number, Entry>()
  private readonly stopListening: () => void

  /** `fault` is told of mistakes of ours: they are no business of the poll that brought the sample. */
  constructor(samples: SampleReader, fault: (error: unknown) => void) {
    this.samples = samples
    this.fault = fault
    this.stopListening = samples.onSamples((lane, rows, count) => this.sampled(lane, rows, count))
  }

  /** Domains that somebody looks at. */
  get domains(): number {
    return this.entries.size
  }

  /** Looks at the domain of a row; {@link release} ends that. */
  open(row: number, host: string): OpenDomain {
    let entry = this.entries.get(row)
    if (entry === undefined) {
      entry = { domain: new OpenDomain(this.samples, row, host), unwatch: this.samples.watch(row) }
      this.entries.set(row, entry)
    }
    entry.domain.clients++
    return entry.domain
  }

  /** To be called for a row that is gone before its number is used again. */
  release(domain: OpenDomain): void {
    if (--domain.clients > 0) return
    const entry = this.entries.get(domain.row)
    if (entry?.domain !== domain) return
    entry.unwatch()
    this.entries.delete(domain.row)
  }

  private sampled(lane: Lane, rows: Int32Array, count: number): void {
    if (this.entries.size === 0) return
    try {
      for (let i = 0; i < count; i++) this.entries.get(rows[i]!)?.domain.take(lane)
    } catch (error) {
      this.fault(error)
    }
  }

  close(): void {
    this.stopListening()
    for (const { unwatch } of this.entries.values()) unwatch()
    this.entries.clear()
  }
}

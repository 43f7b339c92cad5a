import type { HistoryStream } from './history-stream.ts'

/** How many domains are recorded without their vCPUs, disks and NICs, and how many not at all or in one lane only. */
export interface Shortage {
  readonly withoutChildren: number
  readonly notRecorded: number
}

/** What is recorded of a domain: everything, its own series only, or less than these. */
export type Recording = 'all' | 'domain' | 'nothing'

/** What is recorded of a domain, by its streams. One that nothing came of since is as it was last. */
export function recordingOf(streams: readonly HistoryStream[]): Recording {
  if (streams.length === 0 || streams.some(({ isRefused }) => isRefused)) return 'nothing'
  return streams.some(({ isLean }) => isLean) ? 'domain' : 'all'
}

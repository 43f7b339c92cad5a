import type { HistoryReader } from '../../fleet/history-reader.ts'
import type { SampleReader } from '../../fleet/sample-reader.ts'

/** Samples of a fleet that is never sampled. */
export const noSamples: SampleReader = {
  onSamples: () => () => {},
  sampledAt: () => 0,
  spanMs: () => 0,
  maxGapMs: () => 0,
  domain: () => {},
  firstChild: () => -1,
  nextChild: () => -1,
  childIdentity: () => '',
  isOnline: () => false,
  child: () => {},
  rawWords: () => 'none',
  processSince: () => 0,
  toldSince: () => 0,
  watch: () => () => {},
}

/** A past of which nothing is kept. */
export const noHistory: HistoryReader = {
  kept: () => ({
    exactMs: 0,
    coarseMs: 0,
    bytes: 0,
    budgetBytes: 0,
    domainsWithoutChildren: 0,
    domainsNotRecorded: 0,
  }),
  recorded: () => 'all',
  tracksOf: () => [],
  read: () => ({ low: new Float32Array(0), high: new Float32Array(0) }),
  means: () => new Float32Array(0),
  marks: () => [],
  resets: () => [],
}

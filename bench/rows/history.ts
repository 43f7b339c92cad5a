import type { HistoryInput, HistoryOutput, Sizes } from '../child/history.ts'
import { startChild } from '../child/start-child.ts'
import { atMost, type BenchOptions, type BenchRow, type Measure, measure, type RowResult, told } from '../row.ts'

/** What the claim about appending is made for: 5,000 domains × 60 series, in a second. */
const CLAIMED_VALUES = 300_000
/** Bytes of a sample with its time as published for Gorilla (Pelkonen et al., VLDB 2015). */
const GORILLA_PUBLISHED = 1.37

export const historyRow: BenchRow = {
  name: 'history',
  title: 'Recent history in memory',
  run,
}

async function run({ quick }: BenchOptions): Promise<RowResult> {
  const full: HistoryInput = { longDomains: 100, longTicks: 7200, domains: 5000, ticks: 90, backfills: 15 }
  const input = quick ? { longDomains: 10, longTicks: 900, domains: 300, ticks: 70, backfills: 5 } : full
  const out = await startChild<HistoryOutput>('history', input)
  if (out.refused > 0) throw new Error(`${out.refused} samples found no room`)
  const label = input.domains.toLocaleString('en')
  const claimed = out.append.map((ms) => (ms / out.valuesPerTick) * CLAIMED_VALUES)
  const series = out.backfillSeries.reduce((sum, count) => sum + count, 0) / out.backfillSeries.length
  return {
    name: historyRow.name,
    title: `History: bytes of a sample, appending, and back-fill at ${label} domains`,
    setting: `${input.longDomains} simulated domains recorded for ${input.longTicks.toLocaleString('en')} s, then ${label} more for ${input.ticks} s, one sample a second in both lanes; and a recording of seven real guests (KVM and emulated, busy, idle and paused; ${out.realReplies} replies of a libvirtd 9.0), sent through the same ingest. All series: metrics of the domain, of every vCPU, disk and NIC. Bytes are those of whole sealed pages, with heads and times. Gorilla's way is counted on the same samples in full precision; there every series pays for its own heads and here none does.`,
    measures: [
      ...sizes('simulated', out.simulated),
      ...sizes('real guests', out.real),
      measure('appending, a tick of all domains', 'ms', out.append),
      measure('values in a tick', '', [out.valuesPerTick]),
      measure('ten minutes of samples and two hours of figures, a domain', 'KiB', [out.domainKiB]),
      measure(`back-fill of one domain, ${series.toFixed(0)} series × ${out.backfillRows} s`, 'ms', out.backfill),
      measure('memory, as accounted for', 'MiB', [out.accountedMiB]),
      measure('memory, as the process grew', 'MiB', [out.grownMiB]),
    ],
    claims: [
      atMost('bytes of a sample, simulated', 'B', [perSample(out.simulated)], 1.2),
      atMost('bytes of a sample, real guests', 'B', [perSample(out.real)], 1.2),
      told('smaller than raw doubles, real guests', '×', [8 / perSample(out.real)]),
      told('smaller than Gorilla as published', '×', [GORILLA_PUBLISHED / perSample(out.real)]),
      atMost(
        'appending 5,000 domains × 60 series each second',
        '% of a core',
        claimed.map((ms) => ms / 10),
        10,
      ),
      atMost(`back-fill of everything kept of one domain`, 'ms', out.backfill, 50),
    ],
    remarks: [
      'Raw doubles take 8 bytes, without times. Gorilla is published with 1.37 bytes for a value and its time, on other data: counters and gauges of a large company, at one sample a minute.',
      'The real guests run no operating system: their memory statistics are unknown, which takes next to nothing, and what they do is steadier than life. The simulated ones have everything.',
      'What is stored are the 16 bits that a cell can show (about three digits), not the doubles that Gorilla keeps. Most of the difference is this rounding.',
      'The domains with two hours behind them are few, because making them takes as long as simulating them; the store holds all of them while the back-fill is timed.',
    ],
  }
}

function perSample({ exactBytes, values }: Sizes): number {
  return exactBytes / values
}

function sizes(which: string, size: Sizes): Measure[] {
  return [
    measure(`a sample, ${which}`, 'B', [perSample(size)]),
    measure(`the same in Gorilla's way, ${which}`, 'B', [size.gorillaBytes / size.values]),
    measure(`a 10 s figure (least, greatest, mean), ${which}`, 'B', [size.coarseBytes / size.figures]),
  ]
}

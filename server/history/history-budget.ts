const MiB = 1024 * 1024

/** Smallest and largest budget that may be set, MiB. */
export const LEAST_BUDGET_MIB = 8
const LEAST_DEFAULT_BYTES = 64 * MiB

/*
 * Bytes that a series takes, measured with real and simulated guests (docs/performance.md, row history) and rounded up.
 */
const BYTES_PER_SAMPLE = 0.65
const BYTES_PER_FIGURE = 2.7
/** Open pages, and its share of what a stream and its pages take besides their rows. */
const BYTES_OPEN = 160

const EXACT_SECONDS = 600
const FIGURES = 720
/** Slabs are dropped whole and pages end late: so much more holds what is promised. */
const MARGIN = 1.1

/** Bytes that it takes to keep 10 minutes of samples and 2 hours of 10 s figures of so many series. */
export function bytesForSeries(series: number, intervalMs: number): number {
  const samples = (EXACT_SECONDS * 1000) / intervalMs
  return Math.ceil(series * MARGIN * (samples * BYTES_PER_SAMPLE + FIGURES * BYTES_PER_FIGURE + BYTES_OPEN))
}

/** The budget when none is set: what the domains found need, at least 64 MiB, at most a quarter of the machine's memory. */
export function defaultBudget(series: number, intervalMs: number, machineBytes: number): number {
  const wanted = LEAST_DEFAULT_BYTES + bytesForSeries(series, intervalMs)
  const most = Math.max(machineBytes / 4, LEAST_BUDGET_MIB * MiB)
  // Whole MiB, because that is how it is told.
  return Math.floor(Math.min(wanted, most) / MiB) * MiB
}

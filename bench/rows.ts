import type { BenchRow } from './row.ts'
import { allocationRow } from './rows/allocation.ts'
import { browserRow } from './rows/browser.ts'
import { chartsRow } from './rows/charts.ts'
import { commitRow } from './rows/commit.ts'
import { decodeRow } from './rows/decode.ts'
import { estateRow } from './rows/estate.ts'
import { frameRow } from './rows/frame.ts'
import { historyRow } from './rows/history.ts'
import { hubRow } from './rows/hub.ts'
import { lookupRow } from './rows/lookup.ts'
import { paintRow } from './rows/paint.ts'
import { pollRow } from './rows/poll.ts'
import { serverRow } from './rows/server.ts'

/** All rows, in the order in which they run and are published. */
export const ROWS: readonly BenchRow[] = [
  decodeRow,
  estateRow,
  serverRow,
  lookupRow,
  commitRow,
  allocationRow,
  frameRow,
  hubRow,
  pollRow,
  historyRow,
  browserRow,
  paintRow,
  chartsRow,
]

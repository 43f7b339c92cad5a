import type { BenchRow } from './row.ts'
import { decodeRow } from './rows/decode.ts'

/** All rows, in the order in which they run and are published. */
export const ROWS: readonly BenchRow[] = [decodeRow]

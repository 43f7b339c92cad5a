import { freemem } from 'node:os'
import type { EstateInput, EstateOutput } from '../child/estate.ts'
import { startChild } from '../child/start-child.ts'
import { atMost, type BenchOptions, type BenchRow, measure, type RowResult, told } from '../row.ts'
import { ratios } from '../timing.ts'

const NEEDED_BYTES = 3 * 2 ** 30

export const estateRow: BenchRow = {
  name: 'estate',
  title: 'A large estate',
  run,
}

async function run({ quick }: BenchOptions): Promise<RowResult> {
  const domains = quick ? 8_000 : 100_000
  if (freemem() < NEEDED_BYTES) throw new Error('needs 3 GiB of free memory')
  const input: EstateInput = { domains, ticks: quick ? 3 : 7 }
  const { ingest, derive, quantise, encode, copy, ...estate } = await startChild<EstateOutput>('estate', input)
  const together = ingest.map((ms, i) => ms + derive[i]! + quantise[i]! + encode[i]!)
  return {
    name: estateRow.name,
    title: `${domains.toLocaleString('en')} domains in ${estate.replies} replies, every second`,
    setting: `The fields of the row decode for every domain (${estate.replyMegabytes.toFixed(0)} MB a second in all), every counter of every domain moving: into columns, derived, quantised, and encoded as one frame with every column.`,
    measures: [
      measure('decode and ingest', 'ms', ingest),
      measure('derive', 'ms', derive),
      measure('quantise and stamp', 'ms', quantise),
      measure('diff and encode', 'ms', encode),
      measure('together', 'ms', together),
      measure('memory copy of the replies into fresh buffers', 'ms', copy),
      measure('memory of the process, made-up replies taken off', 'MiB', [estate.storeMiB]),
    ],
    claims: [
      told('decode and ingest, of a memory copy of the replies', '×', ratios(ingest, copy)),
      told(
        'share of a core',
        '%',
        together.map((ms) => ms / 10),
      ),
      atMost('memory of the process', 'MiB', [estate.storeMiB], 600),
    ],
    remarks: ['Reading from sockets is not in it (see the row poll), nor are clients (see the row hub).'],
  }
}

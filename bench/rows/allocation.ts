import type { AllocationInput, AllocationOutput } from '../child/allocation.ts'
import { startChild } from '../child/start-child.ts'
import { atMost, type BenchOptions, type BenchRow, measure, type RowResult, told } from '../row.ts'

const FEW = 100
/** A young generation that holds a whole tick of the naive decoder, so that nothing is collected within one. */
const NO_COLLECTION = ['--min-semi-space-size=512', '--max-semi-space-size=512']

export const allocationRow: BenchRow = {
  name: 'allocation',
  title: 'Allocation in the steady state',
  run,
}

async function run({ quick }: BenchOptions): Promise<RowResult> {
  const many = quick ? 1_000 : 10_000
  const ticks = quick ? 5 : 20
  const job = (input: AllocationInput) => startChild<AllocationOutput>('allocation', input, NO_COLLECTION)
  const few = await job({ domains: FEW, ticks, naive: false })
  const lots = await job({ domains: many, ticks, naive: false })
  const naiveFew = await job({ domains: FEW, ticks, naive: true })
  const naiveLots = await job({ domains: many, ticks, naive: true })
  const kib = (bytes: readonly number[]) => bytes.map((value) => value / 1024)
  const perDomain = lots.heapBytes.map((bytes, i) => (bytes - few.heapBytes[i]!) / (many - FEW))
  const label = many.toLocaleString('en')
  return {
    name: allocationRow.name,
    title: `Allocation per tick at ${FEW} and ${label} domains`,
    setting:
      'One tick: both replies of every host into the columns, derivation, commit, one frame with twelve columns. Bytes that the heap grows by, in a process of its own, with the collector held back. Every counter of every domain moves.',
    measures: [
      measure(`heap, ${FEW} domains`, 'KiB', kib(few.heapBytes)),
      measure(`heap, ${label} domains`, 'KiB', kib(lots.heapBytes)),
      measure(`buffers (the frame itself), ${FEW} domains`, 'KiB', kib(few.externalBytes)),
      measure(`buffers (the frame itself), ${label} domains`, 'KiB', kib(lots.externalBytes)),
      measure(`naive decoder alone, heap, ${FEW} domains`, 'KiB', kib(naiveFew.heapBytes)),
      measure(`naive decoder alone, heap, ${label} domains`, 'KiB', kib(naiveLots.heapBytes)),
    ],
    claims: [
      atMost(`heap growth for each further domain`, 'B', perDomain, 1),
      told(
        'the same for the naive decoder',
        'B',
        naiveLots.heapBytes.map((bytes, i) => (bytes - naiveFew.heapBytes[i]!) / (many - FEW)),
      ),
    ],
    remarks: ['Both estates have four hosts. What is left is allocated for each reply, host, column and commit.'],
  }
}

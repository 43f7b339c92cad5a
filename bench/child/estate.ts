import { cpuTime } from '../cpu-clock.ts'
import { commit, createLoneStore } from '../workload/lone-store.ts'
import { recordedFields } from '../workload/recorded-fields.ts'

export interface EstateInput {
  readonly domains: number
  readonly ticks: number
}

export interface EstateOutput {
  /** CPU of the whole process by tick, ms. */
  readonly ingest: number[]
  readonly derive: number[]
  readonly quantise: number[]
  readonly encode: number[]
  readonly copy: number[]
  readonly replies: number
  readonly replyMegabytes: number
  /** Memory of the process without the made-up replies, MiB. */
  readonly storeMiB: number
}

const MIB = 2 ** 20
const WARM_UP = 3

/** A large estate in one process: every host answers in full, every second. */
export function measureEstate({ domains, ticks }: EstateInput): EstateOutput {
  const store = createLoneStore(recordedFields(), { domains, busyShare: 1, seed: 31 })
  for (let i = 0; i < WARM_UP; i++) commit(store)
  const times = { ingest: [], derive: [], quantise: [], encode: [], copy: [] } as Record<Step, number[]>
  for (let i = 0; i < ticks; i++) {
    store.move()
    for (const step of ['ingest', 'derive', 'quantise', 'encode'] as const) {
      const began = cpuTime().all
      store[step]()
      times[step].push(cpuTime().all - began)
    }
    const began = cpuTime().all
    for (const { words } of store.sources) copied = words.slice()
    times.copy.push(cpuTime().all - began)
  }
  copied = null
  globalThis.gc?.()
  const made = store.sources.reduce((sum, { memoryBytes }) => sum + memoryBytes, 0)
  const replyMegabytes = store.sources.reduce((sum, { words }) => sum + words.byteLength, 0) / 1e6
  const storeMiB = (process.memoryUsage().rss - made) / MIB
  return { ...times, replies: store.sources.length, replyMegabytes, storeMiB }
}

type Step = 'ingest' | 'derive' | 'quantise' | 'encode' | 'copy'

/** The last copy, so that none can be left out. */
let copied: Uint32Array | null = null
export const lastCopy = () => copied

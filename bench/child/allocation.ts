import { PerformanceObserver } from 'node:perf_hooks'
import { setImmediate } from 'node:timers/promises'
import { DEFAULT_METRICS } from '../../lib/metrics/default-metrics.ts'
import { FrameSource } from '../../server/hub/grid/frame-source.ts'
import { decodeObjects } from '../baseline/naive-decoder.ts'
import { FleetDrive } from '../workload/fleet-drive.ts'
import { HostReplies } from '../workload/host-replies.ts'
import { recordedFields } from '../workload/recorded-fields.ts'

export interface AllocationInput {
  readonly domains: number
  readonly ticks: number
  readonly naive: boolean
}

export interface AllocationOutput {
  /** Bytes by which the heap grew in each tick, nothing collected meanwhile. */
  readonly heapBytes: number[]
  /** The same for memory beside the heap: buffers. */
  readonly externalBytes: number[]
}

/** The columns of a grid as it opens. */
const COLUMNS = ['state', 'host', ...DEFAULT_METRICS]
const HOSTS = 4
const WARM_UP = 60

/** Lets a store run in its steady state and tells what each tick left on the heap. */
export async function measureAllocation({ domains, ticks, naive }: AllocationInput): Promise<AllocationOutput> {
  const job = naive ? naiveJob(domains) : storeJob(domains)
  for (let i = 0; i < WARM_UP; i++) {
    job.move()
    job.tick()
  }
  const collections = watchCollections()
  const heapBytes: number[] = []
  const externalBytes: number[] = []
  for (let i = 0; i < ticks; i++) {
    job.move()
    globalThis.gc?.()
    await setImmediate()
    collections.forget()
    const own = growth(() => {})
    const { heap, external } = growth(job.tick)
    await setImmediate()
    if (collections.seen()) throw new Error('the heap was collected during a tick: the numbers mean nothing')
    heapBytes.push(heap - own.heap)
    externalBytes.push(external - own.external)
  }
  return { heapBytes, externalBytes }
}

interface Job {
  readonly move: () => void
  readonly tick: () => void
}

/** Fleet, commits, and the frame for clients that look at the default columns. */
function storeJob(domains: number): Job {
  const drive = new FleetDrive(recordedFields(), { domains, hosts: HOSTS, busyShare: 1 })
  const { fleet, clock } = drive
  const source = new FrameSource(fleet, clock)
  const wanted = COLUMNS.map((id) => ({ id, held: false }))
  const set = source.columnSet({ domains: wanted, hosts: [] })
  if (set.tables.every((table) => table.columns.length < wanted.length)) throw new Error('a default column is missing')
  const whole = new Set<never>()
  fleet.onCommit((offset) => {
    source.committed()
    source.delta({ set, base: offset - 1, whole, schema: source.schemaMark(), audit: false })
  })
  return { move: () => drive.move(), tick: () => drive.tick() }
}

/** What comes before any metric: the reply as objects. */
function naiveJob(domains: number): Job {
  const source = new HostReplies(recordedFields(), { domains, host: 0, busyShare: 1, seed: 5 })
  let kept: unknown = null
  return {
    move: () => void source.next(),
    tick() {
      kept = decodeObjects(source.bytes, 'number')
      if (kept === null) throw new Error('nothing decoded')
    },
  }
}

function growth(run: () => void): { heap: number; external: number } {
  const before = process.memoryUsage()
  run()
  const after = process.memoryUsage()
  return { heap: after.heapUsed - before.heapUsed, external: after.external - before.external }
}

function watchCollections(): { seen(): boolean; forget(): void } {
  let count = 0
  const observer = new PerformanceObserver((list) => {
    count += list.getEntries().length
  })
  observer.observe({ entryTypes: ['gc'] })
  return {
    seen: () => count > 0,
    forget() {
      observer.takeRecords()
      count = 0
    },
  }
}

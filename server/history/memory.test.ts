import { setFlagsFromString } from 'node:v8'
import { runInNewContext } from 'node:vm'
import { expect, test } from 'vitest'
import { HistoryMemory } from '../../lib/history/history-memory.ts'
import { HistoryStore } from '../../lib/history/history-store.ts'
import type { HistoryStream } from '../../lib/history/history-stream.ts'
import { createLayout, type LayoutMember } from '../../lib/history/page/layout.ts'
import { Lane } from '../fleet/fleet-writer.ts'
import { LANE_SCHEMAS } from './lane-schemas.ts'

/** Times as many rounds for a long run. */
const SOAK = Number(process.env.DOMSCOPE_SOAK ?? 1)
const DOMAINS = 10_000
const ROUNDS = 8 * SOAK
/** Between two samples: so that pages end, and what fell silent is sealed, within few rounds. */
const ROUND_MS = 61_000
const LANES = [Lane.Fast, Lane.Monitor] as const
const MiB = 1024 * 1024

setFlagsFromString('--expose-gc')
const collect = runInNewContext('gc') as () => void

/** Bytes that the process holds, after garbage was collected. */
function heldBytes(): number {
  collect()
  const { heapUsed, arrayBuffers } = process.memoryUsage()
  return heapUsed + arrayBuffers
}

/** A domain in an estate where everything changes. */
class Domain {
  readonly uuid: string
  vcpus: number
  disk = 'vda'
  readonly streams: (HistoryStream | null)[] = LANES.map(() => null)

  constructor(number: number) {
    this.uuid = `00000000-0000-4000-8000-${number.toString(16).padStart(12, '0')}`
    // One in twenty is big.
    this.vcpus = number % 20 === 0 ? 32 : 1 + (number % 4)
  }

  members(lane: Lane): LayoutMember[] {
    const own: LayoutMember = { entity: 'domain', identity: '' }
    if (lane === Lane.Fast) return [own, { entity: 'nic', identity: `vnet${this.uuid.slice(-4)}` }]
    const vcpus = Array.from({ length: this.vcpus }, (_, i): LayoutMember => ({ entity: 'vcpu', identity: String(i) }))
    return [own, ...vcpus, { entity: 'disk', identity: this.disk }]
  }
}

/** 10,000 domains of which, in each round, some end, come, and get other disks or vCPUs. */
class ChurningEstate {
  readonly store: HistoryStore
  private readonly levels = new Int32Array(1000)
  private readonly domains: Domain[] = []
  private born = 0
  private time = 1_000_000

  constructor(budgetBytes: number) {
    this.store = new HistoryStore(LANE_SCHEMAS, new HistoryMemory(budgetBytes))
    while (this.domains.length < DOMAINS) this.domains.push(new Domain(this.born++))
  }

  round(number: number): void {
    this.time += ROUND_MS
    for (let i = number % 100; i < DOMAINS; i += 100) this.domains[i] = new Domain(this.born++)
    for (const [i, domain] of this.domains.entries()) {
      const turn = (i + number) % 100
      const isRenamed = turn === 1
      const isPlugged = turn === 2
      if (isRenamed) domain.disk = `vd${(number + i) % 26}`
      if (isPlugged) domain.vcpus = 1 + ((domain.vcpus + 3) % 40)
      for (const [place, lane] of LANES.entries()) this.sample(domain, place, lane, isRenamed || isPlugged, i)
    }
    this.store.sweep(this.time)
  }

  private sample(domain: Domain, place: number, lane: Lane, isChanged: boolean, salt: number): void {
    const { store, levels } = this
    let stream = domain.streams[place] ?? null
    if (stream === null || stream.forgotten) {
      stream = store.stream('kvm-01', domain.uuid, lane)
      domain.streams[place] = stream
    }
    if (stream.wanted === null || isChanged)
      store.describe(stream, createLayout(LANE_SCHEMAS[lane]!, domain.members(lane)))
    const { series } = stream.wanted!
    for (let i = 0; i < series; i++) levels[i] = i % 3 === 0 ? 16_000 + ((this.time / 1000 + i * salt) % 60) : 500 + i
    // Children may have given way: what is left comes first.
    store.append(stream, this.time + place, false, 0, levels)
  }
}

/** What the estate above holds itself of streams that were refused. */
const OWN_BYTES = 8 * MiB

test.each([
  ['that holds everything', 640],
  ['that is too small', 96],
])(
  `[HI40] the process holds no more than a budget %s, while ${DOMAINS.toLocaleString('en')} domains come, go and change`,
  {
    timeout: 120_000 * SOAK,
  },
  (_what, budgetMiB) => {
    const estate = new ChurningEstate(budgetMiB * MiB)
    const { memory, shortage: first, counts } = estate.store
    const empty = heldBytes()
    for (let round = 0; round < ROUNDS; round++) {
      estate.round(round)
      expect(memory.bytes).toBeLessThanOrEqual(memory.budgetBytes)
      if (round % 4 !== 3) continue
      const held = heldBytes() - empty
      expect(held).toBeLessThanOrEqual(memory.budgetBytes)
      // What is counted is what there is, objects and index included.
      expect(held).toBeLessThanOrEqual(memory.bytes + OWN_BYTES)
    }
    const { shortage } = estate.store
    expect(first).toEqual({ withoutChildren: 0, notRecorded: 0 })
    expect(shortage.withoutChildren + shortage.notRecorded > 0).toBe(budgetMiB < 100)
    expect(counts.refused > 0).toBe(budgetMiB < 100)
    expect(counts.lostPages).toBe(0)
    // Those that ended keep their pages: more domains than there are.
    if (budgetMiB > 100) expect(estate.store.domainCount).toBeGreaterThan(DOMAINS)
  },
)

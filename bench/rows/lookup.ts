import { Fleet } from '../../server/fleet/fleet.ts'
import { Lane } from '../../server/fleet/fleet-writer.ts'
import { atMost, type BenchOptions, type BenchRow, measure, type RowResult, told } from '../row.ts'
import { type Contender, ratios, seededRandom, timeByTurns } from '../timing.ts'
import { HostReplies } from '../workload/host-replies.ts'
import { createManualClock } from '../workload/manual-clock.ts'
import { recordedFields } from '../workload/recorded-fields.ts'

/** Domains of one host in the large estate: what one reply may hold with room to spare. */
const PER_HOST = 4_000
const FEW = 10
const STATISTIC = 'vcpu.3.time'

export const lookupRow: BenchRow = {
  name: 'lookup',
  title: 'Read one statistic by UUID',
  run,
}

interface Estate {
  readonly fleet: Fleet
  /** Canonical UUIDs of all domains. */
  readonly uuids: readonly string[]
}

function run({ quick }: BenchOptions): RowResult {
  const many = quick ? 8_000 : 100_000
  const lookups = quick ? 20_000 : 100_000
  const small = estateOf(FEW, FEW)
  const largeOneHost = estateOf(many, many)
  const largeManyHosts = estateOf(many, PER_HOST)
  const naiveSmall = naiveOf(small)
  const naiveLarge = naiveOf(largeOneHost)
  const scans = quick ? 50 : 200
  const random = accesses(lookups, many)
  // Ten domains with a tenth of the estate between one and the next.
  const spread = random.map((place) => (place % FEW) * (many / FEW))
  const times = timeByTurns(
    {
      small: reader(small, random),
      largeFew: reader(largeOneHost, spread),
      largeOrdered: reader(
        largeOneHost,
        random.map((_, i) => i),
      ),
      large: reader(largeOneHost, random),
      largeHosts: reader(largeManyHosts, random),
      mapSmall: mapReader(naiveSmall, random),
      mapLarge: mapReader(naiveLarge, random),
      scanSmall: scanner(naiveSmall, random.subarray(0, scans)),
      miss: missReader(random),
      scanLarge: scanner(naiveLarge, random.subarray(0, scans)),
    },
    { warmUp: 2, rounds: quick ? 3 : 9 },
  )
  const each = (ms: readonly number[], count: number) => ms.map((value) => (value * 1e6) / count)
  const label = many.toLocaleString('en')
  return {
    name: lookupRow.name,
    title: `Read one statistic by UUID among ${FEW} and ${label} domains`,
    setting: `From the text of a UUID to the exact text of one typed parameter (\`${STATISTIC}\`), as \`/api/v1/domains/{uuid}/stats/{name}\` does it: index, shape, slab. ${lookups.toLocaleString('en')} lookups in random order for each run. The naive store keeps an object for each domain, found through a Map or by looking through a list.`,
    measures: [
      measure(`${FEW} domains, random order`, 'ns', each(times.small.main, lookups)),
      measure(`${label} domains on one host, ten of them`, 'ns', each(times.largeFew.main, lookups)),
      measure(`${label} domains on one host, in order`, 'ns', each(times.largeOrdered.main, lookups)),
      measure(`${label} domains on one host, random order`, 'ns', each(times.large.main, lookups)),
      measure(`${label} domains on ${many / PER_HOST} hosts, random order`, 'ns', each(times.largeHosts.main, lookups)),
      measure('one read at random from 256 MiB, for comparison', 'ns', each(times.miss.main, lookups)),
      measure(`naive: Map of objects, ${FEW} domains`, 'ns', each(times.mapSmall.main, lookups)),
      measure(`naive: Map of objects, ${label} domains`, 'ns', each(times.mapLarge.main, lookups)),
      measure(`naive: list of objects, ${FEW} domains`, 'ns', each(times.scanSmall.main, scans)),
      measure(`naive: list of objects, ${label} domains`, 'ns', each(times.scanLarge.main, scans)),
    ],
    claims: [
      atMost(`ten of ${label} domains against ${FEW}`, '×', ratios(times.largeFew.main, times.small.main), 1.5),
      atMost(`${label} domains against ${FEW}, in order`, '×', ratios(times.largeOrdered.main, times.small.main), 1.5),
      atMost(`${label} domains against ${FEW}, random order`, '×', ratios(times.large.main, times.small.main), 1.5),
      told(`${label} on many hosts against ${FEW}, random order`, '×', ratios(times.largeHosts.main, times.small.main)),
      told(
        'what random order adds, in reads at random from memory',
        '',
        times.large.main.map((ms, round) => (ms - times.small.main[round]!) / times.miss.main[round]!),
      ),
      told('a Map of objects, random order', '×', ratios(times.mapLarge.main, times.mapSmall.main)),
      told('a list of objects', '×', ratios(times.scanLarge.main, times.scanSmall.main)),
    ],
    remarks: [
      'Ten of many, in order and at random run the same instructions; what order and random order cost more are cache misses: index, UUID, shape, slab, sample time, each somewhere else in memory. The Map of objects has fewer of them and suffers the same.',
      'The texts of the UUIDs are made before the clock starts, one for each lookup and in the order of the lookups, as requests would bring them.',
    ],
  }
}

function estateOf(domains: number, perHost: number): Estate {
  const clock = createManualClock()
  const fleet = new Fleet({ clock, simulated: true })
  const fields = recordedFields()
  const uuids: string[] = []
  const hostRow = new Map<number, number>()
  for (let from = 0, number = 0; from < domains; from += CHUNK(perHost), number++) {
    const count = Math.min(CHUNK(perHost), domains - from)
    const host = Math.floor(from / perHost)
    if (!hostRow.has(host)) hostRow.set(host, fleet.addHost(`kvm-${host}`, `qemu+ssh://kvm-${host}/system`))
    const source = new HostReplies(fields, { domains: count, host: number, busyShare: 1, seed: 3 + number })
    const now = clock.now()
    const timing = { sentAt: now - 5, firstByteAt: now, endAt: now, suspect: false }
    const result = fleet.ingest(hostRow.get(host)!, Lane.Monitor, source.words, timing, false)
    if (result.error !== null) throw result.error
    for (let domain = 0; domain < count; domain++) uuids.push(canonical(source.uuidOf(domain)))
  }
  fleet.close()
  return { fleet, uuids }
}

/** A reply holds at most 16,384 records. */
const CHUNK = (perHost: number) => Math.min(perHost, PER_HOST)

function canonical(hex: string): string {
  return hex.replace(/^(.{8})(.{4})(.{4})(.{4})(.{12})$/, '$1-$2-$3-$4-$5')
}

/** Random places below `limit`, seeded. */
function accesses(count: number, limit: number): Uint32Array {
  const random = seededRandom(77)
  return Uint32Array.from({ length: count }, () => Math.floor(random() * limit))
}

function reader({ fleet, uuids }: Estate, order: Uint32Array): Contender {
  const requests = requestsOf(uuids, order)
  return {
    run() {
      let digits = 0
      for (const uuid of requests) {
        const rows = fleet.rowsOf(uuid)
        digits += fleet.stat(rows[0]!, STATISTIC)!.value.length
      }
      return digits
    },
  }
}

/** The texts of UUIDs, one after another in memory and each its own, as they come with requests. */
function requestsOf(uuids: readonly string[], order: Uint32Array): string[] {
  return Array.from(order, (place) => Buffer.from(uuids[place % uuids.length]!, 'latin1').toString('latin1'))
}

const MISS_WORDS = 1 << 26

/** Reads that depend on one another, so that the processor cannot overlap them: what one cache miss costs. */
function missReader(order: Uint32Array): Contender {
  const memory = new Uint32Array(MISS_WORDS)
  for (const place of order) memory[Math.imul(place, 0x9e3779b1) >>> 6] = place
  return {
    run() {
      let sum = 0
      for (const place of order) sum += memory[(Math.imul(place, 0x9e3779b1) >>> 6) ^ (sum & 1)]!
      return sum
    },
  }
}

interface NaiveDomain {
  readonly uuid: string
  readonly stats: Readonly<Record<string, string>>
}

interface NaiveStore {
  readonly list: readonly NaiveDomain[]
  readonly map: ReadonlyMap<string, NaiveDomain>
}

/** The same data as objects, read back through the fleet. */
function naiveOf({ fleet, uuids }: Estate): NaiveStore {
  const list = uuids.map((uuid) => {
    const [row] = fleet.rowsOf(uuid)
    return { uuid, stats: { [STATISTIC]: fleet.stat(row!, STATISTIC)!.value } }
  })
  return { list, map: new Map(list.map((domain) => [domain.uuid, domain])) }
}

function mapReader({ list, map }: NaiveStore, order: Uint32Array): Contender {
  const requests = requestsOf(
    list.map(({ uuid }) => uuid),
    order,
  )
  return {
    run() {
      let digits = 0
      for (const uuid of requests) digits += map.get(uuid)!.stats[STATISTIC]!.length
      return digits
    },
  }
}

function scanner({ list }: NaiveStore, order: Uint32Array): Contender {
  return {
    run() {
      let digits = 0
      for (const place of order) {
        const { uuid } = list[place % list.length]!
        digits += list.find((domain) => domain.uuid === uuid)!.stats[STATISTIC]!.length
      }
      return digits
    },
  }
}

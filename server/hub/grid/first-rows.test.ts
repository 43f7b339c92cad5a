import { describe, expect, it } from 'vitest'
import { naturalKey } from '../../../lib/query/ranks.ts'
import type { Replica } from '../../../lib/sync/grid/replica.ts'
import type { ViewRequest } from '../../../lib/sync/messages/view-request.ts'
import { parseFrame } from '../../../lib/sync/wire/frame.ts'
import { FrameType, MAX_PART_BYTES } from '../../../lib/sync/wire/protocol.ts'
import { ManualClock } from '../../testing/manual-clock.ts'
import { tableView } from '../testing/compare-tables.ts'
import { MemoryClient, MemoryHub } from '../testing/memory-hub.ts'
import { TableFleet } from '../testing/table-fleet.ts'

const DOMAINS = 5000
const COLUMNS = ['state', 'cpuPercent', 'vcpuOnline', 'diskIops']

function seeded(seed: number): () => number {
  let state = seed >>> 0
  return () => {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0
    return state / 2 ** 32
  }
}

function world() {
  const clock = new ManualClock()
  const fleet = new TableFleet(clock, 1)
  for (const name of ['kvm-02', 'kvm-10', 'kvm-1']) fleet.addHost(name)
  const random = seeded(11)
  for (let i = 0; i < DOMAINS; i++) {
    const row = fleet.bear(i % 3, `vm-${Math.floor(random() * 1e6)}`)
    fleet.setWord('state', row, ['running', 'paused', 'shutoff'][Math.floor(random() * 3)]!)
    if (random() < 0.9) fleet.set('cpuPercent', row, Math.floor(random() * 0x8000))
    fleet.set('vcpuOnline', row, 1 + Math.floor(random() * 4))
  }
  const hub = new MemoryHub(fleet, clock)
  fleet.commit()
  return { clock, fleet, hub }
}

function client(made: ReturnType<typeof world>, view: ViewRequest): MemoryClient {
  const one = new MemoryClient(made.clock)
  one.replica.want(COLUMNS, ['hostCpuPercent'])
  one.replica.view = () => view
  one.connect(made.hub)
  one.deliver(1)
  return one
}

/** Receives HELLO and the first part. */
function firstPart(one: MemoryClient): number[] {
  expect(one.toClient.slice(0, 2).map((bytes) => parseFrame(bytes).type)).toEqual([FrameType.Hello, FrameType.Snapshot])
  one.receive(2)
  return living(one.replica)
}

function living({ domains }: Replica): number[] {
  return Array.from({ length: domains.rowLimit }, (_, row) => row).filter((row) => domains.isAlive(row))
}

type Rank = (row: number) => number | string | null

function naive(fleet: TableFleet, rank: Rank, descending: boolean, matches: (name: string) => boolean): number[] {
  const name = (row: number) => fleet.domains.text('name')!.get(row)
  const rows = fleet.living().filter((row) => matches(name(row)))
  return rows.sort((a, b) => {
    const [x, y] = [rank(a), rank(b)]
    if (x === null || y === null) return (x === null ? 1 : 0) - (y === null ? 1 : 0) || a - b
    return (x < y ? -1 : x > y ? 1 : 0) * (descending ? -1 : 1) || a - b
  })
}

describe('the first part of a snapshot', () => {
  const { fleet } = world()
  const { domains, hosts } = fleet
  const cpu: Rank = (row) => {
    const code = domains.column('cpuPercent')!.codes[row]!
    return code >= 0xfff0 ? null : code
  }
  const state: Rank = (row) =>
    domains.dictionaries.get(domains.column('state')!.number)!.word(domains.column('state')!.codes[row]!)
  const name: Rank = (row) => naturalKey(domains.text('name')!.get(row))
  const host: Rank = (row) => naturalKey(hosts.text('name')!.get(domains.keys[row * 5]!))
  const vcpus: Rank = (row) => domains.column('vcpuOnline')!.codes[row]!

  it.each<[string, boolean, Rank]>([
    ['cpuPercent', true, cpu],
    ['cpuPercent', false, cpu],
    ['state', false, state],
    ['state', true, state],
    ['name', false, name],
    ['name', true, name],
    ['host', false, host],
    ['vcpuOnline', true, vcpus],
    ['age', true, () => 0],
  ])(
    '[R-4] [SY74] holds exactly the rows that show by %s, descending %s, and then come the others',
    (column, descending, rank) => {
      const made = world()
      for (const [skip, filter, matches] of [
        [0, '', () => true],
        [700, '', () => true],
        [DOMAINS, '', () => true],
        [10, 'VM-12', (text: string) => text.includes('vm-12')],
      ] as const) {
        const view = { rows: 47, skip, sort: [{ column, descending }], filter }
        const one = client(made, view)
        const order = naive(made.fleet, rank, descending, matches)
        const from = Math.min(skip, order.length - 47)
        expect(firstPart(one)).toEqual(order.slice(from, from + 47).sort((a, b) => a - b))
        expect(one.replica.domainsToCome).toBe(DOMAINS)
        const first = living(one.replica)
        const cell = (table: typeof domains, row: number) => COLUMNS.map((id) => table.column(id)!.codes[row])
        for (const row of first) expect(cell(one.replica.domains, row)[1]).toEqual(cell(made.fleet.domains, row)[1])
        one.flush()
        expect(one.replica.ready).toBe(true)
        expect(tableView(one.replica.domains, COLUMNS, made.fleet.domains)).toEqual(
          tableView(made.fleet.domains, COLUMNS),
        )
        expect(one.replica.domainsToCome).toBeNull()
        one.disconnect()
      }
    },
  )

  it('[SY74] holds rows in the order of their numbers when nothing is said of a view or nothing matches', () => {
    const made = world()
    const none = { rows: 0, skip: 0, sort: [], filter: '' }
    const all = firstPart(client(made, none))
    expect(all).toEqual(made.fleet.living().slice(0, all.length))
    expect(all.length).toBeGreaterThan(200)
    expect(firstPart(client(made, { ...none, rows: 47, filter: 'nobody' }))).toEqual(all)
  })

  it('[SY73] takes more than one part for long names, each within 64 KiB', () => {
    const made = world()
    for (const row of made.fleet.living()) made.fleet.rename(row, `${row} ${'x'.repeat(1000)}`)
    made.fleet.commit()
    const one = client(made, { rows: 200, skip: 0, sort: [{ column: 'cpuPercent', descending: true }], filter: '' })
    const expected = naive(made.fleet, cpuOf(made.fleet), true, () => true).slice(0, 200)
    for (const bytes of one.toClient) expect(bytes.length).toBeLessThanOrEqual(MAX_PART_BYTES)
    const seen: number[] = []
    firstPart(one)
    while (living(one.replica).length < 200) {
      seen.push(living(one.replica).length)
      one.deliver(1)
      one.receive(1)
    }
    expect(seen.length).toBeGreaterThan(2)
    expect(living(one.replica)).toEqual([...expected].sort((a, b) => a - b))
  })

  it('[SY73] [SY74] leaves the copy right when rows that showed die, change hands and change between the parts', () => {
    const made = world()
    const one = client(made, { rows: 60, skip: 0, sort: [{ column: 'cpuPercent', descending: true }], filter: '' })
    const shown = firstPart(one)
    for (const row of shown.slice(0, 20)) made.fleet.bury(row)
    for (const row of shown.slice(20, 40)) made.fleet.set('cpuPercent', row, 0xffff)
    made.fleet.commit()
    for (let i = 0; i < 30; i++) made.fleet.bear(1, `born ${i}`)
    made.fleet.commit()
    one.flush()
    made.fleet.commit()
    one.flush()
    expect(one.errors).toEqual([])
    expect(one.replica.offset).toBe(made.fleet.offset)
    expect(tableView(one.replica.domains, COLUMNS, made.fleet.domains)).toEqual(tableView(made.fleet.domains, COLUMNS))
  })

  it('[SY62] [SY74] starts with them again when the connection was lost in the middle', () => {
    const made = world()
    const view = { rows: 33, skip: 0, sort: [{ column: 'name', descending: false }], filter: '' }
    const one = client(made, view)
    const shown = firstPart(one)
    one.receive(1)
    expect(living(one.replica).length).toBeGreaterThan(33)
    one.disconnect()
    expect(one.replica.offset).toBe(0)
    one.connect(made.hub)
    one.deliver(1)
    expect(firstPart(one)).toEqual(shown)
    one.flush()
    expect(tableView(one.replica.domains, COLUMNS, made.fleet.domains)).toEqual(tableView(made.fleet.domains, COLUMNS))
  })

  it('[SY74] ranks names again when some changed, though not for every client', () => {
    const made = world()
    const view = { rows: 10, skip: 0, sort: [{ column: 'name', descending: false }], filter: '' }
    const shown = firstPart(client(made, view))
    const renamed = made.fleet.living().find((row) => !shown.includes(row))!
    made.fleet.rename(renamed, '!first of all')
    made.fleet.commit()
    expect(firstPart(client(made, { ...view, rows: 11 }))).not.toContain(renamed)
    made.clock.advance(10_000)
    made.fleet.commit()
    expect(firstPart(client(made, view))).toContain(renamed)
  })

  it('[SY72] shares the parts after the first with clients that show something else', () => {
    const made = world()
    const view = { rows: 33, skip: 0, sort: [{ column: 'name', descending: false }], filter: '' }
    const one = client(made, view)
    one.flush()
    const { made: before } = made.hub.context.source
    const other = client(made, { ...view, sort: [{ column: 'cpuPercent', descending: true }] })
    other.flush()
    // HELLO and the first part are its own.
    expect(made.hub.context.source.made - before).toBe(2)
    const third = client(made, view)
    third.flush()
    expect(made.hub.context.source.made - before).toBe(3)
    expect(living(third.replica)).toEqual(made.fleet.living())
  })
})

function cpuOf(fleet: TableFleet): Rank {
  return (row) => {
    const code = fleet.domains.column('cpuPercent')!.codes[row]!
    return code >= 0xfff0 ? null : code
  }
}

import { describe, expect, it } from 'vitest'
import { systemClock } from '../../clock.ts'
import type { FleetReader } from '../../fleet/fleet-reader.ts'
import { type FakeDomain, fakeFleet } from '../../testing/fake-fleet.ts'
import type { RouteContext } from '../route.ts'
import { readHost } from './domain-query.ts'
import { domainsRoute } from './domains.ts'

const uuid = (i: number) => `00000000-0000-4000-8000-${i.toString(16).padStart(12, '0')}`

function setUp(count: number, parameters: Readonly<Record<string, string>> = {}) {
  const domains: FakeDomain[] = Array.from({ length: count }, (_, i) => ({
    host: 0,
    uuid: uuid(i),
    name: `web-${i}`,
    values: { cpuPercent: i },
  }))
  const fleet = fakeFleet({ hosts: ['kvm-01'], domains })
  const context = { fleet, clock: systemClock } as RouteContext
  const answer = domainsRoute.answer(context, new Map(Object.entries(parameters)), [])
  if (answer.kind !== 'stream') throw new Error(`got ${answer.kind}`)
  return { fleet, pieces: answer.pieces[Symbol.iterator]() }
}

function rest(pieces: Iterator<string>): string {
  let text = ''
  for (let next = pieces.next(); !next.done; next = pieces.next()) text += next.value
  return text
}

describe('/api/v1/domains in portions', () => {
  it('joins portions into one JSON text, whatever the count', () => {
    for (const count of [0, 1, 99, 100, 101, 250]) {
      const { pieces } = setUp(count)
      const body = JSON.parse(rest(pieces)) as { total: number; rows: { uuid: string }[] }
      expect(body.total).toBe(count)
      expect(body.rows.map((row) => row.uuid)).toEqual(Array.from({ length: count }, (_, i) => uuid(i)))
    }
  })

  it('leaves out rows that died, and slots that another domain took, while it was sent', () => {
    const { fleet, pieces } = setUp(250)
    const head = pieces.next().value as string
    const first = pieces.next().value as string
    fleet.domains.bury(150, 2)
    fleet.domains.bury(160, 2)
    fleet.domains.bear(160, [0, 1, 2, 3, 4], 3)
    const { rows } = JSON.parse(head + first + rest(pieces)) as { rows: { uuid: string }[] }
    const uuids = rows.map((row) => row.uuid)
    expect(uuids).toHaveLength(248)
    expect(uuids).not.toContain(uuid(150))
    expect(uuids).not.toContain(uuid(160))
  })

  it('limits CSV lines as it limits rows', () => {
    const { pieces } = setUp(250, { format: 'csv', limit: '120', sort: '-cpu', columns: 'cpu' })
    const lines = rest(pieces).trimEnd().split('\r\n')
    expect(lines).toHaveLength(121)
    expect(lines[1]).toBe(`${uuid(249)},kvm-01,web-249,250,running,120,249,20,,`)
  })
})

describe('host=', () => {
  it('is found without looking at the domains, so that one statistic costs the same among any number of them', () => {
    const fleet: FleetReader = {
      ...fakeFleet({ hosts: ['kvm-01', 'kvm-02'], domains: [] }),
      hostStatuses: () => {
        throw new Error('statuses count over all domains')
      },
    }
    expect(readHost(new Map([['host', 'kvm-02']]), fleet)).toEqual({ ok: true, value: 1 })
    expect(readHost(new Map([['host', 'kvm-03']]), fleet)).toMatchObject({
      ok: false,
      problem: { detail: { allowed: ['kvm-01', 'kvm-02'] } },
    })
  })
})

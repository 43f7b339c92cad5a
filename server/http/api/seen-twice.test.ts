import { describe, expect, it } from 'vitest'
import { systemClock } from '../../clock.ts'
import { type FakeDomain, fakeFleet } from '../../testing/fake-fleet.ts'
import type { RouteAnswer, RouteContext } from '../route.ts'
import { domainRoute } from './domain.ts'
import { domainsRoute } from './domains.ts'

const uuid = (i: number) => `00000000-0000-4000-8000-00000000000${i}`
const seen = (host: number, i: number, countedOn?: string): FakeDomain => ({
  ...{ host, uuid: uuid(i), name: `web-${i}`, values: {} },
  ...(countedOn === undefined ? {} : { countedOn }),
})
/** Two connections to one daemon, and another machine. */
const fleet = fakeFleet({
  hosts: ['kvm-01', 'kvm-01-ssh', 'kvm-02'],
  domains: [seen(0, 1), seen(0, 2), seen(1, 1, 'kvm-01'), seen(1, 2, 'kvm-01'), seen(2, 3), seen(2, 4), seen(0, 4)],
})
const context = { fleet, clock: systemClock, links: [] } as unknown as RouteContext

function list(parameters: Readonly<Record<string, string>>) {
  const answer = domainsRoute.answer(context, new Map(Object.entries(parameters)), [])
  if (answer.kind !== 'stream') throw new Error(JSON.stringify(answer))
  return JSON.parse([...answer.pieces].join('')) as {
    total: number
    seenTwice: number
    rows: Record<string, unknown>[]
  }
}

function one(i: number, parameters: Readonly<Record<string, string>> = {}): RouteAnswer {
  return domainRoute.answer(context, new Map(Object.entries(parameters)), [uuid(i)])
}

describe('domains that two connections see [RA60]', () => {
  it('are listed for both, with how many rows repeat others and where they count', () => {
    const { total, seenTwice, rows } = list({ columns: 'countedOn', sort: 'name' })
    expect([total, seenTwice]).toEqual([7, 2])
    expect(rows.filter(({ name }) => name === 'web-1').map(({ host, countedOn }) => [host, countedOn])).toEqual([
      ['kvm-01', null],
      ['kvm-01-ssh', 'kvm-01'],
    ])
  })

  it('repeat nothing where the rows that count are filtered away', () => {
    expect(list({ host: 'kvm-01-ssh' })).toMatchObject({ total: 2, seenTwice: 0 })
  })

  it('are the row that counts when no host is named, and the other one when it is', () => {
    expect(one(1)).toMatchObject({ kind: 'json', value: { host: 'kvm-01', countedOn: null } })
    expect(one(1, { host: 'kvm-01-ssh' })).toMatchObject({
      kind: 'json',
      value: { host: 'kvm-01-ssh', countedOn: 'kvm-01' },
    })
  })

  it('are still ambiguous when two machines have the UUID', () => {
    expect(JSON.stringify(one(4))).toContain('DOMAIN_AMBIGUOUS')
  })
})

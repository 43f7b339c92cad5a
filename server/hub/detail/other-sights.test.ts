import { expect, test } from 'vitest'
import { type FakeDomain, fakeFleet } from '../../testing/fake-fleet.ts'
import { otherSights } from './other-sights.ts'

const UUID = '00000000-0000-4000-8000-000000000001'
const HOSTS = ['kvm-01', 'by-ssh', 'by-socket', 'kvm-02']

/** A domain that three connections to one daemon see, and another machine that has its UUID too. */
function setUp() {
  const seen = (host: number, countedOn?: string): FakeDomain => ({
    ...{ host, uuid: UUID, name: 'web', values: {} },
    ...(countedOn === undefined ? {} : { countedOn }),
  })
  return fakeFleet({ hosts: HOSTS, domains: [seen(0), seen(1, 'kvm-01'), seen(2, 'kvm-01'), seen(3)] })
}

test('the other connections to its daemon show a domain again, another machine does not [RA60]', () => {
  const fleet = setUp()
  expect([...otherSights(fleet, UUID, 0)]).toEqual(['by-ssh', 'by-socket'])
  expect([...otherSights(fleet, UUID, 1)]).toEqual(['kvm-01', 'by-socket'])
  expect([...otherSights(fleet, UUID, 3)]).toEqual([])
})

test('nothing is known of a domain that is nowhere', () => {
  expect([...otherSights(setUp(), UUID, null)]).toEqual([])
})

import { expect, test } from 'vitest'
import { buildReply } from '../../../lib/ingest/testing/record-builder.ts'
import { seeded } from '../../../lib/libvirt/testing/mutate.ts'
import { readDomainFacts } from '../../facts/domain-facts.ts'
import { plantSecret } from '../../facts/testing/planted-secrets.ts'
import { Fleet } from '../../fleet/fleet.ts'
import { Lane } from '../../fleet/fleet-writer.ts'
import { ManualClock } from '../../testing/manual-clock.ts'
import type { RouteContext } from '../route.ts'
import { domainRoute } from './domain.ts'
import { domainColumnIds } from './domain-columns.ts'
import { domainsRoute } from './domains.ts'

const UUID = '5a5a5a5a-5a5a-5a5a-5a5a-5a5a5a5a5a00'

/** A fleet of one domain whose XML can be another one each time. */
function setUp() {
  const clock = new ManualClock()
  const fleet = new Fleet({ clock, simulated: false })
  const host = fleet.addHost('kvm-01', 'qemu:///system')
  const timing = { sentAt: clock.now() - 2, firstByteAt: clock.now(), endAt: clock.now(), suspect: false }
  const record = { name: 'd1', uuid: 0, id: 1, params: [['state.state', 1, 1] as [string, number, number]] }
  fleet.ingest(host, Lane.Roster, buildReply([record]), timing, true)
  const ref = { name: 'd1', uuid: Uint8Array.from({ length: 16 }, (_, at) => (at === 15 ? 0 : 0x5a)), id: 1 }
  const describeAs = (xml: string) => {
    fleet.about.describe(host, ref, clock.now(), readDomainFacts(xml))
    clock.advance(1000)
  }
  const context = { fleet, clock, links: [] } as unknown as RouteContext
  return { fleet, describeAs, context }
}

test('[FA14] what is kept back is in no answer, no column and no text that is searched, seed 3', () => {
  const { fleet, describeAs, context } = setUp()
  const random = seeded(3)
  for (let i = 0; i < 200; i++) {
    const { secret, inner, text } = plantSecret(random)
    describeAs(`<domain><title>${text}</title><description>${text}</description>
      <metadata><o:vm xmlns:o="urn:o">${inner}</o:vm></metadata></domain>`)
    const one = domainRoute.answer(context, new Map(), [UUID])
    const columns = new Map([['columns', domainColumnIds().join()]])
    const all = domainsRoute.answer(context, columns, [])
    if (one.kind !== 'json' || all.kind !== 'stream') throw new Error('another answer than expected')
    const row = fleet.rowsOf(UUID)[0]!
    const grid = [fleet.domains.text('title')?.get(row), fleet.domains.text('addresses')?.get(row)]
    const told = JSON.stringify([one.value, [...all.pieces], grid])
    expect(told).toContain('(kept back)')
    expect(told).not.toContain(secret)
    const { facts } = one.value as { facts: { keptBack: number } }
    expect(facts.keptBack).toBeGreaterThanOrEqual(3)
  }
})

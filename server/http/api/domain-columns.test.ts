import { describe, expect, it } from 'vitest'
import { buildReply, type Param } from '../../../lib/ingest/testing/record-builder.ts'
import type { Clock } from '../../clock.ts'
import { readDomainFacts } from '../../facts/domain-facts.ts'
import { Fleet } from '../../fleet/fleet.ts'
import { Lane } from '../../fleet/fleet-writer.ts'
import type { RouteAnswer, RouteContext } from '../route.ts'
import { domainsRoute } from './domains.ts'

const nova = (project: string, owner: string, ip: string) => `<metadata>
  <nova:instance xmlns:nova="http://openstack.org/xmlns/libvirt/nova/1.1"><nova:name>shop ${project}</nova:name>
  <nova:flavor name="m1.small"/><nova:owner><nova:user uuid="u">${owner}</nova:user><nova:project uuid="p">${project}</nova:project></nova:owner>
  <nova:ports><nova:port><nova:ip address="${ip}"/></nova:port></nova:ports></nova:instance>
  <libosinfo:libosinfo xmlns:libosinfo="http://libosinfo.org/xmlns/libvirt/domain/1.0"><libosinfo:os id="http://debian.org/debian/12"/></libosinfo:libosinfo>
  </metadata><devices><interface type="bridge"><mac address="52:54:00:00:00:01"/></interface></devices>`

const XML = [
  `<domain>${nova('billing', 'bob', '10.0.0.5')}</domain>`,
  `<domain><title>=cmd|'/c calc'!A1</title><description>one, "two"</description>${nova('Archive', 'alice', '10.0.0.6')}</domain>`,
]

/** A real fleet of three domains, of which the XML of two is known. */
function setUp() {
  let commit = () => {}
  const clock: Clock = {
    now: () => 10_000,
    wall: () => 0,
    after: (_ms, callback) => {
      commit = callback
      return () => {}
    },
  }
  const fleet = new Fleet({ clock, simulated: false })
  const host = fleet.addHost('kvm-01', 'qemu:///system')
  const params: Param[] = [
    ['state.state', 1, 1],
    ['state.reason', 1, 1],
  ]
  const names = ['d1', 'd2', 'd3']
  const timing = { sentAt: 9_990, firstByteAt: 10_000, endAt: 10_000, suspect: false }
  fleet.ingest(
    host,
    Lane.Roster,
    buildReply(names.map((name, i) => ({ name, uuid: i, id: i + 1, params }))),
    timing,
    true,
  )
  XML.forEach((xml, i) => {
    const uuid = Uint8Array.from({ length: 16 }, (_, at) => (at === 15 ? i : 0x5a))
    fleet.about.describe(host, { name: names[i]!, uuid, id: i + 1 }, 10_000, readDomainFacts(xml))
  })
  commit()
  const ask = (query: string): RouteAnswer =>
    domainsRoute.answer({ fleet, clock } as unknown as RouteContext, new Map(new URLSearchParams(query)), [])
  const text = (query: string) => {
    const answer = ask(query)
    if (answer.kind !== 'stream') throw new Error(JSON.stringify(answer))
    return [...answer.pieces].join('')
  }
  const rows = (query: string) => (JSON.parse(text(query)) as { rows: Record<string, unknown>[] }).rows
  return { ask, text, rows, names: (query: string) => rows(query).map(({ name }) => name) }
}

describe('text columns of /api/v1/domains', () => {
  it('are given exactly, in the order in which they are named, with null where nothing is known', () => {
    const { text } = setUp()
    const columns = 'project,owner,title,flavour,os,ips,macs,description,reason,jobKind'
    const body = JSON.parse(text(`columns=${columns}&sort=name`)) as {
      columns: { id: string; label: string; unit: string }[]
      rows: Record<string, unknown>[]
    }
    expect(body.columns.map(({ id }) => id).join()).toBe(columns)
    expect(body.columns[1]).toEqual({ id: 'owner', label: 'Owner', unit: 'word' })
    expect(body.rows.find(({ name }) => name === 'd1')).toMatchObject({
      ...{ project: 'billing', owner: 'bob', title: 'shop billing', flavour: 'm1.small' },
      ...{ os: 'http://debian.org/debian/12', ips: '10.0.0.5', macs: '52:54:00:00:00:01' },
      ...{ description: null, reason: 'booted', jobKind: null },
    })
    expect(body.rows.find(({ name }) => name === 'd3')).toMatchObject({ project: null, title: null, os: null })
  })

  it('may stand among metrics and what every row has, each once', () => {
    const { rows } = setUp()
    const keys = Object.keys(rows('columns=cpu,name,project,state,cpuPercent,overdueMs,partial,project&limit=1')[0]!)
    expect(keys).toEqual([
      'uuid',
      'host',
      'name',
      'id',
      'state',
      'ageMs',
      'cpuPercent',
      'project',
      'overdueMs',
      'partial',
      'partialReason',
    ])
  })

  it('[S-13] are quoted in CSV, and cannot become formulas', () => {
    const lines = setUp().text('format=csv&columns=title,description,project&sort=name').split('\r\n')
    expect(lines[0]).toBe('uuid,host,name,id,state,ageMs,title,description,project,overdueMs,partial,partialReason')
    const hostile = lines.find((line) => line.includes(',d2,'))!
    expect(hostile.includes(`"'=cmd|'/c calc'!A1","one, ""two""",Archive,`)).toBe(true)
    expect(lines.find((line) => line.includes(',d3,'))!.includes(',10,,,,0,,')).toBe(true)
  })

  it('order by what they are called: name by the name, title by the title or else the name, as the page shows it', () => {
    const { names } = setUp()
    expect(names('sort=name')).toEqual(['d1', 'd2', 'd3'])
    expect(names('sort=title')).toEqual(['d2', 'd3', 'd1'])
    expect(names('sort=-title')).toEqual(['d1', 'd3', 'd2'])
  })

  it('are filtered and sorted by as the grid does: without case, and what is not known last', () => {
    const { names } = setUp()
    expect(names('sort=project')).toEqual(['d2', 'd1', 'd3'])
    expect(names('sort=-owner')).toEqual(['d1', 'd2', 'd3'])
    expect(names('filter=archive')).toEqual(['d2'])
    expect(names('filter=shop')).toEqual(['d1'])
    expect(names('filter=10.0.0.6')).toEqual(['d2'])
  })

  it.each(['wings', 'metadata', '', 'hostcpu'])('refuse %j by name and tell which there are', (name) => {
    const answer = setUp().ask(`columns=project,${name}`)
    expect(answer).toMatchObject({
      kind: 'problem',
      problem: { status: 400, code: 'BAD_PARAMETER', detail: { parameter: 'columns', value: name } },
    })
    expect(answer).toMatchObject({
      problem: { detail: { allowed: expect.arrayContaining(['cpuPercent', 'project', 'os']) } },
    })
  })
})

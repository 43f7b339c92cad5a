import { describe, expect, test } from 'vitest'
import { DomscopeError } from '../../../lib/errors/domscope-error.ts'
import { buildReply } from '../../../lib/ingest/testing/record-builder.ts'
import type { Clock } from '../../clock.ts'
import { readDomainFacts } from '../../facts/domain-facts.ts'
import type { DomainEvent } from '../../libvirt/host-session.ts'
import { Fleet } from '../fleet.ts'
import { Lane } from '../fleet-writer.ts'

const UUID = (n: number) => `5a5a5a5a-5a5a-5a5a-5a5a-5a5a5a5a5a${n.toString(16).padStart(2, '0')}`
const ref = (n: number) => ({
  name: `d${n}`,
  uuid: Uint8Array.from({ length: 16 }, (_, i) => (i === 15 ? n : 0x5a)),
  id: n,
})
const NOVA = `<domain><metadata><nova:instance xmlns:nova="http://openstack.org/xmlns/libvirt/nova/1.1">
  <nova:name>shop</nova:name><nova:flavor name="m1"/>
  <nova:owner><nova:user uuid="u">alice</nova:user><nova:project uuid="p">billing</nova:project></nova:owner>
  <nova:ports><nova:port><nova:ip address="10.0.0.5"/></nova:port></nova:ports></nova:instance></metadata>
  <devices><interface type="bridge"><mac address="52:54:00:00:00:01"/></interface></devices></domain>`

function setUp(count: number, maxLivingWords?: number) {
  const time = { now: 10_000 }
  let commit = () => {}
  const clock: Clock = {
    now: () => time.now,
    wall: () => time.now,
    after: (_ms, callback) => {
      commit = callback
      return () => {}
    },
  }
  const fleet = new Fleet({ clock, simulated: false, ...(maxLivingWords === undefined ? {} : { maxLivingWords }) })
  const host = fleet.addHost('kvm-01', 'qemu:///system')
  const roster = (n: number) => {
    const records = Array.from({ length: n }, (_, i) => ({
      name: `d${i + 1}`,
      uuid: i + 1,
      id: i + 1,
      params: [['state.state', 1, 1] as [string, number, number]],
    }))
    const timing = { sentAt: time.now - 2, firstByteAt: time.now, endAt: time.now, suspect: false }
    fleet.ingest(host, Lane.Roster, buildReply(records), timing, true)
  }
  roster(count)
  time.now += 100
  const wanted = (since = 0) => fleet.about.undescribed(host, since, false).map(({ name }) => name)
  const describeAs = (n: number, xml: string) => fleet.about.describe(host, ref(n), time.now, readDomainFacts(xml))
  const hear = (event: DomainEvent) => fleet.event(host, event)
  return { time, fleet, host, roster, wanted, describeAs, hear, commit: () => commit() }
}

const metadata: DomainEvent = { kind: 'metadata', domain: ref(1), type: 1, namespace: null }

describe('the XML of a row', () => {
  test('is wanted until it was read in this session', () => {
    const { time, wanted, describeAs } = setUp(2)
    expect(wanted().sort()).toEqual(['d1', 'd2'])
    describeAs(1, '<domain/>')
    expect(wanted()).toEqual(['d2'])
    time.now += 100_000
    expect(wanted()).toEqual(['d2'])
    expect(wanted(time.now - 1).sort()).toEqual(['d1', 'd2'])
  })

  test('is wanted again soon after an event says that it changed, but not twice in two seconds', () => {
    const { time, wanted, describeAs, hear } = setUp(1)
    describeAs(1, '<domain/>')
    time.now += 100
    hear(metadata)
    expect(wanted()).toEqual([])
    time.now += 1800
    expect(wanted()).toEqual([])
    time.now += 100
    expect(wanted()).toEqual(['d1'])
    describeAs(1, '<domain/>')
    time.now += 10_000
    expect(wanted()).toEqual([])
  })

  test('that was asked for just when it changed is read again', () => {
    const { time, wanted, fleet, host, hear } = setUp(1)
    const askedAt = time.now
    time.now += 5
    hear(metadata)
    fleet.about.describe(host, ref(1), askedAt, readDomainFacts('<domain/>'))
    time.now += 5000
    expect(wanted()).toEqual(['d1'])
  })

  test.each<[string, boolean, DomainEvent]>([
    ['defined', true, { kind: 'lifecycle', domain: ref(1), event: 0, detail: 1 }],
    ['started', true, { kind: 'lifecycle', domain: ref(1), event: 2, detail: 0 }],
    ['suspended', false, { kind: 'lifecycle', domain: ref(1), event: 3, detail: 0 }],
    ['a device that came', true, { kind: 'device-added', domain: ref(1), device: 'net1' }],
    ['limits that changed', true, { kind: 'tunable', domain: ref(1), params: [] }],
    ['a metadata change', true, metadata],
    ['a device that went', true, { kind: 'device-removed', domain: ref(1), device: 'net1' }],
    [
      'a medium that changed',
      true,
      { kind: 'disk-change', domain: ref(1), device: 'sda', oldPath: null, newPath: '/a.iso', reason: 0 },
    ],
    ['a tray that moved', true, { kind: 'tray', domain: ref(1), device: 'sda', reason: 0 }],
    ['a NIC with another address', true, { kind: 'nic-mac', domain: ref(1), device: 'net0', oldMac: 'a', newMac: 'b' }],
    ['a block job', true, { kind: 'block-job', domain: ref(1), disk: 'vda', job: 1, status: 0 }],
    ['a vCPU that went', true, { kind: 'vcpu-removed', domain: ref(1), vcpu: 1 }],
    ['memory that grew', true, { kind: 'memory-device-size', domain: ref(1), device: 'dimm0', size: 1 }],
    ['a stop', true, { kind: 'lifecycle', domain: ref(1), event: 5, detail: 0 }],
    ['a reboot', false, { kind: 'reboot', domain: ref(1) }],
    ['a balloon that moved', false, { kind: 'balloon', domain: ref(1), actualKiB: 1 }],
  ])('after %s is wanted: %s', (_what, expected, event) => {
    const { time, wanted, describeAs, hear } = setUp(1)
    describeAs(1, '<domain/>')
    time.now += 5000
    hear(event)
    time.now += 100
    expect(wanted()).toEqual(expected ? ['d1'] : [])
  })

  test('that could not be read keeps the facts from before, names the error, and is tried again a minute later', () => {
    const { time, fleet, host, wanted, describeAs } = setUp(1)
    const [row] = fleet.rowsOf(UUID(1))
    expect(fleet.facts(row!)).toEqual({ facts: null, error: null, ageMs: null })
    describeAs(1, '<domain><title>t</title></domain>')
    time.now += 3000
    fleet.about.describe(host, ref(1), time.now, new DomscopeError('XML_MALFORMED', 'bad', { radius: 'reply' }))
    time.now += 7
    expect(fleet.facts(row!)).toMatchObject({ facts: { title: 't' }, error: { code: 'XML_MALFORMED' }, ageMs: 7 })
    time.now += 59_000
    expect(wanted()).toEqual([])
    time.now += 1000
    expect(wanted()).toEqual(['d1'])
  })

  test('stays, and its age, when the answer to an older question comes late', () => {
    const { time, fleet, host, describeAs } = setUp(1)
    const [row] = fleet.rowsOf(UUID(1))
    const askedFirst = time.now
    time.now += 60_000
    describeAs(1, '<domain><title>new</title></domain>')
    time.now += 10
    fleet.about.describe(host, ref(1), askedFirst, readDomainFacts('<domain><title>old</title></domain>'))
    expect(fleet.facts(row!)).toMatchObject({ facts: { title: 'new' }, ageMs: 10 })
    expect(fleet.jobs(row!)).toEqual([])
  })

  test('names at most fifty domains, and in the end all of them', () => {
    const { wanted } = setUp(120)
    const lists = [wanted(), wanted(), wanted()]
    expect(lists.map((list) => list.length)).toEqual([50, 50, 50])
    expect(new Set(lists.flat()).size).toBe(120)
  })

  test('shows in the grid: title, project, owner, flavour and the addresses that are searched', () => {
    const { fleet, commit, describeAs, roster, time } = setUp(2)
    describeAs(1, NOVA)
    commit()
    const [row] = fleet.rowsOf(UUID(1))
    const { domains } = fleet
    const word = (id: string) => {
      const column = domains.column(id)!
      return domains.dictionaries.get(column.number)!.word(column.codes[row!]!)
    }
    expect(['project', 'owner', 'flavour'].map(word)).toEqual(['billing', 'alice', 'm1'])
    expect(domains.text('title')?.get(row!)).toBe('shop')
    expect(domains.text('addresses')?.get(row!)).toBe('10.0.0.5 52:54:00:00:00:01')
    describeAs(1, '<domain/>')
    commit()
    expect([word('project'), domains.text('title')?.get(row!)]).toEqual([null, ''])
    time.now += 1000
    roster(0)
    expect(() => describeAs(1, NOVA)).not.toThrow()
  })

  test('with a quota and an I/O limit puts notes beside the values that hold waiting for them', () => {
    const { fleet, describeAs } = setUp(2)
    const [row, other] = [fleet.rowsOf(UUID(1))[0]!, fleet.rowsOf(UUID(2))[0]!]
    describeAs(2, '<domain/>')
    describeAs(
      1,
      '<domain><cputune><quota>30000</quota></cputune><devices><disk><target dev="vda"/><iotune><total_iops_sec>20</total_iops_sec></iotune></disk></devices></domain>',
    )
    expect(fleet.notes(row)).toMatchObject({
      stealWorstPercent: 'incl. own CPU cap',
      diskLatencyNs: 'incl. own I/O limit',
    })
    expect(fleet.notes(other)).toEqual({})
  })

  test('[SY24] of ever new projects begins a new epoch with only the words that live, and shows each of them', () => {
    const { fleet, commit, describeAs } = setUp(3, 8)
    const column = fleet.domains.column('project')!
    const { words } = fleet.domains.dictionaries.get(column.number)!
    const shown = (n: number) => words[column.codes[fleet.rowsOf(UUID(n))[0]!]!]
    describeAs(2, NOVA.replace('billing', 'steady'))
    describeAs(3, '<domain/>')
    const epochs = new Set<Uint8Array>()
    let offset = 0
    for (let i = 0; i < 100; i++) {
      describeAs(1, NOVA.replace('billing', `p${i}`))
      commit()
      epochs.add(fleet.epoch)
      expect([shown(1), shown(2), shown(3)]).toEqual([`p${i}`, 'steady', undefined])
      expect(words.length).toBeLessThanOrEqual(17)
      expect(fleet.offset).toBeGreaterThan(offset)
      offset = fleet.offset
    }
    // Each compaction makes room for at least eight words.
    expect(epochs.size).toBeGreaterThan(4)
    expect(epochs.size).toBeLessThanOrEqual(1 + 100 / 8)
    expect(fleet.facts(fleet.rowsOf(UUID(1))[0]!).facts?.nova?.project?.name).toBe('p99')
  })

  test('of more living projects than fit shows (other) and keeps the epoch, until they are fewer', () => {
    const { fleet, commit, describeAs } = setUp(9, 4)
    const { epoch } = fleet
    const column = fleet.domains.column('project')!
    const { words } = fleet.domains.dictionaries.get(column.number)!
    const shown = (n: number) => words[column.codes[fleet.rowsOf(UUID(n))[0]!]!]
    for (let n = 1; n <= 9; n++) describeAs(n, NOVA.replace('billing', `p${n}`))
    commit()
    expect([shown(8), shown(9)]).toEqual(['p8', '(other)'])
    expect(fleet.epoch).toBe(epoch)
    for (let n = 1; n <= 7; n++) describeAs(n, NOVA.replace('billing', 'p8'))
    commit()
    expect([shown(1), shown(8), shown(9)]).toEqual(['p8', 'p8', 'p9'])
    expect(fleet.epoch).not.toEqual(epoch)
  })
})

import { describe, expect, test } from 'vitest'
import { buildReply, monitorParams } from '../../../lib/ingest/testing/record-builder.ts'
import { readDomainFacts } from '../../facts/domain-facts.ts'
import { readJob } from '../../facts/domain-job.ts'
import { ManualClock } from '../../testing/manual-clock.ts'
import { Fleet } from '../fleet.ts'
import { Lane } from '../fleet-writer.ts'

const UUID = '5a5a5a5a-5a5a-5a5a-5a5a-5a5a5a5a5a07'
const DOMAIN = { name: 'vm-7', uuid: Uint8Array.from({ length: 16 }, (_, i) => (i === 15 ? 7 : 0x5a)), id: 3 }
const SAVE = { type: 2, params: [{ field: 'operation', value: 2 }] }

/** Two hosts, and a domain on the first whose save was found. */
function setUp() {
  const clock = new ManualClock()
  const fleet = new Fleet({ clock, simulated: false })
  const [host, other] = [fleet.addHost('kvm-01', 'qemu:///system'), fleet.addHost('kvm-02', 'qemu:///system')]
  const poll = (id: number, params = monitorParams({ tick: 1 })) => {
    const timing = { sentAt: clock.now(), firstByteAt: clock.now(), endAt: clock.now(), suspect: false }
    fleet.ingest(host, Lane.Monitor, buildReply([{ name: 'vm-7', uuid: 7, id, params }]), timing, true)
  }
  poll(3)
  const job = readJob(SAVE)!
  fleet.about.foundJobs(host, DOMAIN, { asked: { whole: true, disks: [] }, jobs: [job] }, clock.now())
  clock.advance(100)
  const shown = () => {
    const row = fleet.rowsOf(UUID)[0]!
    const column = fleet.domains.column('jobKind')!
    const word = fleet.domains.dictionaries.get(column.number)!.word(column.codes[row]!)
    return [word, fleet.jobs(row).map(({ kind }) => kind)]
  }
  return { clock, fleet, host, other, poll, shown }
}

describe('another process of a domain', () => {
  test('has no job of the one before, and its XML is read again', () => {
    const { clock, fleet, host, poll, shown } = setUp()
    fleet.about.describe(host, DOMAIN, clock.now(), readDomainFacts('<domain/>'))
    clock.advance(5_000)
    expect(fleet.about.undescribed(host, 0, false)).toEqual([])
    poll(4)
    clock.advance(100)
    expect(fleet.about.undescribed(host, 0, false)).toMatchObject([{ name: 'vm-7', id: 4 }])
    expect(shown()).toEqual([expect.not.stringContaining('save'), []])
    expect(fleet.about.busyDomains(host)).toEqual([])
  })
})

describe('the XML of a domain whose records are partial', () => {
  test('is not asked for while another call waits, which may wait for the same monitor', () => {
    const { clock, fleet, host, poll } = setUp()
    const wanted = (careful: boolean) => fleet.about.undescribed(host, clock.now() + 1, careful).length
    expect([wanted(false), wanted(true)]).toEqual([1, 1])
    clock.advance(1000)
    poll(3, [])
    expect([wanted(false), wanted(true)]).toEqual([1, 0])
  })
})

describe('a job that nothing confirms any more', () => {
  test('goes from the grid too, half a minute after it was seen last', () => {
    const { clock, fleet, host, shown } = setUp()
    expect(shown()).toEqual(['save', ['save']])
    clock.advance(29_000)
    expect(fleet.about.busyDomains(host)).toHaveLength(1)
    clock.advance(2_000)
    expect(fleet.about.busyDomains(host)).toEqual([])
    clock.advance(100)
    expect(shown()).toEqual([expect.not.stringContaining('save'), []])
  })

  test('stays while its host cannot be asked, as all that was seen last does', () => {
    const { clock, fleet, other, shown } = setUp()
    clock.advance(60_000)
    expect(fleet.about.busyDomains(other)).toEqual([])
    clock.advance(100)
    expect(shown()).toEqual(['save', ['save']])
  })
})

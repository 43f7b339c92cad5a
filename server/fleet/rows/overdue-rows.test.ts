import { describe, expect, it } from 'vitest'
import { buildReply, type Param } from '../../../lib/ingest/testing/record-builder.ts'
import { groupBit, StatGroup } from '../../../lib/metrics/types.ts'
import { ManualClock } from '../../testing/manual-clock.ts'
import { Fleet } from '../fleet.ts'
import { Lane } from '../fleet-writer.ts'
import { ROSTER_INTERVAL_MS } from '../hosts/host-record.ts'

const state = (code: number): Param[] => [
  ['state.state', 1, code],
  ['state.reason', 1, 1],
]
const RUNNING = { name: 'vm-1', uuid: 1, id: 7, params: state(1) }
const OFF = { name: 'vm-2', uuid: 2, id: -1, params: state(5) }

function setUp() {
  const clock = new ManualClock()
  const fleet = new Fleet({ clock, simulated: false })
  const host = fleet.addHost('kvm-01', 'qemu:///system')
  fleet.hostState(host, 'up', null)
  const send = (lane: Lane, records: (typeof OFF)[]) => {
    const at = clock.now()
    fleet.ingest(host, lane, buildReply(records), { sentAt: at, firstByteAt: at, endAt: at, suspect: false }, true)
    clock.advance(100)
  }
  send(Lane.Roster, [RUNNING, OFF])
  const overdue = () =>
    fleet.rowExceptions().map(({ row, partialGroups, sinceMs }) => ({
      name: fleet.identity(row).name,
      partialGroups,
      sinceMs,
    }))
  return { clock, fleet, host, send, overdue, readAt: 1_000 }
}

describe('rows that only rosters read', () => {
  it('are exceptions of group state once three rosters are missing, as old as the last one [SY31]', () => {
    const { clock, send, overdue, readAt } = setUp()
    clock.advance(3 * ROSTER_INTERVAL_MS - 100)
    send(Lane.Fast, [RUNNING])
    expect(overdue()).toEqual([{ name: 'vm-2', partialGroups: groupBit(StatGroup.State), sinceMs: readAt }])
  })

  it('are none before, nor after the next roster [SY31]', () => {
    const { clock, send, overdue } = setUp()
    clock.advance(3 * ROSTER_INTERVAL_MS - 100)
    expect(overdue()).toEqual([])
    clock.advance(5_000)
    expect(overdue()).toHaveLength(1)
    send(Lane.Roster, [RUNNING, OFF])
    expect(overdue()).toEqual([])
  })

  it('need no exception on a host out of reach, which tells for all its rows [SY31]', () => {
    const { clock, fleet, host, overdue } = setUp()
    fleet.hostState(host, 'unreachable', null)
    clock.advance(100_000)
    expect(overdue()).toEqual([])
  })
})

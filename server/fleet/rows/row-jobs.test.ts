import { describe, expect, test } from 'vitest'
import { DomainTable } from '../../../lib/columns/domain-table.ts'
import { Lifecycle } from '../../../lib/libvirt/words.ts'
import { readDomainFacts } from '../../facts/domain-facts.ts'
import { type DomainJob, readBlockJob, readJob } from '../../facts/domain-job.ts'
import type { DomainEvent } from '../../libvirt/host-session.ts'
import { RowJobs } from './row-jobs.ts'
import { RowSet } from './row-set.ts'

const DOMAIN = { name: 'd', uuid: new Uint8Array(16), id: 1 }
const blockJob = (status: number): DomainEvent => ({ kind: 'block-job', domain: DOMAIN, disk: 'vda', job: 2, status })
const copy: DomainJob = readBlockJob('vda', { type: 2, bandwidthBps: 0, current: 30, end: 120 })
const migration: DomainJob = readJob({ type: 2, params: [{ field: 'operation', value: 5 }] })!

/** A fleet of which row 3 is on host 0. */
function setUpTable() {
  const table = new DomainTable()
  table.grow(8)
  table.hostRow[3] = 0
  return { table, jobs: new RowJobs(table) }
}

/** What is asked at a moment. */
function busyOf(jobs: RowJobs, host: number, now: number) {
  jobs.expire(host, now)
  return jobs.busy(host)
}

const setUp = () => setUpTable().jobs

describe('jobs of rows', () => {
  test('are asked for after a sign of one only: control info, a mirror, an event', () => {
    const jobs = setUp()
    expect(busyOf(jobs, 0, 0)).toEqual([])
    jobs.control(3, 0, 0)
    jobs.control(3, 2, 0)
    expect(busyOf(jobs, 0, 0)).toEqual([])
    jobs.control(3, 1, 0)
    const mirrored = '<disk><target dev="vdb"/><mirror job="copy"/></disk><disk><target dev="vdc"/></disk>'
    jobs.described(3, readDomainFacts(`<domain><devices>${mirrored}</devices></domain>`), 0)
    jobs.heard(3, blockJob(3), 0)
    expect(busyOf(jobs, 0, 0)).toEqual([{ row: 3, whole: true, disks: ['vdb', 'vda'] }])
    expect(busyOf(jobs, 1, 0)).toEqual([])
  })

  test('are followed as long as they are found, and for half a minute after a sign', () => {
    const jobs = setUp()
    jobs.control(3, 1, 0)
    expect(busyOf(jobs, 0, 30_000)).toHaveLength(1)
    jobs.put(3, 30_000, { asked: { whole: true, disks: [] }, jobs: [migration] })
    expect([jobs.kind(3), busyOf(jobs, 0, 60_000).length]).toEqual(['outgoing migration', 1])
    jobs.put(3, 60_000, { asked: { whole: true, disks: [] }, jobs: [] })
    expect([jobs.kind(3), busyOf(jobs, 0, 60_000), jobs.of(3)]).toEqual([null, [], null])
    jobs.control(3, 1, 0)
    expect(busyOf(jobs, 0, 30_001)).toEqual([])
  })

  test('end with the event that says so, each on its own', () => {
    const jobs = setUp()
    jobs.put(3, 0, { asked: { whole: true, disks: ['vda'] }, jobs: [migration, copy] })
    expect(jobs.heard(3, { kind: 'job-completed', domain: DOMAIN, params: [] }, 1)).toBe(true)
    expect([jobs.kind(3), jobs.of(3)]).toEqual(['copy', { at: 0, jobs: [copy] }])
    expect(jobs.heard(3, blockJob(0), 2)).toBe(true)
    expect([jobs.kind(3), busyOf(jobs, 0, 2)]).toEqual([null, []])
    expect(jobs.heard(3, blockJob(2), 3)).toBe(false)
  })

  test('are asked for while a domain waits for its migration, which no event need have told', () => {
    const { table, jobs } = setUpTable()
    const { gauges } = table.wire
    const rows = new RowSet()
    rows.add(3)
    const state = (state: number, reason: number) => {
      gauges['state.state'].set(3, state)
      gauges['state.reason'].set(3, reason)
      jobs.waiting(rows, 0)
      return busyOf(jobs, 0, 0)
    }
    expect(state(3, 1)).toEqual([])
    expect(state(1, 2)).toEqual([])
    expect(state(3, 2)).toEqual([{ row: 3, whole: true, disks: [] }])
    jobs.put(3, 0, { asked: { whole: true, disks: [] }, jobs: [{ ...migration, kind: 'incoming migration' }] })
    const resumed = { kind: 'lifecycle', domain: DOMAIN, event: Lifecycle.Resumed, detail: 0 } as const
    expect([jobs.heard(3, resumed, 1), jobs.kind(3)]).toEqual([false, 'incoming migration'])
    expect([jobs.heard(3, { ...resumed, detail: 1 }, 1), jobs.kind(3)]).toEqual([true, null])
    expect(busyOf(jobs, 0, 1)).toEqual([])
  })

  test.each([
    ['save', 3],
    ['dump', 4],
    ['snapshot', 9],
  ])('are asked for while a domain waits for its %s', (_what, reason) => {
    const { table, jobs } = setUpTable()
    const rows = new RowSet()
    rows.add(3)
    table.wire.gauges['state.state'].set(3, 3)
    table.wire.gauges['state.reason'].set(3, reason)
    jobs.waiting(rows, 0)
    expect(busyOf(jobs, 0, 0)).toEqual([{ row: 3, whole: true, disks: [] }])
  })

  test('are asked for of at most twenty domains at a time', () => {
    const { table, jobs } = setUpTable()
    table.grow(64)
    for (let row = 0; row < 30; row++) {
      table.hostRow[row] = 0
      jobs.control(row, 1, 0)
    }
    expect(busyOf(jobs, 0, 0)).toHaveLength(20)
  })

  test('are forgotten with the process', () => {
    const jobs = setUp()
    jobs.put(3, 0, { asked: { whole: false, disks: ['vda'] }, jobs: [copy] })
    jobs.forget(3)
    expect([jobs.kind(3), busyOf(jobs, 0, 0)]).toEqual([null, []])
  })
})

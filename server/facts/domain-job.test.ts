import { describe, expect, test } from 'vitest'
import { readBlockJob, readJob } from './domain-job.ts'

const params = (values: Readonly<Record<string, number>>) =>
  Object.entries(values).map(([field, value]) => ({ field, value }))

describe('jobs of a domain', () => {
  test('say what they are, how far, how fast and against what', () => {
    const job = readJob({
      type: 2,
      params: params({
        operation: 5,
        time_elapsed: 4000,
        time_remaining: 6000,
        data_total: 1000,
        data_remaining: 250,
        memory_total: 800,
        memory_remaining: 250,
        memory_bps: 100,
        disk_bps: 20,
        memory_dirty_rate: 3,
        memory_page_size: 4096,
        memory_iteration: 2,
      }),
    })
    expect(job).toEqual({
      kind: 'outgoing migration',
      disk: null,
      percent: 75,
      elapsedMs: 4000,
      remainingMs: 6000,
      remainingBytes: 250,
      bandwidthBps: 120,
      dirtyBps: 12_288,
      iteration: 2,
    })
  })

  test.each([0, 3, 4, 5])('of type %i are over or none', (type) => {
    expect(readJob({ type, params: [] })).toBeNull()
  })

  test('that tell nothing are jobs all the same', () => {
    expect(readJob({ type: 1, params: [] })).toMatchObject({ kind: 'job', percent: null, bandwidthBps: null })
    expect(readJob({ type: 1, params: params({ operation: 99 }) })?.kind).toBe('job')
  })

  test('never are beyond 0 and 100 %, as what is left may be more than all', () => {
    const percent = (total: number, left: number) =>
      readJob({ type: 1, params: params({ data_total: total, data_remaining: left }) })?.percent
    expect([percent(100, 150), percent(100, -5), percent(0, 0)]).toEqual([0, 100, null])
  })
})

test('jobs of a disk have its name and their share', () => {
  const job = readBlockJob('vda', { type: 4, bandwidthBps: 0, current: 30, end: 120 })
  expect(job).toMatchObject({ kind: 'active commit', disk: 'vda', percent: 25 })
  expect(readBlockJob('vda', { type: 77, bandwidthBps: 0, current: 0, end: 0 })).toMatchObject({
    kind: 'job',
    percent: null,
  })
})

import { describe, expect, it } from 'vitest'
import { metricsOf } from '../metrics/catalogue.ts'
import { DEFAULT_COLUMNS, findColumn, GRID_COLUMNS, subscribedColumns } from './grid-columns.ts'

describe('grid columns', () => {
  it('offers every metric of domains, and only existing columns by default', () => {
    const ids = GRID_COLUMNS.map((column) => column.id)
    for (const metric of metricsOf('domain')) expect(ids).toContain(metric.id)
    expect(ids).not.toContain('hostCpuPercent')
    for (const id of DEFAULT_COLUMNS) expect(findColumn(id)?.id).toBe(id)
  })

  it('knows which stat groups a column is as old as', () => {
    expect(findColumn('state')?.groups).toBe(1)
    expect(findColumn('overheadCores')?.groups).toBe(0b1010)
    expect(findColumn('name')?.groups).toBe(0)
  })

  it('subscribes the column that tells of a limit of their own beside waiting times, and columns of words', () => {
    const columns = subscribedColumns(['stealWorstPercent', 'diskLatencyNs', 'flavour'], ['project'], [])
    expect(columns).toEqual([
      'countedOn',
      'cpuCapPercent',
      'diskCapPercent',
      'diskLatencyNs',
      'flavour',
      'owner',
      'project',
      'reason',
      'state',
      'stealWorstPercent',
    ])
  })

  it('subscribes what is shown and sorted by, and RSS for the memory of silent guests', () => {
    expect(subscribedColumns(['name', 'memoryUsedPercent', 'age'], ['diskIops'], ['coresUsed'])).toEqual([
      'coresUsed',
      'countedOn',
      'diskIops',
      'memoryUsedPercent',
      'owner',
      'project',
      'reason',
      'rssKiB',
      'state',
    ])
  })
})

import { describe, expect, it } from 'vitest'
import { DEFAULT_WALL, parseWall } from '../../lib/view/wall/wall-link.ts'
import { wallColumns } from './panel-registry.ts'

describe('columns of a wall', () => {
  it('are those that its panels show, and no others', () => {
    expect(wallColumns(parseWall('panels=top:steal,top:hostcpu&panels2=heat:lat').wall)).toEqual({
      domains: ['countedOn', 'diskLatencyNs', 'state', 'stealWorstPercent'],
      hosts: ['countedAs', 'hostCpuPercent'],
    })
    expect(wallColumns(parseWall('panels=events').wall).domains).toEqual(['countedOn', 'state'])
    expect(wallColumns(parseWall('panels=events&q=web').wall).domains).toContain('project')
  })

  it('are all that the default panels need', () => {
    const { domains, hosts } = wallColumns(DEFAULT_WALL)
    for (const id of ['ioStoppedSeconds', 'reason', 'cpuCapPercent', 'diskIops', 'cpuPercent'])
      expect(domains).toContain(id)
    expect(hosts).toEqual(['countedAs', 'hostCpuPercent', 'hostMemoryUsedKiB'])
  })
})

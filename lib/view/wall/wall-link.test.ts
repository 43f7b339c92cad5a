import { describe, expect, it } from 'vitest'
import { DEFAULT_WALL, formatWall, parseWall } from './wall-link.ts'
import { formatPanel, readPanel } from './wall-panel.ts'

describe('link to a wall', () => {
  it('says everything: what is formatted reads the same', () => {
    const wall = {
      pictures: [
        { panels: [{ kind: 'top', metric: 'diskLatencyNs', count: 8 } as const], filter: 'kvm-03 "a b"', seconds: 12 },
        {
          panels: [{ kind: 'heat', metric: 'stealWorstPercent' } as const, { kind: 'events' } as const],
          filter: '',
          seconds: 45,
        },
      ],
      theme: 'light' as const,
      distance: 4.5,
      screen: 75,
    }
    const query = formatWall(wall)
    expect(query).toBe(
      'theme=light&dist=4.5&screen=75&panels=top:diskLatencyNs:8&q=kvm-03+"a+b"&cycle=12&panels2=heat:stealWorstPercent,events&cycle2=45',
    )
    expect(parseWall(`?${query}`)).toEqual({ wall, problems: [] })
  })

  it('shows everything there is where it says nothing', () => {
    expect(parseWall('')).toEqual({ wall: DEFAULT_WALL, problems: [] })
    expect(parseWall(formatWall(DEFAULT_WALL)).wall).toEqual(DEFAULT_WALL)
  })

  it('keeps the pictures that are there when one between them is left out', () => {
    const { wall } = parseWall('panels=totals&panels3=events&cycle3=20')
    expect(wall.pictures.map(({ panels, seconds }) => [panels[0]?.kind, seconds])).toEqual([
      ['totals', 30],
      ['events', 20],
    ])
  })

  it.each([
    ['theme=pink', 'theme “pink”'],
    ['dist=0', 'dist “0” was ignored: it must be a number from 0.5 to 20'],
    ['dist=1e9', 'dist “1e9”'],
    ['screen=-3', 'screen “-3”'],
    ['cycle=4', 'cycle “4” was ignored: it must be a number from 5 to 3600'],
    ['panels=clock', 'no panel “clock”'],
    ['panels=top', '“top” needs a metric'],
    ['panels=top:state', 'needs a metric'],
    ['panels=heat:hostCpuPercent', 'needs a metric of domains'],
    ['panels=top:cpu:0', '1 to 100 rows'],
    ['panels=top:cpu:5:x', 'more than it can'],
    ['panels=events:cpu', 'takes no metric'],
    [`panels=${Array.from({ length: 13 }, () => 'events').join()}`, 'at most 12 panels'],
  ])('says what is wrong with %s, and shows the default there', (query, message) => {
    const { wall, problems } = parseWall(query)
    expect(problems).toHaveLength(1)
    expect(problems[0]).toContain(message)
    expect(wall.pictures[0]?.panels.length).toBeGreaterThan(0)
    expect([wall.theme, wall.distance, wall.screen]).toEqual(['dark', 3, 55])
  })

  it('takes metrics by alias and writes them by id', () => {
    const read = readPanel('top:steal:3')
    expect(read.ok && formatPanel(read.panel)).toBe('top:stealWorstPercent:3')
    const host = readPanel('top:hostcpu')
    expect(host.ok && formatPanel(host.panel)).toBe('top:hostCpuPercent')
  })
})
